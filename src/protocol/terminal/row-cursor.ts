import type { EscapeSequence } from '../escape.ts';
import { isPlace, isRestore, isSave, parameter } from './sequences.ts';

/** A place of a cursor. Rows count from the first one ever, columns from 0. */
export interface CursorPlace {
  readonly row: number;
  readonly column: number;
}

/** The cursor of a terminal of unknown size, which grows at its end. */
export class RowCursor implements CursorPlace {
  row = 0;
  column = 0;
  /** The first row that it can return to. */
  first = 0;
  /** Index after the lowest row there ever was: it can move down that far even if rows were removed. */
  height = 0;
  /** Index of the screen's first row, as far as a jump to a row told. */
  top: number | undefined;
  saved: CursorPlace = { row: 0, column: 0 };
  /** How often it moved up in the line. */
  ups = 0;
  /** It was saved and not restored yet, and it jumped to another place in between. */
  #isSaved = false;
  #isElsewhere = false;

  /** Text is written to another place of the screen until the cursor is restored, as apt's progress bar is. */
  get isElsewhere(): boolean {
    return this.#isElsewhere;
  }

  beginLine(): void {
    this.ups = 0;
    this.#isSaved = this.#isElsewhere = false;
  }

  /** The line feed after a line. */
  endLine(): void {
    this.row += 1;
    this.column = 0;
    this.height = Math.max(this.height, this.row);
  }

  /**
   * Applies what a sequence does to the row; the column is up to the caller, except where the cursor is restored or the screen
   * cleared. `end` is the index after the last row there is: a cleared screen begins there. Its old rows stay in the log, as in
   * terminals that scroll them out of view.
   */
  apply(sequence: EscapeSequence, end: number): void {
    if (isSave(sequence)) {
      if (!this.#isElsewhere) this.saved = { row: this.row, column: this.column };
      this.#isSaved = true;
    } else if (isRestore(sequence)) {
      this.#moveTo(this.saved.row);
      this.column = this.saved.column;
      this.#isSaved = this.#isElsewhere = false;
    } else if (isPlace(sequence) && this.#isSaved && this.top === undefined) this.#isElsewhere = true;
    else if (!this.#isElsewhere) {
      if (sequence.kind === 'esc') this.#short(sequence.final, end);
      else if (sequence.kind === 'csi' && /^[\d;]*$/u.test(sequence.params)) this.#control(sequence, end);
    }
  }

  #short(final: string, end: number): void {
    if (final === 'M') this.#moveTo(this.row - 1);
    else if (final === 'D' || final === 'E') this.#moveTo(this.row + 1);
    else if (final === 'c') this.#clear(end);
    if (final === 'E' || final === 'c') this.column = 0;
  }

  #control({ final, params }: EscapeSequence, end: number): void {
    const count = Math.max(1, parameter(params, 0, 1));
    if (final === 'A' || final === 'F') this.#moveTo(this.row - count);
    else if (final === 'B' || final === 'E' || final === 'e') this.#moveTo(this.row + count);
    else if (final === 'H' || final === 'f' || final === 'd') this.#goTo(count);
    else if (final === 'J' && parameter(params, 0, 0) === 2) this.#clear(end);
  }

  #goTo(row: number): void {
    this.top ??= Math.max(this.first, this.row - row + 1);
    this.#moveTo(Math.max(this.top, this.first) + row - 1);
  }

  /** The screen's height is unknown: a move beyond the last row begins one row, as a line feed does. */
  #moveTo(row: number): void {
    const target = Math.max(this.first, Math.min(row, Math.max(this.height, this.row)));
    if (target < this.row) this.ups += 1;
    this.row = target;
  }

  #clear(end: number): void {
    this.row = this.top = this.height = end;
  }
}
