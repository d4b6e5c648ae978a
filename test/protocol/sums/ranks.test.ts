import { expect, test } from 'vitest';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { countsBetween, entryRank, rankOf, RANKS } from '../../../src/protocol/sums/ranks.ts';

test('ranks each level, and the numbers between two levels with the lower one', () => {
  expect(Object.values(LEVEL).map(rankOf)).toEqual([0, 1, 2, 3, 4, 5]);
  expect([4, 8, 12, 16, 20, 24].map(rankOf)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(Math.max(...Array.from({ length: 24 }, (_, index) => rankOf(index + 1)))).toBe(RANKS - 1);
});

test('counts a line with a level, unless it continues, rewrites or is a later piece', () => {
  expect(entryRank({ l: 17 }, false)).toBe(4);
  expect(entryRank({ l: 17, p: 1, s: 'err' }, false)).toBe(4);
  for (const extra of [undefined, {}, { l: 17, k: 1 as const }, { l: 17, r: 1 as const }]) expect(entryRank(extra, false)).toBe(-1);
  expect(entryRank({ l: 17 }, true)).toBe(-1);
});

test('counts the entries between two lines', () => {
  expect(countsBetween([1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6])).toEqual([0, 1, 2, 3, 4, 5]);
});
