import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeRanges, type Range } from '../../src/protocol/ranges.ts';
import { RowIndex, type RowOptions } from '../../src/element/viewport/layout/row-index.ts';

const ROW = 20;
const GAP = 28;

const range = fc
  .tuple(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length]): Range => ({ from, to: from + length }));

const options = fc
  .record({
    first: fc.integer({ min: 1, max: 40 }),
    count: fc.integer({ min: 0, max: 90 }),
    lead: fc.integer({ min: 0, max: 40 }),
    trail: fc.integer({ min: 0, max: 60 }),
    missing: fc.array(range, { maxLength: 6 }),
  })
  .map(({ first, count, lead, trail, missing }): RowOptions => {
    const last = first + count - 1;
    return { first, last, lead, trail, rowHeight: ROW, stateRowHeight: GAP, collapsed: normalizeRanges(missing, first, last) };
  });

/** The plain way: the rows one below the other. */
function model({ first, last, lead, trail, collapsed }: RowOptions): { tops: Map<number, number>; height: number } {
  const tops = new Map<number, number>();
  let top = lead;
  for (let line = first; line <= last; line += 1) {
    const gap = collapsed.find(({ from, to }) => line >= from && line <= to);
    tops.set(line, top);
    if (gap === undefined) top += ROW;
    else if (line === gap.to) top += GAP;
  }
  tops.set(last + 1, top);
  return { tops, height: top + trail };
}

describe('where rows stand', () => {
  it('is one below the other, a missing range taking one state row', () => {
    fc.assert(
      fc.property(options, (given) => {
        const rows = new RowIndex(given);
        const { tops, height } = model(given);
        expect(rows.height).toBe(height);
        for (const [line, top] of tops) expect(rows.top(line)).toBe(top);
      }),
    );
  });

  it('finds the line at every height, limited to the lines there are', () => {
    fc.assert(
      fc.property(options, fc.double({ min: -100, max: 4_000, noNaN: true }), (given, y) => {
        const rows = new RowIndex(given);
        const line = rows.lineAt(y);
        expect(line).toBeGreaterThanOrEqual(given.first);
        if (given.last >= given.first) expect(line).toBeLessThanOrEqual(given.last);
        const end = rows.top(given.last + 1);
        if (given.last < given.first || y < given.lead || y >= end) return;
        expect(rows.top(line)).toBeLessThanOrEqual(y);
        const gap = rows.collapsedAt(line);
        expect(rows.top((gap?.to ?? line) + 1)).toBeGreaterThan(y);
      }),
    );
  });

  it('turns a position into an anchor and back', () => {
    fc.assert(
      fc.property(options, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const rows = new RowIndex(given);
        const y = share * rows.height;
        expect(rows.yOf(rows.anchorAt(y))).toBeCloseTo(y, 6);
      }),
    );
  });

  it('keeps what is on screen when lines are appended, or a state row appears above', () => {
    fc.assert(
      fc.property(options, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1_000_000 }), (given, share, more) => {
        const before = new RowIndex(given);
        const anchor = before.anchorAt(share * before.height);
        const after = new RowIndex({ ...given, last: given.last + more, lead: given.lead + GAP });
        fc.pre(given.last >= given.first);
        expect(after.yOf(anchor) - before.yOf(anchor)).toBeCloseTo(GAP, 6);
      }),
    );
  });

  it('goes to the top of what is left when retention took the anchor', () => {
    const rows = new RowIndex({ first: 101, last: 200, lead: 32, trail: 8, rowHeight: ROW, stateRowHeight: GAP, collapsed: [] });
    expect(rows.yOf({ line: 50, dy: 7 })).toBe(0);
  });

  it('is exact for ten million lines', () => {
    const rows = new RowIndex({ first: 1, last: 10_000_000, lead: 4, trail: 8, rowHeight: ROW, stateRowHeight: GAP, collapsed: [] });
    expect(rows.height).toBe(200_000_012);
    expect(rows.lineAt(rows.top(7_340_012))).toBe(7_340_012);
    expect(rows.lineAt(rows.top(7_340_012) - 1)).toBe(7_340_011);
  });
});
