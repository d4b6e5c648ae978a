import type { LineRows } from '../lines/line-rows.ts';
import type { LineSet } from './line-set.ts';

/** Rows of lines by their place among those that are shown, from 1; undefined where each line is one row. */
export type PlaceRows = Pick<LineRows, 'before'> | undefined;

/** Where lines stand if only some are shown, with a gap between those that are not consecutive: in rows, which need not be whole. */
export class FilteredRows implements LineRows {
  readonly #shown: LineSet;
  readonly #counts: PlaceRows;
  readonly #gap: number;

  /** `gap`: how many rows a gap is as high as. */
  constructor(shown: LineSet, counts: PlaceRows, gap: number) {
    this.#shown = shown;
    this.#counts = counts;
    this.#gap = gap;
  }

  /** Rows above a line, or above the gap that it is in. */
  before(line: number): number {
    return this.#above(this.#shown.countBefore(line), Math.max(0, this.#shown.runsUpTo(line) - 1));
  }

  /** The line in which the row lies that has so many above it; the first line of a gap, and infinity after the last line. */
  lineAt(rows: number): number {
    const shown = this.#shown;
    let low = 0;
    let high = shown.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#above(middle, shown.placeOf(middle)?.run ?? 0) <= rows) low = middle + 1;
      else high = middle;
    }
    const place = shown.placeOf(low - 1);
    if (place === undefined) return shown.first ?? Infinity;
    if (rows < this.#above(low, place.run)) return place.line;
    return low < shown.size ? place.line + 1 : Infinity;
  }

  /** Rows above the line that has `index` shown lines and `gaps` gaps above it. */
  #above(index: number, gaps: number): number {
    return (this.#counts?.before(index + 1) ?? index) + gaps * this.#gap;
  }
}
