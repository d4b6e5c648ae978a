import type { LineExtra } from '../../protocol/line.ts';
import type { NewLine } from '../store.ts';

/** Consecutive lines with the same extra: `count` lines from index `from` on. Lines without an extra are in no run. */
export type ExtraRun = readonly [from: number, count: number, extra: LineExtra];

/** The extras of lines, in runs. Consecutive lines are mostly alike, so that runs are few. */
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
  if (a === b) return true;
  const sameStyle = a.s === b.s && a.c === b.c && a.p === b.p;
  return sameStyle && a.l === b.l && a.k === b.k && a.r === b.r && a.e === b.e && a.u === b.u && a.g === undefined && b.g === undefined;
}
