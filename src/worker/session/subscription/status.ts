import type { LogState, LogStatus } from '../../api.ts';
import { isClosed } from '../../diagnosis/classify.ts';
import type { Connection } from '../socket/connection.ts';
import type { Now } from '../timing.ts';
import type { Subscription } from './subscription.ts';
import type { Refusal, ChannelState } from './channel-state.ts';

const STOPPED: ReadonlyMap<number, string> = new Map([
  [1009, 'The server found a message of this page too big (1009). Reload the page; if it stays, update log-stream in it.'],
  [4400, 'The server could not read what this page sent (4400). Reload the page; if it stays, update log-stream in it.'],
  [4403, 'The server does not let this page in (4403). Allow its origin at the server.'],
  [4426, 'The server speaks another version of the protocol (4426). Reload the page, or update log-stream in it.'],
]);

/** A log as its viewers see it. */
export function statusOf({ topic, history, tokens }: Subscription, connection: Connection, moment: Now): LogStatus {
  const { epoch, first, head, end, part } = topic;
  const missing = history.missing(tokens.barred !== undefined);
  // What runs goes on, but what is looked at cannot be had.
  const refusal = refusalOf(topic, connection, moment) ?? (missing.length > 0 ? tokens.barred : undefined);
  const state = stateOf(topic, connection, moment, refusal, missing.length > 0);
  const diagnosis = state === 'offline' ? undefined : connection.diagnosis;
  const stopped = state === 'denied' || state === 'error' ? connection.verdict : undefined;
  return {
    state,
    epoch,
    first,
    head,
    end,
    part,
    retryAt: refusal?.retryAt ?? (state === 'reconnecting' ? connection.retryAt : undefined),
    problem:
      refusal?.problem ??
      (state === 'reconnecting' || state === 'error' ? diagnosis?.problem : undefined) ??
      (stopped && (STOPPED.get(stopped.code) ?? `The server refuses this page (${stopped.code}). Sign its topics anew.`)),
    advice: diagnosis?.advice,
    overHttp: connection.detour && !connection.ready,
    missing,
    absent: missing.length > 0 && history.absent,
  };
}

/** A topic that is to be asked for again in a while is waiting for the socket first, when there is none. */
function refusalOf({ refusal }: ChannelState, connection: Connection, moment: Now): Refusal | undefined {
  return refusal?.state === 'reconnecting' && !connection.up(moment) ? undefined : refusal;
}

function stateOf(topic: ChannelState, connection: Connection, moment: Now, refusal: Refusal | undefined, missing: boolean): LogState {
  if (topic.end !== undefined) return 'ended';
  if (refusal !== undefined) return refusal.state;
  if (connection.verdict !== undefined) return connection.verdict.denied ? 'denied' : 'error';
  const known = topic.position !== undefined;
  if (!connection.up(moment)) {
    if (!connection.online) return 'offline';
    if (known) return 'reconnecting';
    if (isClosed(connection.diagnosis)) return 'error';
    return connection.failed && !connection.undecided ? 'reconnecting' : 'connecting';
  }
  // Nothing is live that the server has not answered for.
  if (topic.subscription !== 'acked' && (!known || moment.now >= connection.quietUntil)) return known ? 'catching-up' : 'connecting';
  // Lines that were given up for now are a gap in the log.
  if (missing) return 'live';
  for (const view of topic.active())
    for (const { from, to } of view.tail(topic)) if (topic.lines.missing(from, to, 1).length > 0) return 'catching-up';
  return 'live';
}

/** Whether there is nothing to tell. */
export function sameStatus(a: LogStatus, b: LogStatus): boolean {
  const { missing, ...facts } = a;
  return (
    (Object.keys(facts) as (keyof typeof facts)[]).every((fact) => facts[fact] === b[fact]) &&
    missing.length === b.missing.length &&
    missing.every(({ from, to }, at) => from === b.missing[at]?.from && to === b.missing[at].to)
  );
}
