import { entryRank } from '../marks/ranks.ts';
import type { LineExtra } from '../../../protocol/line.ts';
import type { ExtraRun } from '../../lines/extra-runs.ts';

/** The marks of a batch, as the append script takes them; see mark-scripts.ts. */
export interface BatchMarks {
  /** For each line 0, or the rank of an entry plus 1; without zeros at the end. The line before the batch is not considered. */
  readonly digits: string;
  /** A line for each line with marks of groups: its place from 1, ends, whether it opens one, depth and JSON of the group that begins. */
  readonly groups: string;
}

export function batchMarks(runs: readonly ExtraRun[]): BatchMarks {
  const digits: number[] = [];
  let groups = '';
  let continued = -1;
  for (const [from, count, extra] of runs) {
    const hasGroups = extra.g !== undefined || extra.e !== undefined || extra.u !== undefined;
    for (let index = from; index < from + count; index += 1) {
      const rank = entryRank(extra, continued === index);
      if (extra.p === 1) continued = index + 1;
      if (rank >= 0) {
        while (digits.length < index) digits.push(0);
        digits.push(rank + 1);
      }
      if (hasGroups) groups += groupMarks(index + 1, extra);
    }
  }
  return { digits: digits.join(''), groups };
}

function groupMarks(place: number, { g, e = 0, u }: LineExtra): string {
  return `${place} ${e} ${u ?? 0} ${g === undefined ? ' ' : `${g.d} ${JSON.stringify(g)}`}\n`;
}
