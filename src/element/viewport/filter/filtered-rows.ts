import type { LineRows } from '../lines/line-rows.ts';
import type { LineSet } from './line-set.ts';

/** Rows of lines by their place among those that are shown, from 1; undefined where each line is one row. */
export type PlaceRows = Pick<LineRows, 'before'> | undefined;

/** Where lines stand if only some are shown, with a rule between those that are not consecutive: in rows, which need not be whole. */
export class FilteredRows implements LineRows {
  readonly #shown: LineSet;
  readonly #counts: PlaceRows;
  readonly #rule: number;

  /** `rule`: the height of a rule, in rows. */
  constructor(shown: LineSet, counts: PlaceRows, rule: number) {
    this.#shown = shown;
    this.#counts = counts;
    this.#rule = rule;
  }

  /** Rows above a line, or above the rule in its place. */
  before(line: number): number {
    return this.#above(this.#shown.countBefore(line), Math.max(0, this.#shown.runsUpTo(line) - 1));
  }

  /** The line in which the row lies that has so many above it; the first line that a rule is in place of, and infinity after the last line. */
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

  /** Rows above the line that has `index` shown lines and `rules` rules above it. */
  #above(index: number, rules: number): number {
    return (this.#counts?.before(index + 1) ?? index) + rules * this.#rule;
  }
}
