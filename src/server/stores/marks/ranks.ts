import type { LineExtra } from '../../../protocol/line.ts';

/** How many levels are counted apart. */
export const RANKS = 6;

/** The rank of a level, 0 for trace to 5 for fatal. @param level A SeverityNumber, 1 to 24. */
export function rankOf(level: number): number {
  return Math.ceil(level / 4) - 1;
}

/** The rank as which a line counts; -1 if it is no entry. @param isPiece The line before it continues in it. */
export function entryRank(extra: LineExtra | undefined, isPiece: boolean): number {
  if (extra?.l === undefined || isPiece || extra.k === 1 || extra.r === 1) return -1;
  return rankOf(extra.l);
}
