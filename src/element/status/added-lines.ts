import type { Line } from '../../protocol/line.ts';
import type { LogStatus, ViewUpdate } from '../../worker/api.ts';

/** Lines that were written while the log was watched. */
export interface AddedLines {
  readonly count: number;
  /** Those that came along. */
  readonly lines: readonly Line[];
}

/** What an update brings that is news; undefined for none. Lines from before the log was live are its past. */
export function addedLinesOf({ status, runs }: ViewUpdate, before: LogStatus): AddedLines | undefined {
  if (status.head <= before.head || before.state !== 'live' || isRestart(status, before)) return undefined;
  // An update may also bring older lines that were requested.
  const lines = runs.flatMap((run) => run.lines.slice(Math.max(0, before.head + 1 - run.from)));
  return { count: status.head - before.head, lines };
}

/** Whether the log began again. */
export function isRestart({ epoch }: LogStatus, before: LogStatus): boolean {
  return epoch !== before.epoch && before.epoch !== '';
}
