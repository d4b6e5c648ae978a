import type { LevelCounts, LogGroup } from '../../server/store.ts';
import { readMarks } from './local-outline.ts';
import type { LogReader, LogSnapshot } from './log-reader.ts';

/** What a log holds, without its lines. */
export interface Outline {
  readonly state: LogSnapshot;
  readonly counts: LevelCounts;
  /** In order, at most as many as asked for. */
  readonly groups: readonly LogGroup[];
  /** Whether there are more groups. */
  readonly more: boolean;
}

const NO_COUNTS: LevelCounts = [0, 0, 0, 0, 0, 0];

/** Describes a log; a server without marks has its lines read. @param limit Most groups; 1 to 10,000. */
export async function outlineOf(reader: LogReader, state: LogSnapshot, limit: number): Promise<Outline> {
  const { epoch, head } = state;
  const query = { after: state.first - 1, upto: head };
  if (state.has.has('marks')) {
    const [{ parts }, { around, groups, more }] = await Promise.all([
      reader.levels({ epoch, ...query }),
      reader.groups({ epoch, ...query, limit }),
    ]);
    return { state, counts: parts[0]?.counts ?? NO_COUNTS, groups: [...around, ...groups], more };
  }
  const { tail, marks } = await readMarks(reader, state);
  const log = { tail, lines: [] };
  const { around, groups, more } = marks.groups(log, { ...query, limit, depth: Number.POSITIVE_INFINITY });
  return { state, counts: marks.levels(log, { ...query, parts: 1 }).parts[0]?.counts ?? NO_COUNTS, groups: [...around, ...groups], more };
}
