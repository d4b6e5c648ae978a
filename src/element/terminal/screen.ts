import type { EscapeSequence } from '../../protocol/escape.ts';
import { SGR_DEFAULT, applySgr } from '../../protocol/sgr.ts';
import { ClusterBudget } from '../../protocol/terminal/cluster-budget.ts';
import { CellLine } from '../../protocol/terminal/cell-line.ts';
import { moveInRow } from '../../protocol/terminal/columns.ts';
import { BACKSPACE, RETURN } from '../../protocol/terminal/controls.ts';
import { parseEscapes, type TerminalSink } from '../../protocol/terminal/parse-escapes.ts';
import { RowCursor } from '../../protocol/terminal/row-cursor.ts';
import { movesVertically } from '../../protocol/terminal/vertical.ts';
import { parseLine } from './parse.ts';
import { nextPen } from './pens.ts';
import { BLANK_PEN, runsOf, type TextPen, type TextRun } from './runs.ts';
import { parameter } from '../../protocol/terminal/sequences.ts';

/** Rows above the last one that can still be redrawn. */
export const WINDOW = 100;

/** One row of the screen. It is split into cells only when something returns to it. */
interface ScreenRow {
  /** The line that began it. */
  readonly first: number;
  /** The line that wrote its text; 0 while all of it is erased. */
  line: number;
  readonly text: string;
  readonly carry: string;
  cells: CellLine<TextPen> | undefined;
}

/** A row that is left, and the line that wrote it; 0 for none. */
export interface FrameRow {
  readonly line: number;
  readonly runs: readonly TextRun[];
}

/** What a line did to the rows before it. */
export interface Written {
  /** The line that began the topmost row it wrote to, erased, or stood in; infinite for none. */
  readonly touched: number;
  /** How often it moved up. */
  readonly ups: number;
  /** Number of rows added. */
  readonly added: number;
}

const ADDED_ONE: Written = { touched: Infinity, ups: 0, added: 1 };

/**
 * The last rows of a terminal of unknown size: it grows at its end, and keeps a window of rows that the cursor can return
 * to.
 */
export class Screen implements TerminalSink<TextPen> {
  readonly #budget = new ClusterBudget();
  /** Holds the column while the cursor stands in a row that it does not write to. */
  readonly #cursorOnly = new CellLine(this.#budget, BLANK_PEN);
  #rows: ScreenRow[] = [];
  readonly #cursor = new RowCursor();
  #line = 0;
  #touched = Infinity;
  #added = 0;

  /** The line that began the first row of the window; infinite without rows. */
  get firstLine(): number {
    return this.#rows[0]?.first ?? Infinity;
  }

