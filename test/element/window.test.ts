import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowIndex } from '../../src/element/viewport/layout/row-index.ts';
import { BLOCK, NODE_BUDGET, visibleLines, windowOf, type WindowOptions } from '../../src/element/viewport/layout/window.ts';

const options: fc.Arbitrary<WindowOptions> = fc
  .record({
    first: fc.integer({ min: 1, max: 1_000_000 }),
    count: fc.integer({ min: 0, max: 10_000_000 }),
    viewport: fc.integer({ min: 20, max: 2_000 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    isFollowing: fc.boolean(),
    nodesPerRow: fc.double({ min: 4, max: 60, noNaN: true }),
    gap: fc.option(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 100_000 })), { nil: undefined }),
  })
  .map(({ first, count, viewport, at, isFollowing, nodesPerRow, gap }) => {
    const last = first + count - 1;
    const from = gap === undefined ? 0 : first + Math.floor(gap[0] * Math.max(0, count - 1));
    const collapsed = gap === undefined || count === 0 ? [] : [{ from, to: Math.min(last, from + gap[1]) }];
    const rows = new RowIndex({ first, last, rowHeight: 20, stateRowHeight: 28, lead: 4, trail: 8, collapsed });
    return { rows, y: at * Math.max(0, rows.height - viewport), viewport, rowHeight: 20, isFollowing, nodesPerRow };
  });

/** Rows a range has in the document: a gap is one. */
function rowsIn({ rows }: WindowOptions, { from, to }: { from: number; to: number }): number {
  let count = 0;
  for (let line = from; line <= to; line += 1) {
    line = rows.collapsedAt(line)?.to ?? line;
    count += 1;
  }
  return count;
}

describe('the lines in the document', () => {
  it('are at least all that can be seen, and only lines there are', () => {
    fc.assert(
      fc.property(options, (given) => {
        const window = windowOf(given);
        const visible = visibleLines(given);
        expect(window.from).toBeLessThanOrEqual(visible.from);
        expect(window.to).toBeGreaterThanOrEqual(visible.to);
        expect(window.from).toBeGreaterThanOrEqual(given.rows.first);
        expect(window.to).toBeLessThanOrEqual(given.rows.last);
      }),
    );
  });

  it('stay within the budget of nodes, or are those that can be seen and no more', () => {
    fc.assert(
      fc.property(options, (given) => {
        const count = rowsIn(given, windowOf(given));
        const visible = rowsIn(given, visibleLines(given));
        if (given.isFollowing) expect(count).toBeLessThanOrEqual(visible + 8);
        else expect(count <= Math.max(visible, NODE_BUDGET / given.nodesPerRow)).toBe(true);
      }),
    );
  });

  it('are a viewport on either side where rows are plain, so that a step shows no blank', () => {
    const rows = new RowIndex({ first: 1, last: 100_000, rowHeight: 20, stateRowHeight: 28, lead: 4, trail: 8, collapsed: [] });
    const window = windowOf({ rows, y: 1_000_000, viewport: 440, rowHeight: 20, isFollowing: false, nodesPerRow: 4 });
    expect(window.from).toBeLessThanOrEqual(50_000 - 22);
    expect(window.to).toBeGreaterThanOrEqual(50_022 + 22);
  });

  it('change only every block of lines while scrolling', () => {
    const rows = new RowIndex({ first: 1, last: 100_000, rowHeight: 20, stateRowHeight: 28, lead: 4, trail: 8, collapsed: [] });
    const seen = new Set<string>();
    for (let y = 1_000_000; y < 1_000_000 + BLOCK * 20; y += 1) {
      const { from, to } = windowOf({ rows, y, viewport: 440, rowHeight: 20, isFollowing: false, nodesPerRow: 4 });
      seen.add(`${from} ${to}`);
    }
    expect(seen.size).toBeLessThanOrEqual(3);
  });

  it('are none for a log without a line', () => {
    const rows = new RowIndex({ first: 1, last: 0, rowHeight: 20, stateRowHeight: 28, lead: 4, trail: 8, collapsed: [] });
    const window = windowOf({ rows, y: 0, viewport: 440, rowHeight: 20, isFollowing: true, nodesPerRow: 4 });
    expect(window.to).toBeLessThan(window.from);
  });
});
