import type { ClusterBudget } from '../../../protocol/terminal/cluster-budget.ts';
import type { SgrEffect } from './sgr-effect.ts';
import { SGR_DEFAULT } from '../../../protocol/sgr.ts';

/** The attributes that characters are written with. */
export interface CellPen {
  readonly effect: SgrEffect;
  /** Target of the hyperlink (OSC 8); empty for none. */
  readonly link: string;
}

/** One column. The text is empty where the wide glyph of the column before it covers it. */
export interface Cell {
  readonly text: string;
  readonly pen: CellPen;
}

/** The most characters in one cell; further combining marks are dropped. */
const CELL_TEXT = 64;

const BLANK_PEN: CellPen = { effect: { fromDefault: SGR_DEFAULT, fromOther: SGR_DEFAULT }, link: '' };
const BLANK: Cell = { text: ' ', pen: BLANK_PEN };

/** What an unfinished line has written to one row of a terminal. Untouched columns are as they were before the line. */
export class OpenRow {
  /** Undefined for columns that were not touched, or erased. The first is column `left`. */
  #cells: (Cell | undefined)[] = [];
  #left: number;
  #erasedFrom = Infinity;

  /** @param left - The first column kept: text written before it is dropped. */
  constructor(left = 0) {
    this.#left = left;
  }

  get left(): number {
    return this.#left;
  }

  /** The column from which on the row was erased; infinite for none. */
  get erasedFrom(): number {
    return this.#erasedFrom;
  }

  /** Columns kept. */
  get size(): number {
    return this.#cells.length;
  }

  get isUntouched(): boolean {
    return this.#cells.length === 0 && this.#left === 0 && this.#erasedFrom === Infinity;
  }

  get cells(): readonly (Cell | undefined)[] {
    return this.#cells;
  }

  put(column: number, text: string, width: number, pen: CellPen, budget: ClusterBudget): void {
    const start = column - this.#left;
    if (start < 0) return;
    budget.spend(Math.max(0, start - this.#cells.length));
    while (this.#cells.length < start) this.#cells.push(undefined);
    this.#split(start);
    this.#split(start + width);
    this.#cells[start] = { text: text.slice(0, CELL_TEXT), pen };
    for (let at = 1; at < width; at += 1) this.#cells[start + at] = { text: '', pen };
  }

  /** Adds combining marks to the character before a column; false if there is none. */
  join(column: number, marks: string): boolean {
    let at = Math.min(column - this.#left, this.#cells.length) - 1;
    while (at > 0 && this.#cells[at]?.text === '') at -= 1;
    const cell = this.#cells[at];
    if (cell === undefined) return false;
    if (cell.text.length + marks.length <= CELL_TEXT) this.#cells[at] = { ...cell, text: cell.text + marks };
    return true;
  }

  eraseAll(): void {
    this.#cells = [];
    this.#left = 0;
    this.#erasedFrom = 0;
  }

  /** @param own - Whether the row was empty before the line. */
  eraseFrom(column: number, own: boolean): void {
    const at = Math.max(0, column - this.#left);
    this.#split(at, true);
    this.#cells.length = Math.min(this.#cells.length, at);
    this.#erasedFrom = Math.min(this.#erasedFrom, column);
    if (own) this.#trim();
  }

  /** Blanks the columns `from` up to, not including, `to`. @param own - Whether the row was empty before the line. */
  blank(from: number, to: number, own: boolean, budget: ClusterBudget): void {
    const start = Math.max(0, from - this.#left);
    const end = Math.min(to - this.#left, own ? this.#cells.length : Infinity);
    if (end <= start) return;
    this.#split(start, true);
    this.#split(end, true);
    budget.spend(end - start);
    while (this.#cells.length < end) this.#cells.push(undefined);
    this.#cells.fill(BLANK, start, end);
    if (own) this.#trim();
  }

  /** @param own - Whether the row was empty before the line. */
  remove(column: number, count: number, own: boolean, budget: ClusterBudget): void {
    const at = Math.max(0, column - this.#left);
    this.#split(at, true);
    this.#split(at + count, true);
    budget.spend(Math.max(0, this.#cells.length - at));
    this.#cells.splice(at, count);
    if (own) this.#trim();
  }

  insert(column: number, count: number, budget: ClusterBudget): void {
    const at = Math.max(0, column - this.#left);
    const moved = this.#cells.length - at;
    if (moved <= 0) return;
    this.#split(at);
    budget.spend(moved + count);
    this.#cells.splice(at, 0, ...Array.from({ length: count }, () => BLANK));
  }

  /** Drops all but the last `count` columns. */
  keepLast(count: number): void {
    const over = this.#cells.length - count;
    if (over <= 0) return;
    this.#split(over);
    this.#cells.splice(0, over);
    this.#left += over;
  }

  /** Replaces a wide glyph that spans a cell boundary with spaces, or erased cells, since it cannot be halved. */
  #split(at: number, erases = false): void {
    if (this.#cells[at]?.text !== '') return;
    let start = at;
    while (start > 0 && this.#cells[start]?.text === '') start -= 1;
    for (let cell = start; cell === start || this.#cells[cell]?.text === ''; cell += 1)
      this.#cells[cell] = erases ? BLANK : { text: ' ', pen: this.#cells[cell]?.pen ?? BLANK_PEN };
  }

  /** Removes erased cells at the end: nothing is below them. */
  #trim(): void {
    while (this.#cells.length > 0 && (this.#cells.at(-1) ?? BLANK) === BLANK) this.#cells.pop();
  }
}
