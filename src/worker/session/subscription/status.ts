import type { LogState, LogStatus } from '../../api.ts';
import { leavesNoWay } from '../../diagnosis/diagnosis.ts';
import type { Connection } from '../socket/connection.ts';
import type { Now } from '../timing.ts';
import type { ChannelState, Refusal } from './channel-state.ts';
import type { Subscription } from './subscription.ts';

const STOPPED: ReadonlyMap<number, string> = new Map([
  [1009, 'The server rejected a message of this page as too large (1009). Reload the page; if it happens again, update log-stream in it.'],
  [4400, "The server couldn't read what this page sent (4400). Reload the page; if it happens again, update log-stream in it."],
  [4403, "The server doesn't let this page in (4403). Allow its origin at the server."],
  [4426, 'The server speaks another version of the protocol (4426). Reload the page, or update log-stream in it.'],
]);

/** The status of a log as its viewers see it. */
export function statusOf({ state: channel, backfill, tokenRefresh }: Subscription, connection: Connection, now: Now): LogStatus {
  const { epoch, first, head, end, part } = channel;
  const unavailable = backfill.unavailable(tokenRefresh.refusal !== undefined);
  // A running subscription continues without a valid topic, but lines in view cannot be fetched.
  const refusal = refusalOf(channel, connection, now) ?? (unavailable.length > 0 ? tokenRefresh.refusal : undefined);
  const state = stateOf(channel, connection, now, refusal, unavailable.length > 0);
  const diagnosis = state === 'offline' ? undefined : connection.diagnosis;
  const stopped = state === 'denied' || state === 'error' ? connection.stopReason : undefined;
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
      (stopped && (STOPPED.get(stopped.code) ?? `The server refuses this page (${stopped.code}). Sign its topics again.`)),
    advice: diagnosis?.advice,
    overHttp: connection.fallbackWorks && !connection.ready,
    unavailable,
    missingOnServer: unavailable.length > 0 && backfill.missingOnServer,
  };
}

/** A postponed channel waits for the connection first, when there is none. */
function refusalOf({ refusal }: ChannelState, connection: Connection, now: Now): Refusal | undefined {
  return refusal?.state === 'reconnecting' && !connection.isUp(now) ? undefined : refusal;
}

function stateOf(channel: ChannelState, connection: Connection, now: Now, refusal: Refusal | undefined, hasUnavailable: boolean): LogState {
  if (channel.end !== undefined) return 'ended';
  if (refusal !== undefined) return refusal.state;
  if (connection.stopReason !== undefined) return connection.stopReason.denied ? 'denied' : 'error';
  const known = channel.position !== undefined;
  if (!connection.isUp(now)) {
    if (!connection.online) return 'offline';
    if (known) return 'reconnecting';
    if (leavesNoWay(connection.diagnosis)) return 'error';
    return connection.hasFailed && !connection.undecided ? 'reconnecting' : 'connecting';
  }
  // A log is live only after the server answered for it.
  if (channel.phase !== 'acked' && (!known || !connection.isReconnectHidden(now))) return known ? 'catching-up' : 'connecting';
  // Lines that are unavailable for now are a gap in the log, and those that are skipped are not waited for.
  if (hasUnavailable || channel.isSkipping(now)) return 'live';
  for (const view of channel.activeViews())
    for (const { from, to } of view.undeliveredTail(channel)) if (channel.lines.notHeld(from, to, 1).length > 0) return 'catching-up';
  return 'live';
}

/** Whether two statuses tell viewers the same. */
export function isSameStatus(a: LogStatus, b: LogStatus): boolean {
  const { unavailable, ...facts } = a;
  return (
    (Object.keys(facts) as (keyof typeof facts)[]).every((fact) => facts[fact] === b[fact]) &&
    unavailable.length === b.unavailable.length &&
    unavailable.every(({ from, to }, at) => from === b.unavailable[at]?.from && to === b.unavailable[at].to)
  );
}
