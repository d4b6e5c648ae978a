import type { LevelCounts } from '../answers/answers.ts';
import type { LineExtra } from '../line.ts';

/** How many levels are counted apart. */
export const RANKS = 6;

/** The rank of a level, 0 for trace to 5 for fatal. @param level A SeverityNumber, 1 to 24. */
export function rankOf(level: number): number {
  return Math.ceil(level / 4) - 1;
}

/** The entries after one line, up to another. */
export function countsBetween(before: Sums, through: Sums): LevelCounts {
  const count = (rank: number): number => (through[rank] ?? 0) - (before[rank] ?? 0);
  return [count(0), count(1), count(2), count(3), count(4), count(5)];
}

/** The rank as which a line counts; -1 if it is no entry. @param isPiece The line before it continues in it. */
export function entryRank(extra: LineExtra | undefined, isPiece: boolean): number {
  if (extra?.l === undefined || isPiece || extra.k === 1 || extra.r === 1) return -1;
  return rankOf(extra.l);
}

/** Entries of each rank in some lines. */
export type Sums = readonly number[];

export const NO_ENTRIES: Sums = Array.from({ length: RANKS }, () => 0);

/** How many of these entries have this rank or a higher one. */
export function countFrom(sums: Sums, rank: number): number {
  return sums.slice(rank).reduce((sum, count) => sum + count, 0);
}
