import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_LOG } from '../../../../src/server/store.ts';
import { nextSealable } from '../../../../src/server/stores/lmdb/sealed-page-builder.ts';

const log = fc
  .record({ head: fc.nat(5_000), first: fc.nat(5_001), end: fc.constantFrom(undefined, 0), sealed: fc.nat(5_000) })
  .map(({ head, first, end, sealed }) => ({
    tail: { ...NO_LOG, head, first: Math.max(1, Math.min(first, head + 1)), end },
    sealed: Math.min(sealed, head),
  }));

test('What is sealed next is the rest of a range that is held and can no longer change', () => {
  fc.assert(
    fc.property(log, ({ tail, sealed }) => {
      const range = nextSealable(tail, sealed);
      const isFinal = (line: number): boolean => tail.end !== undefined || Math.ceil(line / 1_000) * 1_000 <= tail.head;
      if (range === undefined) {
        // No whole range is left, but for one that has lost lines.
        for (let from = Math.ceil(sealed / 1_000) * 1_000 + 1; from <= tail.head; from += 1_000)
          expect(from < tail.first || !isFinal(from)).toBe(true);
        return;
      }
      const { from, upto } = range;
      expect(from).toBeGreaterThan(sealed);
      expect(from).toBeGreaterThanOrEqual(tail.first);
      expect(upto).toBeLessThanOrEqual(tail.head);
      expect(Math.ceil(from / 1_000)).toBe(Math.ceil(upto / 1_000));
      expect(isFinal(upto)).toBe(true);
      // It is whole, or goes on where the sealer was.
      if (from !== sealed + 1) expect(from % 1_000).toBe(1);
      expect(upto % 1_000 === 0 || upto === tail.head).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('A range whose first lines are gone is never sealed', () => {
  const tail = { ...NO_LOG, head: 3_500, first: 1_001, end: undefined };
  expect(nextSealable(tail, 0)).toEqual({ from: 1_001, upto: 2_000 });
  expect(nextSealable({ ...tail, first: 1_002 }, 0)).toEqual({ from: 2_001, upto: 3_000 });
  expect(nextSealable({ ...tail, first: 2_002 }, 0)).toBe(undefined);
  expect(nextSealable({ ...tail, first: 2_002, end: 0 }, 0)).toEqual({ from: 3_001, upto: 3_500 });
  expect(nextSealable({ ...tail, first: 1_500 }, 1_700)).toEqual({ from: 1_701, upto: 2_000 });
});
