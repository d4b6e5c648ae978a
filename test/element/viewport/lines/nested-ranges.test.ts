import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CollapsedRange } from '../../../../src/element/viewport/lines/collapsed-range.ts';
import { nestedRanges } from '../../../../src/element/viewport/lines/nested-ranges.ts';

const draw = (): HTMLElement => {
  throw new Error('not drawn here');
};

/** Ascending, disjoint ranges, some of which are drawn as a whole. */
const ranges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 7 }), fc.boolean()), { maxLength: 12 })
  .map((steps) => {
    let line = 0;
    return steps.map(([gap, length, isDrawn]): CollapsedRange => {
      const from = line + gap;
      line = from + length;
      return { from, to: line, height: length, ...(isDrawn && { draw }) };
    });
  });

/** For each line, which range it is in. */
function byLine(list: readonly CollapsedRange[]): Map<number, CollapsedRange> {
  return new Map(list.flatMap((range) => Array.from({ length: range.to - range.from + 1 }, (_, at) => [range.from + at, range] as const)));
}

it('collapsed ranges nest: the outer ones hide what they overlap, and of drawn ones nothing is left then', () => {
  fc.assert(
    fc.property(ranges, ranges, (outer, inner) => {
      const joined = nestedRanges(outer, inner);
      for (const [at, range] of joined.entries()) {
        expect(range.to).toBeGreaterThanOrEqual(range.from);
        expect(range.from).toBeGreaterThan(joined[at - 1]?.to ?? 0);
      }
      const [own, above, below] = [byLine(joined), byLine(outer), byLine(inner)];
      for (let line = 1; line < 200; line += 1) {
        const hidden = below.get(line);
        const isLost = hidden?.draw !== undefined && outer.some(({ from, to }) => to >= hidden.from && from <= hidden.to);
        const expected = above.get(line) ?? (isLost ? undefined : hidden);
        expect(own.get(line)?.height).toBe(expected?.height);
      }
      for (const range of outer) expect(joined).toContain(range);
    }),
  );
});
