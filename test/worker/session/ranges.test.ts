import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Range } from '../../../src/worker/api.ts';
import { clip, normalize, subtract } from '../../../src/worker/session/ranges.ts';

const numbers = (ranges: readonly Range[]): number[] => {
  const set = new Set<number>();
  for (const { from, to } of ranges) for (let at = from; at <= to; at += 1) set.add(at);
  return [...set].sort((a, b) => a - b);
};
const ranges = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 })).map(([from, more]) => ({ from, to: from + more })),
  { maxLength: 8 },
);

describe('ranges of lines', () => {
  it('mean the same lines when they are normalized, ascend, and never touch', () => {
    fc.assert(
      fc.property(ranges, (some) => {
        const normal = normalize(some);
        expect(numbers(normal)).toEqual(numbers(some));
        for (const [at, { from }] of normal.entries()) expect(from).toBeGreaterThan((normal[at - 1]?.to ?? -1) + 1);
      }),
    );
  });

  it('can be clipped and subtracted like sets of numbers', () => {
    fc.assert(
      fc.property(ranges, ranges, fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), (some, others, from, to) => {
        const taken = new Set(numbers(others));
        expect(numbers(subtract(normalize(some), normalize(others)))).toEqual(numbers(some).filter((at) => !taken.has(at)));
        expect(numbers(clip(normalize(some), from, to))).toEqual(numbers(some).filter((at) => at >= from && at <= to));
      }),
    );
  });

  it('that are none are dropped', () => {
    expect(
      normalize([
        { from: 5, to: 4 },
        { from: 0, to: 3 },
        { from: Number.NaN, to: 3 },
        { from: 1, to: Infinity },
        { from: 1.5, to: 3 },
      ]),
    ).toEqual([]);
  });
});
