import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeRanges } from '../../../../src/protocol/ranges.ts';
import { nextShown, shownAt } from '../../../../src/element/viewport/layout/line-steps.ts';
import { RowIndex } from '../../../../src/element/viewport/layout/row-index.ts';
import type { CollapsedRange } from '../../../../src/element/viewport/lines/collapsed-range.ts';

const draw = (): HTMLElement => {
  throw new Error('Nothing is drawn here.');
};

/** Rows of a log in which some ranges are folds, and others are not shown. */
const rows = fc
  .record({
    first: fc.integer({ min: 1, max: 20 }),
    count: fc.integer({ min: 0, max: 60 }),
    ranges: fc.array(fc.record({ from: fc.integer({ min: 1, max: 80 }), length: fc.integer({ min: 0, max: 9 }) }), { maxLength: 8 }),
    folds: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  })
  .map(({ first, count, ranges, folds }) => {
    const last = first + count - 1;
    const collapsed = normalizeRanges(
      ranges.map(({ from, length }) => ({ from, to: from + length })),
      first,
      last,
    ).map((range, at): CollapsedRange => (folds[at] === true ? { ...range, height: 20, draw } : { ...range, height: 0 }));
    return { index: new RowIndex({ first, last, rowHeight: 20, stateRowHeight: 28, lead: 0, trail: 0, collapsed }), collapsed };
  });

/** The plain way: the lines that have a row, in order. */
function shownLines(index: RowIndex, collapsed: readonly CollapsedRange[]): number[] {
  const shown: number[] = [];
  for (let line = index.first; line <= index.last; line += 1) {
    const range = collapsed.find(({ from, to }) => line >= from && line <= to);
    if (range === undefined || (range.draw !== undefined && line === range.from)) shown.push(line);
  }
  return shown;
}

describe('stepping through rows', () => {
  it('goes from each line to the nearest row in the direction', () => {
    fc.assert(
      fc.property(rows, ({ index, collapsed }) => {
        const shown = shownLines(index, collapsed);
        for (let line = index.first; line <= index.last; line += 1) {
          const own = collapsed.find(({ from, to }) => line >= from && line <= to) ?? { from: line, to: line };
          expect(nextShown(index, line, 1)).toBe(shown.find((other) => other > own.to));
          expect(nextShown(index, line, -1)).toBe(shown.findLast((other) => other < own.from));
        }
      }),
    );
  });

  it('visits every row once, down and up again', () => {
    fc.assert(
      fc.property(rows, ({ index, collapsed }) => {
        const shown = shownLines(index, collapsed);
        for (const by of [1, -1] as const) {
          const visited: number[] = [];
          for (let at = by > 0 ? shown[0] : shown.at(-1); at !== undefined; at = nextShown(index, at, by)) visited.push(at);
          expect(visited).toEqual(by > 0 ? shown : shown.toReversed());
        }
      }),
    );
  });

  it('takes any line to a row: its own, or the nearest above, or else below', () => {
    fc.assert(
      fc.property(rows, fc.oneof(fc.integer({ min: -5, max: 100 }), fc.constant(Infinity)), ({ index, collapsed }, line) => {
        const shown = shownLines(index, collapsed);
        const at = Math.min(Math.max(line, index.first), index.last);
        expect(shownAt(index, line)).toBe(shown.findLast((other) => other <= at) ?? shown[0]);
      }),
    );
  });
});
