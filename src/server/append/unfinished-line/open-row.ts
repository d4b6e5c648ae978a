import type { ClusterBudget } from '../../../protocol/terminal/cluster-budget.ts';
import type { SgrEffect } from './sgr-effect.ts';
import { SGR_DEFAULT } from '../../../protocol/sgr.ts';

/** What characters are written with. */
export interface CellPen {
  readonly effect: SgrEffect;
  /** Target that an OSC 8 sequence gave; empty for none. */
  readonly link: string;
}

/** One column. The text is empty where the glyph of the column before reaches into it. */
export interface Cell {
  readonly text: string;
  readonly pen: CellPen;
}

/** Longest text of one cell, characters: marks beyond are left out. */
const CELL_TEXT = 64;

const BLANK_PEN: CellPen = { effect: { fromDefault: SGR_DEFAULT, fromOther: SGR_DEFAULT }, link: '' };
const BLANK: Cell = { text: ' ', pen: BLANK_PEN };

/** What an unfinished line has done to one row of a terminal. Columns that it has not touched are as they were. */
export class OpenRow {
  /** Sparse: what is not there was not touched, or was erased. The first stands in column `left`. */
  #cells: (Cell | undefined)[] = [];
  #left: number;
  #erasedFrom = Infinity;

  /** @param left - The columns before this one are not kept, and what is written there is forgotten. */
  constructor(left = 0) {
    this.#left = left;
  }

  get left(): number {
    return this.#left;
  }

  /** The column from which on nothing is left of what stood there before the line; infinite for none. */
  get erasedFrom(): number {
    return this.#erasedFrom;
  }

  /** Columns that are kept. */
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

  /** Adds marks to what stands before a column; false if nothing does. */
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

  eraseFrom(column: number): void {
    const at = Math.max(0, column - this.#left);
    this.#split(at);
    this.#cells.length = Math.min(this.#cells.length, at);
    this.#erasedFrom = Math.min(this.#erasedFrom, column);
  }

  /** Blanks the columns from one to before another. @param own - Whether nothing stood there before the line. */
  blank(from: number, to: number, own: boolean, budget: ClusterBudget): void {
    const start = Math.max(0, from - this.#left);
    const end = Math.min(to - this.#left, own ? this.#cells.length : Infinity);
    if (end <= start) return;
    this.#split(start);
    this.#split(end);
    budget.spend(end - start);
    while (this.#cells.length < end) this.#cells.push(undefined);
    this.#cells.fill(BLANK, start, end);
  }

  remove(column: number, count: number, budget: ClusterBudget): void {
    const at = Math.max(0, column - this.#left);
    this.#split(at);
    this.#split(at + count);
    budget.spend(Math.max(0, this.#cells.length - at));
    this.#cells.splice(at, count);
  }

  insert(column: number, count: number, budget: ClusterBudget): void {
    const at = Math.max(0, column - this.#left);
    const behind = this.#cells.length - at;
    if (behind <= 0) return;
    this.#split(at);
    budget.spend(behind + count);
    this.#cells.splice(at, 0, ...Array.from({ length: count }, () => BLANK));
  }

  /** Forgets the columns at the left but for the last `count`. */
  keepLast(count: number): void {
    const over = this.#cells.length - count;
    if (over <= 0) return;
    this.#split(over);
    this.#cells.splice(0, over);
    this.#left += over;
  }

  /** A wide glyph that reaches across a place cannot be halved: it becomes spaces. */
  #split(at: number): void {
    if (this.#cells[at]?.text !== '') return;
    let start = at;
    while (start > 0 && this.#cells[start]?.text === '') start -= 1;
    for (let cell = start; cell === start || this.#cells[cell]?.text === ''; cell += 1)
      this.#cells[cell] = { text: ' ', pen: this.#cells[cell]?.pen ?? BLANK_PEN };
  }
}
