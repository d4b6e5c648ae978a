import type { LogGroup, LogTail } from '../../store.ts';
import type { StoredGroup } from './group-tracker.ts';
import { rankOf, type Sums } from '../../../protocol/sums/ranks.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';

/** A group as it was when `upto` was the newest line. Entries are counted in the lines still held. */
export function describeGroup(group: StoredGroup, upto: number, tail: LogTail, sumsUpTo: (line: number) => Sums): LogGroup {
  const { line, t, d, time } = group;
  const o = group.shown !== undefined && group.shown <= upto ? 1 : group.o;
  const { end, until } = endOf(group, upto, tail);
  const before = sumsUpTo(Math.max(line, tail.first) - 1);
  const after = sumsUpTo(end ?? upto);
  const count = (rank: number): number => (after[rank] ?? 0) - (before[rank] ?? 0);
  return {
    line,
    t,
    d,
    ...(o !== undefined && { o }),
    time,
    ...(end !== undefined && { end, until: until ?? time }),
    warn: count(rankOf(LEVEL.warn)),
    error: count(rankOf(LEVEL.error)) + count(rankOf(LEVEL.fatal)),
  };
}

/** Whether a group holds a line that is still held, and line `after`. */
export function isAround(group: StoredGroup, after: number, upto: number, tail: LogTail): boolean {
  const { end } = endOf(group, upto, tail);
  return group.line <= after && (end === undefined || end >= Math.max(after, tail.first));
}

/** The last line of a group as of line `upto`, and its time. The end of a log closes all groups. */
function endOf({ end, until, endedBy }: StoredGroup, upto: number, tail: LogTail): { end?: number; until?: number | undefined } {
  if (end !== undefined) return endedBy !== undefined && endedBy <= upto ? { end, until } : {};
  return tail.end !== undefined && upto === tail.head ? { end: tail.head, until: tail.time } : {};
}
