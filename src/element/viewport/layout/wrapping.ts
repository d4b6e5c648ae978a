import type { Line } from '../../../protocol/line.ts';
import type { Range } from '../../../worker/api.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { SpecialLines } from '../long-lines/special-lines.ts';
import { RowCounts } from './row-counts.ts';
import type { RowIndex } from './row-index.ts';

/** Characters of lines counted at a time: next to a line of thousands of rows few others are in sight. */
const COUNT_AT_ONCE = 1_000_000;

/** What decides how many rows a line takes, and where they count. */
export interface WrappedLines {
  /** The columns of a line's row. */
  columnsOf(line: number): number;
  /** The place of a line among those that are shown, by which rows are kept; undefined for one that is not shown. */
  placeOf(line: number): number | undefined;
}

/** The rows that lines take where long ones are broken. Loaded when lines first wrap. */
export class Wrapping {
  /** By place. */
  readonly counts = new RowCounts();
  readonly #special: SpecialLines;
  readonly #layout: WrappedLines;

  constructor(special: SpecialLines, layout: WrappedLines) {
    this.#special = special;
    this.#layout = layout;
  }

  /** Rows of the unfinished line. */
  rowsOfPart(number: number, [, text]: Line): number {
    return rowCount(text, this.#layout.columnsOf(number));
  }

  /** Counts the rows of held lines of a range that were not counted, up to a number of characters. Returns whether there were any. */
  countRows({ from, to }: Range, lines: LineCache, rows: RowIndex): boolean {
    let isChanged = false;
    let characters = 0;
    for (let line = from; line <= to && characters < COUNT_AT_ONCE; line += 1) {
      line = rows.collapsedAt(line)?.to ?? line;
      const place = this.#layout.placeOf(line);
      const held = place === undefined || this.counts.get(place) !== undefined ? undefined : lines.get(line);
      if (held === undefined || place === undefined) continue;
      this.counts.set(place, this.#rowsOf(line, held));
      characters += held[1].length;
      isChanged = true;
    }
    return isChanged;
  }

  /** Forgets the rows of lines that are drawn differently now. */
  uncount({ from, to }: Range): void {
    for (let line = from; line <= to; line += 1) {
      const place = this.#layout.placeOf(line);
      if (place !== undefined) this.counts.remove(place);
    }
  }

  /** Records the rows a line was drawn with. Returns whether they differ from the counted ones by half a pixel of a row of `rowHeight` px. */
  record(line: number, rows: number, rowHeight: number): boolean {
    const place = this.#layout.placeOf(line);
    if (place === undefined) return false;
    const counted = this.counts.get(place);
    if (counted !== undefined && Math.abs(counted - rows) * rowHeight < 0.5) return false;
    this.counts.set(place, rows);
    return true;
  }

  #rowsOf(number: number, line: Line): number {
    const columns = this.#layout.columnsOf(number);
    return this.#special.view(number, line, columns)?.rows ?? rowCount(line[1], columns);
  }
}
