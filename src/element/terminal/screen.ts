import { ESC, type EscapeSequence } from '../../protocol/escape.ts';
import { SGR_DEFAULT, applySgr } from '../../protocol/sgr.ts';
import { ClusterBudget } from '../../protocol/terminal/cluster-budget.ts';
import { CellLine } from '../../protocol/terminal/cell-line.ts';
import { moveInRow } from '../../protocol/terminal/columns.ts';
import { BACKSPACE, RETURN } from '../../protocol/terminal/controls.ts';
import { parseEscapes, type TerminalSink } from '../../protocol/terminal/parse-escapes.ts';
import { parseLine } from './parse.ts';
import { nextPen } from './pens.ts';
import { BLANK_PEN, runsOf, type TextPen, type TextRun } from './runs.ts';
import { isPlace, isRestore, isSave, parameter } from '../../protocol/terminal/sequences.ts';

/** Rows above the last one that can still be redrawn. */
export const WINDOW = 100;

/** Sequences that may leave the row: moves up, down, to a position or to the saved one, and erasing below. */
const VERTICAL = new RegExp(`${ESC}(?:[78DEMc]|\\[[0-9;]*[ABEFHJdefsu])`, 'u');

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
  /** Number of rows that left the window; all indexes count from the first row ever. */
  #base = 0;
  /** Index after the lowest row there ever was: the cursor can move down that far even if rows were removed. */
  #height = 0;
  #row = 0;
  #column = 0;
  /** Index of the screen's first row, as far as a jump to a row told. */
  #top: number | undefined;
  #saved = { row: 0, column: 0 };
  /** The cursor was saved and not restored yet, and whether it jumped elsewhere in between. */
  #isSaved = false;
  #isElsewhere = false;
  #line = 0;
  #touched = Infinity;
  #ups = 0;
  #added = 0;

  /** The line that began the first row of the window; infinite without rows. */
  get firstLine(): number {
    return this.#rows[0]?.first ?? Infinity;
  }

  get #end(): number {
    return this.#base + this.#rows.length;
  }

  /** Writes one line and the line feed after it. */
  write(line: number, text: string, carry: string): Written {
    this.#dropErased();
    if (this.#row === this.#end && !VERTICAL.test(text)) {
      this.#rows.push({ first: line, line, text, carry, cells: undefined });
      this.#row += 1;
      this.#height = Math.max(this.#height, this.#row);
      return ADDED_ONE;
    }
    this.#line = line;
    this.#touched = Infinity;
    this.#ups = this.#added = 0;
    this.#isSaved = this.#isElsewhere = false;
    this.#budget.earn(text.length);
    if (this.#row < this.#end) this.#touch(this.#row);
    parseEscapes(text, { style: carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry), link: '' }, nextPen, this);
    this.#grow();
    const last = this.#rows[this.#row - this.#base];
    if (last?.line === 0) last.line = line;
    this.#row += 1;
    this.#column = 0;
    return { touched: this.#touched, ups: this.#ups, added: this.#added };
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
    this.#base += 1;
    return row && { first: row.first, line: row.line, left: () => frameRow(row) };
  }

  text(text: string, pen: TextPen): void {
    if (!this.#isElsewhere) this.#inRow((cells) => cells.write(text, pen), true);
  }

  chip(text: string, pen: TextPen): void {
    if (!this.#isElsewhere) this.#inRow((cells) => cells.writeChip(text, pen), true);
  }

  control(code: number): boolean {
    if (code === RETURN) this.#column = 0;
    else if (code === BACKSPACE) this.#column = Math.max(0, this.#column - 1);
    else return false;
    return true;
  }

  sequence(sequence: EscapeSequence): void {
    if (isSave(sequence)) this.#save();
    else if (isRestore(sequence)) this.#restore();
    else if (isPlace(sequence) && this.#isSaved && this.#top === undefined) this.#isElsewhere = true;
    else if (!this.#isElsewhere) {
      if (sequence.kind === 'esc') this.#short(sequence.final);
      else if (sequence.kind === 'csi' && /^[\d;]*$/u.test(sequence.params)) this.#control(sequence);
    }
  }

  #short(final: string): void {
    if (final === 'M') this.#up(1);
    else if (final === 'D' || final === 'E') this.#down(1);
    else if (final === 'c') this.#clear();
    if (final === 'E' || final === 'c') this.#column = 0;
  }

  #control(sequence: EscapeSequence): void {
    const count = Math.max(1, parameter(sequence.params, 0, 1));
    switch (sequence.final) {
      case 'A':
      case 'F':
        this.#up(count);
        break;
      case 'B':
      case 'E':
      case 'e':
        this.#down(count);
        break;
      case 'H':
      case 'f':
      case 'd':
        this.#goTo(count);
        break;
      case 'J':
        this.#eraseRows(parameter(sequence.params, 0, 0));
        return;
    }
    if ('@KPX'.includes(sequence.final)) {
      if (this.#row < this.#end) this.#inRow((cells) => moveInRow(cells, sequence));
    } else this.#inColumns(sequence);
  }

  #up(count: number): void {
    this.#moveTo(this.#row - count);
  }

  #down(count: number): void {
    // The screen's height is unknown: a move beyond the last row begins one row, as a line feed does.
    this.#moveTo(this.#row + count);
  }

  #goTo(row: number): void {
    this.#top ??= Math.max(this.#base, this.#row - row + 1);
    this.#moveTo(Math.max(this.#top, this.#base) + row - 1);
  }

  #moveTo(row: number): void {
    const target = Math.max(this.#base, Math.min(row, Math.max(this.#height, this.#row)));
    if (target < this.#row) this.#ups += 1;
    this.#row = target;
  }

  #save(): void {
    if (!this.#isElsewhere) this.#saved = { row: this.#row, column: this.#column };
    this.#isSaved = true;
  }

  #restore(): void {
    this.#moveTo(this.#saved.row);
    this.#column = this.#saved.column;
    this.#isSaved = this.#isElsewhere = false;
  }

  #eraseRows(mode: number): void {
    if (mode === 2) this.#clear();
    if (mode > 1) return;
    if (this.#row < this.#end) this.#inRow((cells) => cells.erase(mode));
    if (mode === 0) {
      const below = this.#row + 1;
      if (below < this.#end) this.#rows.length = below - this.#base;
    } else {
      for (let row = Math.max(this.#base, this.#top ?? this.#row); row < this.#row && row < this.#end; row += 1) {
        this.#touch(row);
        this.#cells(row).erase(2);
        this.#own(row, false);
      }
    }
  }

  /** A cleared screen begins below its old rows: they stay in the log, as in terminals that scroll them out of view. */
  #clear(): void {
    this.#row = this.#top = this.#height = this.#end;
  }

  #inColumns(sequence: EscapeSequence): void {
    this.#cursorOnly.enter(this.#column);
    moveInRow(this.#cursorOnly, sequence);
    this.#column = this.#cursorOnly.column;
  }

  #inRow(change: (cells: CellLine<TextPen>) => void, writes = false): void {
    this.#grow();
    this.#touch(this.#row);
    const cells = this.#cells(this.#row);
    cells.enter(this.#column);
    change(cells);
    this.#column = cells.column;
    this.#own(this.#row, writes);
  }

  /** Notes which line owns a row after the current line wrote to it or erased in it. */
  #own(index: number, writes: boolean): void {
    const row = this.#rows[index - this.#base];
    if (row === undefined) return;
    if (writes) row.line = this.#line;
    else if (row.cells?.isEmpty === true) row.line = 0;
  }

  #touch(index: number): void {
    this.#touched = Math.min(this.#touched, this.#rows[index - this.#base]?.first ?? Infinity);
  }

  /** Adds rows until the cursor's row exists. */
  #grow(): void {
    while (this.#row >= this.#end) {
      this.#rows.push({ first: this.#line, line: this.#line, text: '', carry: '', cells: undefined });
      this.#added += 1;
    }
    this.#height = Math.max(this.#height, this.#end);
  }

  /** Removes erased rows at the end, if the cursor is in the first of them: the next line begins a row of its own. */
  #dropErased(): void {
    let end = this.#end;
    while (end > this.#row && this.#rows[end - 1 - this.#base]?.line === 0) end -= 1;
    if (end === this.#row) this.#rows.length = end - this.#base;
  }

  #cells(index: number): CellLine<TextPen> {
    const row = this.#rows[index - this.#base];
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
