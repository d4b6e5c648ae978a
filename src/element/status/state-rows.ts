import type { LogStatus, Range } from '../../worker/api.ts';
import { isFailure } from '../outcome.ts';
import { problemOf, type Strings } from '../strings.ts';

/** A row of the log that is not a line: it says what happened, and may have a button to try again. */
export interface StateRow {
  readonly kind: 'truncated' | 'missing' | 'ended' | 'failed' | 'reconnecting' | 'offline' | 'problem';
  readonly text: string;
  /** The label of its button; undefined for none. */
  readonly action: string | undefined;
}

/** Whether there is a row above the first line. */
export function hasLeadRow({ first }: LogStatus): boolean {
  return first > 1;
}

/** Whether there is a row below the last line of a log that has lines. */
export function hasTrailRow({ state }: LogStatus): boolean {
  return !(state === 'connecting' || state === 'catching-up' || state === 'live');
}

/** The row above the first line. */
export function leadRow(status: LogStatus, strings: Strings): StateRow | undefined {
  return hasLeadRow(status) ? { kind: 'truncated', text: strings.truncated(status.first - 1), action: undefined } : undefined;
}

/**
 * The row below the last line of a log that has lines. `elapsed` is the time from its first to its last line in ms, if
 * known; `now` is in unix ms.
 */
export function trailRow(status: LogStatus, elapsed: number | undefined, now: number, strings: Strings): StateRow | undefined {
  const { state, epoch, end, head, retryAt, problem } = status;
  switch (state) {
    case 'ended':
      return { kind: isFailure(end) ? 'failed' : 'ended', text: strings.ended(end, head, elapsed), action: undefined };
    case 'reconnecting': {
      const why = problemOf(problem, strings) ?? (epoch === '' ? strings.unreachable : strings.lost);
      const text = strings.retrying(why, Math.ceil(((retryAt ?? now) - now) / 1_000));
      return { kind: 'reconnecting', text, action: strings.retryNow };
    }
    case 'offline':
      return { kind: 'offline', text: strings.offline, action: strings.retryNow };
    case 'denied':
    case 'error':
      return { kind: 'problem', text: problemOf(problem, strings) ?? strings[state], action: strings.retry };
    default:
      return undefined;
  }
}

/** What is shown in place of the lines of a log that has none. */
export interface Notice {
  readonly kind: 'skeleton' | 'waiting' | 'empty' | 'problem';
  readonly text: string;
  readonly action: string | undefined;
}

export function noticeOf(status: LogStatus, now: number, strings: Strings): Notice | undefined {
  const { state, head, first, part } = status;
  if (head >= first || part !== null) return undefined;
  const lead = leadRow(status, strings);
  switch (state) {
    case 'connecting':
    case 'catching-up':
      return { kind: 'skeleton', text: '', action: undefined };
    case 'live':
      return { kind: 'waiting', text: lead?.text ?? strings.waiting, action: undefined };
    case 'ended':
      return { kind: 'empty', text: lead?.text ?? strings.empty, action: undefined };
    default: {
      const row = trailRow(status, undefined, now, strings);
      return row && { kind: 'problem', text: row.text, action: row.action };
    }
  }
}

/** The row in place of lines that could not be fetched. `isUnavailable`: the server answered without them. */
export function missingRow({ from, to }: Range, isUnavailable: boolean, strings: Strings): StateRow {
  return { kind: 'missing', text: strings.missing(from, to, isUnavailable), action: strings.retry };
}
