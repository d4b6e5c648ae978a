import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipRanges, normalizeRanges, rangeOf, subtractRanges, type Range } from '../../src/protocol/ranges.ts';

const numbers = (ranges: readonly Range[]): number[] => {
  const set = new Set<number>();
  for (const { from, to } of ranges) for (let at = from; at <= to; at += 1) set.add(at);
  return [...set].sort((a, b) => a - b);
};
const ranges = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 })).map(([from, more]) => ({ from, to: from + more })),
  { maxLength: 12 },
);
const limit = fc.integer({ min: 1, max: 70 });

describe('ranges of lines', () => {
  it('cover the same lines after normalizing, ascend and never touch', () => {
    fc.assert(
      fc.property(ranges, (some) => {
        const normal = normalizeRanges(some);
        expect(numbers(normal)).toEqual(numbers(some));
        for (const [at, { from }] of normal.entries()) expect(from).toBeGreaterThan((normal[at - 1]?.to ?? -1) + 1);
      }),
    );
  });

  it('are clipped like sets of numbers, normalized or not', () => {
    fc.assert(
      fc.property(ranges, limit, limit, (some, from, to) => {
        const expected = numbers(some).filter((at) => at >= from && at <= to);
        expect(numbers(clipRanges(some, from, to))).toEqual(expected);
        expect(normalizeRanges(some, from, to)).toEqual(clipRanges(normalizeRanges(some), from, to));
      }),
    );
  });

  it('are subtracted like sets of numbers, and stay normalized', () => {
    fc.assert(
      fc.property(ranges, ranges, (some, others) => {
        const removed = new Set(numbers(others));
        const rest = subtractRanges(normalizeRanges(some), normalizeRanges(others));
        expect(numbers(rest)).toEqual(numbers(some).filter((at) => !removed.has(at)));
        expect(normalizeRanges(rest)).toEqual(rest);
      }),
    );
  });

  it('are dropped when they are not ranges of line numbers', () => {
    const invalid = [
      { from: 5, to: 4 },
      { from: 0, to: 3 },
      { from: Number.NaN, to: 3 },
      { from: 1, to: Infinity },
      { from: 1.5, to: 3 },
    ];
    expect(normalizeRanges(invalid)).toEqual([]);
  });

  it('can be read from a run of lines', () => {
    expect(rangeOf({ from: 7, lines: ['a', 'b', 'c'] })).toEqual({ from: 7, to: 9 });
  });
});
