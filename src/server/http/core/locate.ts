import type { FollowedLog } from '../../live/followed-log.ts';
import { Problem } from '../../problem.ts';
import { exists, type LogTail } from '../../store.ts';
import type { TopicExchange } from './exchange.ts';
import { logHeaders } from './headers.ts';
import { LineFilter } from './line-filter.ts';
import { isPlain, type ReadParams, type ReadStart } from './read-params.ts';
import { requireMarks } from './require-marks.ts';

/** The lines that a read covers. */
export interface Located {
  readonly tail: LogTail;
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one; Infinity if no time ends the read. */
  readonly upto: number;
}

/** Finds the lines that a read covers. @throws {Problem} If there is no such log, it was replaced, or lost lines that must not be missing. */
export async function locate(exchange: TopicExchange, params: ReadParams): Promise<Located> {
  const { tail, after } = await findStart(exchange, params.start);
  checkExists(tail);
  const start = checkedStart(tail, after, params);
  return { tail, after: start, upto: await findEnd(exchange, params, tail) };
}

/** Finds where a follower begins; the log need not exist. @throws {Problem} As {@link locate}. */
export async function locateFollower(exchange: TopicExchange, log: FollowedLog, params: ReadParams): Promise<Omit<Located, 'upto'>> {
  const { tail, after } = await findFollowerStart(exchange, log, params.start);
  return { tail, after: checkedStart(tail, after, params) };
}

/** As {@link locateFollower}, without any demand on the log. */
export async function findFollowerStart(exchange: TopicExchange, log: FollowedLog, start: ReadStart): Promise<Omit<Located, 'upto'>> {
  if (start.kind === 'after') return { tail: log.tail, after: start.line };
  const found = await findStart(exchange, start);
  // Written through another process, whose events have not arrived here yet.
  if (found.tail.epoch !== log.tail.epoch || found.tail.head > log.tail.head) await log.refresh();
  return found;
}

/** The line a read begins after if that is a number of the request; else 0. */
export function plainStart({ start }: Pick<ReadParams, 'start'>): number {
  return start.kind === 'after' ? start.line : 0;
}

/** What picks the lines that a read gives; undefined if it gives all of them. */
export function filterOf({ context, channel }: TopicExchange, { level, start }: ReadParams, now = Date.now()): LineFilter | undefined {
  const { marks } = context.store;
  // Lines that are written before a time yet to come do not belong to the answer.
  const since = start.kind === 'since' && start.time > now ? start.time : undefined;
  if (marks === undefined || (level === undefined && since === undefined)) return undefined;
  return new LineFilter(marks, channel, { level, since: since ?? 0 });
}

/** The line after which a start lies, in the log as it is now. */
async function findStart(exchange: TopicExchange, start: ReadStart): Promise<Omit<Located, 'upto'>> {
  const { context, channel } = exchange;
  if (start.kind === 'since') {
    const { tail, found } = await requireMarks(exchange, 'seek').seek(channel, { kind: 'time', time: start.time });
    return { tail, after: found === undefined ? tail.head : found.line - 1 };
  }
  const tail = await context.store.tail(channel);
  return { tail, after: start.kind === 'tail' ? Math.max(tail.first - 1, tail.head - start.lines) : start.line };
}

async function findEnd(exchange: TopicExchange, { until }: ReadParams, { epoch }: LogTail): Promise<number> {
  if (until === undefined) return Number.POSITIVE_INFINITY;
  const { tail, found } = await requireMarks(exchange, 'seek').seek(exchange.channel, { kind: 'time', time: until });
  checkEpoch(tail, epoch);
  return found === undefined ? tail.head : found.line - 1;
}

/** Only a read of exactly the lines after a given one needs all of them: any other begins at the first line held. */
function checkedStart(tail: LogTail, after: number, params: ReadParams): number {
  checkEpoch(tail, params.epoch);
  if (!isPlain(params)) return Math.max(after, tail.first - 1);
  checkHeld(tail, after);
  return after;
}

/** @throws {Problem} `not-found` if nothing was ever written to a log. */
export function checkExists(tail: LogTail): void {
  if (exists(tail)) return;
  throw new Problem('not-found', 'Nothing has been written to this log yet. Reading its lines with follow=1 waits for the first one.');
}

/** @throws {Problem} `epoch` if a log is another than the one a request names. */
export function checkEpoch(tail: LogTail, epoch: string | undefined): void {
  if (epoch === undefined || epoch === tail.epoch) return;
  throw new Problem('epoch', 'The log was deleted or restarted. Discard its lines and read it from the start.', logHeaders(tail));
}

/** @throws {Problem} If a log does not have exactly the lines that a plain read asks for. */
export function checkPlain(tail: LogTail, params: ReadParams): void {
  checkExists(tail);
  checkEpoch(tail, params.epoch);
  checkHeld(tail, plainStart(params));
}

function checkHeld(tail: LogTail, after: number): void {
  if (after + 1 >= tail.first) return;
  throw new Problem('truncated', `Lines before ${tail.first} are no longer kept: read with after=${tail.first - 1}.`, logHeaders(tail));
}
