import type { LineExtra } from '../../protocol/line.ts';
import type { NewLine } from '../store.ts';

/** What is known of consecutive lines alike: `count` lines from index `from` on have `extra`. Lines without one are in no run. */
export type ExtraRun = readonly [from: number, count: number, extra: LineExtra];

/** The extras of lines, in runs: lines coloured or marked alike follow each other, so runs are few. */
export function extraRuns(lines: readonly NewLine[]): ExtraRun[] {
  const runs: [number, number, LineExtra][] = [];
  let last: [number, number, LineExtra] | undefined;
  for (const [index, [, extra]] of lines.entries()) {
    if (extra === undefined) continue;
    if (last !== undefined && last[0] + last[1] === index && same(last[2], extra)) {
      last[1] += 1;
    } else {
      last = [index, 1, extra];
      runs.push(last);
    }
  }
  return runs;
}

function same(a: LineExtra, b: LineExtra): boolean {
  return a === b || (a.s === b.s && a.c === b.c && a.p === b.p);
}
