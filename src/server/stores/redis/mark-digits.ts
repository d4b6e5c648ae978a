import type { LineExtra } from '../../../protocol/line.ts';
import type { ExtraRun } from '../../lines/extra-runs.ts';
import { entryRank } from '../../../protocol/sums/ranks.ts';

/** The marks of a batch, as the append script takes them; see mark-scripts.ts. */
export interface BatchMarks {
  /** For each line 0, or the rank of an entry plus 1; without zeros at the end. The line before the batch is not considered. */
  readonly digits: string;
  /** A line for each line with marks of groups: its place from 1, ends, whether it opens one, depth and JSON of the group that begins. */
  readonly groups: string;
  /** Whether the last line continues in the next. */
  readonly isCut: boolean;
}

/** @param runs The extras of the lines. @param count How many lines there are. */
export function batchMarks(runs: readonly ExtraRun[], count: number): BatchMarks {
  let digits = '';
  let groups = '';
  /** The line before this one continues in it. */
  let piece = 0;
  for (const [from, length, extra] of runs) {
    for (let index = from; index < from + length; index += 1) {
      const rank = entryRank(extra, index > 0 && piece === index);
      if (rank >= 0) digits = digits.padEnd(index, '0') + String(rank + 1);
      if (extra.p === 1) piece = index + 1;
      groups += groupMarks(extra, index);
    }
  }
  return { digits, groups, isCut: count > 0 && piece === count };
}

function groupMarks({ g, e, u }: LineExtra, index: number): string {
  if (g === undefined && e === undefined && u === undefined) return '';
  return `${index + 1} ${e ?? 0} ${u ?? 0} ${g === undefined ? ' ' : `${g.d} ${JSON.stringify(g)}`}\n`;
}
