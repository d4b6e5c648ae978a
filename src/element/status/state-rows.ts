import type { LogStatus, Range } from '../../worker/api.ts';
import { isFailure } from '../outcome.ts';
import { STRINGS } from '../strings.ts';

/** A row of the log that is not a line: it says what happened, and may have a button to try again. */
export interface StateRow {
  readonly kind: 'truncated' | 'missing' | 'ended' | 'failed' | 'reconnecting' | 'offline' | 'problem';
  readonly text: string;
  /** The label of its button; undefined for none. */
  readonly action: string | undefined;
}

/** The row above the first line. */
export function leadRow({ first }: LogStatus): StateRow | undefined {
  return first > 1 ? { kind: 'truncated', text: STRINGS.truncated(first - 1), action: undefined } : undefined;
}

/**
 * The row below the last line of a log that has lines. `elapsed` is the time from its first to its last line in ms, if
 * known; `now` is in unix ms.
 */
export function trailRow(status: LogStatus, elapsed: number | undefined, now: number): StateRow | undefined {
  const { state, epoch, end, head, retryAt, problem } = status;
  switch (state) {
    case 'ended':
      return { kind: isFailure(end) ? 'failed' : 'ended', text: STRINGS.ended(end, head, elapsed), action: undefined };
    case 'reconnecting': {
      const why = problem ?? (epoch === '' ? STRINGS.unreachable : STRINGS.lost);
      const text = STRINGS.retrying(why, Math.ceil(((retryAt ?? now) - now) / 1_000));
      return { kind: 'reconnecting', text, action: STRINGS.retryNow };
    }
    case 'offline':
      return { kind: 'offline', text: STRINGS.offline, action: STRINGS.retryNow };
    case 'denied':
    case 'error':
      return { kind: 'problem', text: problem ?? STRINGS[state], action: STRINGS.retry };
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

export function noticeOf(status: LogStatus, now: number): Notice | undefined {
  const { state, head, first, part } = status;
  if (head >= first || part !== null) return undefined;
  const lead = leadRow(status);
  switch (state) {
    case 'connecting':
    case 'catching-up':
      return { kind: 'skeleton', text: '', action: undefined };
    case 'live':
      return { kind: 'waiting', text: lead?.text ?? STRINGS.waiting, action: undefined };
    case 'ended':
      return { kind: 'empty', text: lead?.text ?? STRINGS.empty, action: undefined };
    default: {
      const row = trailRow(status, undefined, now);
      return row && { kind: 'problem', text: row.text, action: row.action };
    }
  }
}

/** The row in place of lines that could not be fetched. `isUnavailable`: the server answered without them. */
export function missingRow({ from, to }: Range, isUnavailable: boolean): StateRow {
  return { kind: 'missing', text: STRINGS.missing(from, to, isUnavailable), action: STRINGS.retry };
}
