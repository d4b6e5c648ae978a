import { entryRank } from '../marks/ranks.ts';
import type { NewLine } from '../../store.ts';

/** The marks of a batch, as the append script takes them; see mark-scripts.ts. */
export interface BatchMarks {
  /** For each line 0, or the rank of an entry plus 1; without zeros at the end. The line before the batch is not considered. */
  readonly digits: string;
  /** A line for each line with marks of groups: its place from 1, ends, whether it opens one, depth and JSON of the group that begins. */
  readonly groups: string;
}

export function batchMarks(lines: readonly NewLine[]): BatchMarks {
  const digits: number[] = [];
  let groups = '';
  let isPiece = false;
  for (const [index, [, extra]] of lines.entries()) {
    const rank = entryRank(extra, isPiece);
    isPiece = extra?.p === 1;
    if (rank >= 0) {
      while (digits.length < index) digits.push(0);
      digits.push(rank + 1);
    }
    if (extra === undefined || (extra.g === undefined && extra.e === undefined && extra.u === undefined)) continue;
    const { g, e = 0, u = 0 } = extra;
    groups += `${index + 1} ${e} ${u} ${g === undefined ? ' ' : `${g.d} ${JSON.stringify(g)}`}\n`;
  }
  return { digits: digits.join(''), groups };
}
