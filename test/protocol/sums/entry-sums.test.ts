import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntrySums } from '../../../src/protocol/sums/entry-sums.ts';
import { RANKS } from '../../../src/protocol/sums/ranks.ts';

/** The rank of each line, from line 1 on; -1 for a line that is no entry. */
const ranks = fc
  .tuple(fc.array(fc.integer({ min: -1, max: RANKS - 1 }), { minLength: 1, maxLength: 12 }), fc.nat(5_000))
  .map(([some, length]) => Array.from({ length }, (_, index) => some[(index * index) % some.length] ?? -1));

test('counts and finds entries as a list of them would, also after earlier lines were dropped', () => {
  fc.assert(
    fc.property(ranks, fc.array(fc.nat(5_100), { maxLength: 4 }), fc.array(fc.nat(5_100)), (all, firsts, asked) => {
      const sums = new EntrySums();
      for (const rank of all) sums.add(rank);
      let first = 1;
      for (const drop of [0, ...firsts]) {
        first = Math.min(Math.max(first, drop), all.length + 1);
        sums.drop(first);
        for (const number of asked) {
          const line = Math.min(Math.max(number, first - 1), all.length);
          const between = sums.upTo(line).map((sum, rank) => sum - (sums.upTo(first - 1)[rank] ?? 0));
          const held = all.slice(first - 1, line);
          expect(between).toEqual(Array.from({ length: RANKS }, (_, rank) => held.filter((other) => other === rank).length));
          for (const rank of [0, 3, 5]) {
            const next = all.findIndex((other, index) => index >= line && other >= rank);
            expect(sums.next(rank, line)).toBe(next === -1 ? undefined : next + 1);
            const previous = all.findLastIndex((other, index) => index < line && other >= rank) + 1;
            // Earlier lines are no longer known for sure.
            if (previous >= first) expect(sums.previous(rank, line + 1)).toBe(previous);
            else expect(sums.previous(rank, line + 1) ?? 0).toBeLessThan(first);
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('holds no more than the lines from the first on need', () => {
  const sums = new EntrySums();
  for (let line = 1; line <= 10_000; line += 1) sums.add(line % RANKS);
  sums.drop(10_001);
  expect(sums.upTo(10_000)).toEqual([1_666, 1_667, 1_667, 1_667, 1_667, 1_666]);
  sums.add(5);
  expect(sums.next(5, 10_000)).toBe(10_001);
  expect(sums.previous(5, 9_000) ?? 0).toBeLessThan(10_001);
});