  get #end(): number {
    return this.#cursor.first + this.#rows.length;
  }

  /** Writes one line and the line feed after it. */
  write(line: number, text: string, carry: string): Written {
    this.#dropErased();
    const cursor = this.#cursor;
    if (cursor.row === this.#end && !movesVertically(text)) {
      this.#rows.push({ first: line, line, text, carry, cells: undefined });
      cursor.endLine();
      return ADDED_ONE;
    }
    this.#line = line;
    this.#touched = Infinity;
    this.#added = 0;
    cursor.beginLine();
    this.#budget.earn(text.length);
    if (cursor.row < this.#end) this.#touch(cursor.row);
    parseEscapes(text, { style: carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry), link: '' }, nextPen, this);
    this.#grow();
    const last = this.#rows[cursor.row - cursor.first];
    if (last?.line === 0) last.line = line;
    cursor.endLine();
    return { touched: this.#touched, ups: cursor.ups, added: this.#added };
  }

  /** The rows in the window that the lines `from` … `to` began. */
  rows(from: number, to: number): FrameRow[] {
    return this.#rows.filter(({ first }) => first >= from && first <= to).map(frameRow);
  }

  /** Whether a row in the window was written by one of the lines `from` … `to`. */
  holds(from: number, to: number): boolean {
    return this.#rows.some(({ line }) => line >= from && line <= to);
  }

  /** Removes the first row if there are more than fit into the window. */
  scroll(): { readonly first: number; readonly line: number; readonly left: () => FrameRow } | undefined {
    if (this.#rows.length <= WINDOW) return undefined;
    const row = this.#rows.shift();
    this.#cursor.first += 1;
    return row && { first: row.first, line: row.line, left: () => frameRow(row) };
  }

  text(text: string, pen: TextPen): void {
    if (!this.#cursor.isElsewhere) this.#inRow((cells) => cells.write(text, pen), true);
  }

  chip(text: string, pen: TextPen): void {
    if (!this.#cursor.isElsewhere) this.#inRow((cells) => cells.writeChip(text, pen), true);
  }

  control(code: number): boolean {
    if (code === RETURN) this.#cursor.column = 0;
    else if (code === BACKSPACE) this.#cursor.column = Math.max(0, this.#cursor.column - 1);
    else return false;
    return true;
  }

  sequence(sequence: EscapeSequence): void {
    this.#cursor.apply(sequence, this.#end);
    const { kind, params, final } = sequence;
    if (this.#cursor.isElsewhere || kind !== 'csi' || !/^[\d;]*$/u.test(params)) return;
    if (final === 'J') this.#eraseRows(parameter(params, 0, 0));
    else if (!'@KPX'.includes(final)) this.#inColumns(sequence);
    else if (this.#cursor.row < this.#end) this.#inRow((cells) => moveInRow(cells, sequence));
  }

  #eraseRows(mode: number): void {
    if (mode > 1) return;
    const { row: current, first, top } = this.#cursor;
    if (current < this.#end) this.#inRow((cells) => cells.erase(mode));
    if (mode === 0) {
      if (current + 1 < this.#end) this.#rows.length = current + 1 - first;
    } else {
      for (let row = Math.max(first, top ?? current); row < current && row < this.#end; row += 1) {
        this.#touch(row);
        this.#cells(row).erase(2);
        this.#own(row, false);
      }
    }
  }

  #inColumns(sequence: EscapeSequence): void {
    this.#cursorOnly.enter(this.#cursor.column);
    moveInRow(this.#cursorOnly, sequence);
    this.#cursor.column = this.#cursorOnly.column;
  }

  #inRow(change: (cells: CellLine<TextPen>) => void, writes = false): void {
    this.#grow();
    this.#touch(this.#cursor.row);
    const cells = this.#cells(this.#cursor.row);
    cells.enter(this.#cursor.column);
    change(cells);
    this.#cursor.column = cells.column;
    this.#own(this.#cursor.row, writes);
  }

  /** Notes which line owns a row after the current line wrote to it or erased in it. */
  #own(index: number, writes: boolean): void {
    const row = this.#rows[index - this.#cursor.first];
    if (row === undefined) return;
    if (writes) row.line = this.#line;
    else if (row.cells?.isEmpty === true) row.line = 0;
  }

  #touch(index: number): void {
    this.#touched = Math.min(this.#touched, this.#rows[index - this.#cursor.first]?.first ?? Infinity);
  }

  /** Adds rows until the cursor's row exists. */
  #grow(): void {
    while (this.#cursor.row >= this.#end) {
      this.#rows.push({ first: this.#line, line: this.#line, text: '', carry: '', cells: undefined });
      this.#added += 1;
    }
    this.#cursor.height = Math.max(this.#cursor.height, this.#end);
  }

  /** Removes erased rows at the end, if the cursor is in the first of them: the next line begins a row of its own. */
  #dropErased(): void {
    let end = this.#end;
    while (end > this.#cursor.row && this.#rows[end - 1 - this.#cursor.first]?.line === 0) end -= 1;
    if (end === this.#cursor.row) this.#rows.length = end - this.#cursor.first;
  }

  #cells(index: number): CellLine<TextPen> {
    const row = this.#rows[index - this.#cursor.first];
    if (row?.cells !== undefined) return row.cells;
    const cells = new CellLine(this.#budget, BLANK_PEN);
    for (const run of row === undefined ? [] : parseLine(row.text, row.carry)) {
      if (run.chip) cells.writeChip(run.text, run);
      else cells.write(run.text, run);
    }
    if (row !== undefined) row.cells = cells;
    return cells;
  }
}

function frameRow({ line, cells, text, carry }: ScreenRow): FrameRow {
  return { line, runs: cells === undefined ? parseLine(text, carry) : runsOf(cells) };
}
