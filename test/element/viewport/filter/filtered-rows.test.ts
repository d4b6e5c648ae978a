import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilteredRows } from '../../../../src/element/viewport/filter/filtered-rows.ts';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';
import { RowCounts } from '../../../../src/element/viewport/layout/row-counts.ts';

const LAST = 60;
const shownLines = fc.uniqueArray(fc.integer({ min: 1, max: LAST }), { maxLength: 25 }).map((lines) => lines.sort((a, b) => a - b));
const GAP = 0.4;

/** What stands from top to bottom: shown lines with their rows, and gaps between them. */
function model(lines: readonly number[], rowsAt: (place: number) => number): { line: number; top: number; rows: number }[] {
  const strips: { line: number; top: number; rows: number }[] = [];
  let top = 0;
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    if (before !== undefined && before + 1 < line) {
      strips.push({ line: before + 1, top, rows: GAP });
      top += GAP;
    }
    const rows = rowsAt(at + 1);
    strips.push({ line, top, rows });
    top += rows;
  }
  return strips;
}

describe('rows of a filtered log', () => {
  it('stand one below the other, with gaps between lines that are not consecutive', () => {
    fc.assert(
      fc.property(shownLines, fc.option(fc.array(fc.integer({ min: 1, max: 9 })), { nil: undefined }), (lines, heights) => {
        const counts = heights && new RowCounts();
        for (const [at, height] of (heights ?? []).entries()) counts?.set(at + 1, height);
        const mean = counts?.mean ?? 1;
        const strips = model(lines, (place) => counts?.get(place) ?? mean);
        const rows = new FilteredRows(LineSet.of(lines), counts, GAP);
        for (let line = 1; line <= LAST; line += 1) {
          const strip = strips.findLast((each) => each.line <= line && (lines.includes(line) ? each.line === line : true));
          const isAfter = strip !== undefined && !lines.includes(line) && lines.includes(strip.line);
          const expected = strip === undefined ? 0 : isAfter ? strip.top + strip.rows : strip.top;
          expect(rows.before(line)).toBeCloseTo(expected);
        }
        for (const { line, top, rows: own } of strips) {
          expect(rows.lineAt(top + own / 2)).toBe(line);
          expect(rows.lineAt(top + 1e-6)).toBe(line);
        }
        const end = (strips.at(-1)?.top ?? 0) + (strips.at(-1)?.rows ?? 0);
        expect(rows.before(LAST + 1)).toBeCloseTo(end);
        expect(rows.lineAt(end + 1)).toBe(Infinity);
      }),
    );
  });

  it('are found among a million lines in a few steps', () => {
    let asked = 0;
    const counts = {
      before: (place: number): number => {
        asked += 1;
        return place - 1;
      },
    };
    const lines = LineSet.EMPTY.addAll(
      (function* every(): Generator<readonly [number, number]> {
        for (let line = 7; line <= 10_000_000; line += 10) yield [line, line];
      })(),
    );
    const rows = new FilteredRows(lines, counts, GAP);
    expect(lines.size).toBe(1_000_000);
    expect(rows.lineAt(1.4 * 500_000)).toBe(5_000_007);
    expect(rows.before(5_000_007)).toBeCloseTo(700_000);
    expect(asked).toBeLessThan(40);
  });
});
