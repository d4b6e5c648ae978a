import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeRanges } from '../../../src/protocol/ranges.ts';
import { RowCounts } from '../../../src/element/viewport/layout/row-counts.ts';
import { RowIndex } from '../../../src/element/viewport/layout/row-index.ts';
import type { CollapsedRange } from '../../../src/element/viewport/lines/collapsed-range.ts';

const ROW = 20;
const GAP = 28;

interface Given {
  readonly rows: RowIndex;
  readonly first: number;
  readonly last: number;
  readonly tops: ReadonlyMap<number, number>;
}

/** An index over lines of which some were counted and some ranges are collapsed, and the plain way to the same. */
const given: fc.Arbitrary<Given> = fc
  .record({
    first: fc.integer({ min: 1, max: 2_000 }),
    count: fc.integer({ min: 0, max: 120 }),
    heights: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 120, maxLength: 120 }),
    ranges: fc.array(fc.tuple(fc.nat(130), fc.nat(20), fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined })), { maxLength: 5 }),
  })
  .map(({ first, count, heights, ranges }) => {
    const last = first + count - 1;
    const counts = new RowCounts();
    for (const [at, rows] of heights.entries()) if (rows > 0 && at < count) counts.set(first + at, rows);
    const normal = normalizeRanges(
      ranges.map(([at, length]) => ({ from: first + at, to: first + at + length })),
      first,
      last,
    );
    const collapsed = normal.map((gap, at): CollapsedRange => {
      const height = ranges[at]?.[2];
      return height === undefined ? gap : { ...gap, height };
    });
    const tops = new Map<number, number>();
    let top = 4;
    for (let line = first; line <= last; line += 1) {
      const gap = collapsed.find(({ from, to }) => line >= from && line <= to);
      tops.set(line, top);
      if (gap === undefined) top += (counts.get(line) ?? counts.mean) * ROW;
      else if (line === gap.to) top += gap.height ?? GAP;
    }
    tops.set(last + 1, top);
    const rows = new RowIndex({ first, last, rowHeight: ROW, stateRowHeight: GAP, lead: 4, trail: 8, collapsed, counts });
    return { rows, first, last, tops };
  });

describe('where rows stand when long lines are broken', () => {
  it('is one below the other, each line with its rows, collapsed ranges with the height of what stands for them', () => {
    fc.assert(
      fc.property(given, ({ rows, last, tops }) => {
        for (const [line, top] of tops) expect(rows.top(line)).toBeCloseTo(top, 6);
        expect(rows.height).toBeCloseTo((tops.get(last + 1) ?? 0) + 8, 6);
      }),
    );
  });

  it('finds the line at every height, and its height', () => {
    fc.assert(
      fc.property(given, fc.double({ min: 0, max: 1, noNaN: true }), ({ rows, first, last }, share) => {
        fc.pre(last >= first);
        const y = share * rows.height;
        const line = rows.lineAt(y);
        expect(line).toBeGreaterThanOrEqual(first);
        expect(line).toBeLessThanOrEqual(last);
        if (y < rows.lead || y >= rows.top(last + 1)) return;
        expect(rows.top(line)).toBeLessThanOrEqual(y);
        expect(rows.top((rows.collapsedAt(line)?.to ?? line) + 1)).toBeGreaterThan(y);
        expect(rows.heightAt(line)).toBeGreaterThan(y - rows.top(line) - 1e-6);
      }),
    );
  });

  it('turns a position into an anchor and back', () => {
    fc.assert(
      fc.property(given, fc.double({ min: 0, max: 1, noNaN: true }), ({ rows }, share) => {
        const y = share * rows.height;
        expect(rows.yOf(rows.anchorAt(y))).toBeCloseTo(y, 6);
      }),
    );
  });

  it('does not drift over any number of turns', () => {
    fc.assert(
      fc.property(given, fc.double({ min: 0, max: 1, noNaN: true }), ({ rows }, share) => {
        const first = rows.anchorAt(share * rows.height);
        let anchor = first;
        for (let turn = 0; turn < 200; turn += 1) anchor = rows.anchorAt(rows.yOf(anchor));
        expect(Math.abs(rows.yOf(anchor) - rows.yOf(first))).toBeLessThan(1e-6);
      }),
    );
  });
});
