import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatchFilter, RULE_HEIGHT } from '../../../../src/element/viewport/filter/match-filter.ts';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';
import { nextShown, shownAt } from '../../../../src/element/viewport/layout/line-steps.ts';
import { RowCounts } from '../../../../src/element/viewport/layout/row-counts.ts';
import { RowIndex } from '../../../../src/element/viewport/layout/row-index.ts';
import { windowOf } from '../../../../src/element/viewport/layout/window.ts';
import type { CollapsedRange } from '../../../../src/element/viewport/lines/collapsed-range.ts';

const ROW = 20;
const LAST = 80;

interface Strip {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly height: number;
}

/** Shown lines; which of them are headers of closed groups, and up to which line; rows by place. */
const given = fc
  .record({
    hits: fc.uniqueArray(fc.integer({ min: 1, max: LAST }), { minLength: 1, maxLength: 25 }),
    first: fc.integer({ min: 1, max: 20 }),
    closed: fc.array(fc.record({ at: fc.nat(), length: fc.nat(12) }), { maxLength: 3 }),
    heights: fc.option(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: LAST, maxLength: LAST }), { nil: undefined }),
  })
  .map(({ hits, first, closed, heights }) => {
    const shown = hits.sort((a, b) => a - b).filter((line) => line >= first);
    const ranges: CollapsedRange[] = [];
    for (const { at, length } of closed) {
      const from = shown[at % Math.max(1, shown.length)];
      if (from === undefined) continue;
      const range = { from, to: Math.min(LAST, from + length), height: ROW };
      if (ranges.every((other) => other.to < range.from || other.from > range.to)) ranges.push(range);
    }
    return { shown, first, ranges: ranges.sort((a, b) => a.from - b.from), heights };
  });

function indexOf({ shown, first, ranges, heights }: typeof given extends fc.Arbitrary<infer T> ? T : never): {
  rows: RowIndex;
  filter: MatchFilter;
} {
  const hits = { lines: LineSet.of(shown), upto: LAST, context: 0 };
  const filter = new MatchFilter({ opened: () => undefined, leftOut: String }, hits);
  filter.update({ first, head: LAST }, undefined);
  const counts = heights && new RowCounts();
  for (const [at, height] of (heights ?? []).entries()) counts?.set(at + 1, height);
  const rows = new RowIndex({
    first,
    last: LAST,
    rowHeight: ROW,
    stateRowHeight: 28,
    lead: 4,
    trail: 8,
    collapsed: ranges,
    counts: filter.rows(counts, ROW),
    filter,
  });
  return { rows, filter };
}

/** What stands from top to bottom, the plain way. */
function model({ shown, first, ranges, heights }: typeof given extends fc.Arbitrary<infer T> ? T : never): Strip[] {
  const strips: Strip[] = [];
  let top = 4;
  const put = (from: number, to: number, height: number): void => {
    strips.push({ from, to, top, height });
    top += height;
  };
  for (let line = first; line <= LAST; line += 1) {
    const range = ranges.find(({ from, to }) => line >= from && line <= to);
    const place = shown.indexOf(line);
    if (range !== undefined) put(line, (line = range.to), ROW);
    else if (place !== -1) put(line, line, ROW * (heights?.[place] ?? 1));
    else {
      const next = shown.find((each) => each > line);
      const isBetween = next !== undefined && shown.some((each) => each < line);
      put(line, (line = (next ?? LAST + 1) - 1), isBetween ? RULE_HEIGHT : 0);
    }
  }
  return strips;
}

describe('where the rows of a filtered log stand', () => {
  it('is one below the other: lines, closed groups, and gaps between lines that are not consecutive', () => {
    fc.assert(
      fc.property(given, (log) => {
        const { rows } = indexOf(log);
        const strips = model(log);
        for (const { from, to, top, height } of strips) {
          for (let line = from; line <= to; line += 1) {
            expect(rows.top(line)).toBeCloseTo(top);
            expect(rows.heightAt(line)).toBeCloseTo(height);
            const collapsed = rows.collapsedAt(line);
            if (collapsed === undefined) expect(log.shown).toContain(line);
            else expect(collapsed).toMatchObject({ from, to });
          }
          if (height === 0) continue;
          for (const y of [top + 0.01, top + height / 2, top + height - 0.01]) {
            const line = rows.lineAt(y);
            expect(line).toBeGreaterThanOrEqual(from);
            expect(line).toBeLessThanOrEqual(to);
          }
        }
        const end = (strips.at(-1)?.top ?? 4) + (strips.at(-1)?.height ?? 0);
        expect(rows.height).toBeCloseTo(end + 8);
        expect(rows.lineAt(-1)).toBe(log.first);
        expect(rows.lineAt(rows.height)).toBe(LAST);
      }),
    );
  });

  it('is stepped through line by line, without gaps', () => {
    fc.assert(
      fc.property(given, (log) => {
        const { rows } = indexOf({ ...log, ranges: [] });
        for (const [at, line] of log.shown.entries()) {
          expect(nextShown(rows, line, 1)).toBe(log.shown[at + 1]);
          expect(nextShown(rows, line, -1)).toBe(log.shown[at - 1]);
          expect(shownAt(rows, line)).toBe(line);
        }
      }),
    );
  });

  it('has all lines on screen in the window, in whole blocks of those that are shown', () => {
    fc.assert(
      fc.property(given, fc.double({ min: 0, max: 1_000, noNaN: true }), (log, y) => {
        const { rows, filter } = indexOf(log);
        const window = windowOf({ rows, y, viewport: 100, rowHeight: ROW, isFollowing: false, nodesPerRow: 4 });
        expect(window.from).toBeLessThanOrEqual(rows.lineAt(y));
        expect(window.to).toBeGreaterThanOrEqual(rows.lineAt(y + 99));
        const hidden = filter.hiddenIn(window).flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
        const inWindow = Array.from({ length: window.to - window.from + 1 }, (_, at) => window.from + at);
        expect(hidden).toEqual(inWindow.filter((line) => !log.shown.includes(line)));
      }),
    );
  });

  it('costs as little with a million matches among ten million lines', () => {
    const lines = LineSet.EMPTY.addAll(
      (function* tenth(): Generator<readonly [number, number]> {
        for (let line = 10; line <= 10_000_000; line += 10) yield [line, line];
      })(),
    );
    const filter = new MatchFilter({ opened: () => undefined, leftOut: String }, { lines, upto: 10_000_000, context: 0 });
    filter.update({ first: 1, head: 10_000_000 }, undefined);
    const counts = filter.rows(undefined, ROW);
    const rows = new RowIndex({
      first: 1,
      last: 10_000_000,
      rowHeight: ROW,
      stateRowHeight: 28,
      lead: 4,
      trail: 8,
      collapsed: [],
      counts,
      filter,
    });
    expect(rows.height).toBeCloseTo(12 + 1_000_000 * 28 - 8);
    expect(rows.lineAt(rows.top(7_654_320))).toBe(7_654_320);
    const y = rows.top(5_000_000);
    const window = windowOf({ rows, y, viewport: 800, rowHeight: ROW, isFollowing: false, nodesPerRow: 4 });
    expect((window.to - window.from) / 10).toBeLessThan(160);
    expect(filter.hiddenIn(window).length).toBeLessThan(160);
  });
});
