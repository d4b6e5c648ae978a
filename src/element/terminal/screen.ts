import { ESC, type EscapeSequence } from '../../protocol/escape.ts';
import { SGR_DEFAULT, applySgr } from '../../protocol/sgr.ts';
import { ClusterBudget } from '../../protocol/terminal/cluster-budget.ts';
import { CellLine } from './cell-line.ts';
import { moveInRow } from '../../protocol/terminal/columns.ts';
import { parseEscapes, type TerminalSink } from './parse-escapes.ts';
import { parseLine } from './parse.ts';
import { BACKSPACE, RETURN } from './row-sink.ts';
import type { TextPen, TextRun } from './runs.ts';
import { isPlace, isRestore, isSave, parameter } from '../../protocol/terminal/sequences.ts';

/** Rows above the last one that a tool can still redraw. */
export const WINDOW = 100;

/** What may leave the row of its line: moves up and down, to a place, to where the cursor was kept; erasing below. */
const VERTICAL = new RegExp(`${ESC}(?:[78DEMc]|\\[[0-9;]*[ABEFHJdefsu])`, 'u');

/** One row of the screen. It is taken apart into cells only when something goes back to it. */
interface ScreenRow {
  /** The line that began it. */
  readonly first: number;
  /** The line that wrote its text; 0 while all of it is erased. */
  line: number;
  readonly text: string;
  readonly carry: string;
  cells: CellLine | undefined;
}

/** A row as it is left, and the line that wrote it; 0 for none. */
export interface FrameRow {
  readonly line: number;
  readonly runs: readonly TextRun[];
}

/** What a line did to the rows before it. */
export interface Written {
  /** The line that began the first row that it wrote to, erased, or stood in; infinite for none. */
  readonly touched: number;
  /** How often it went up. */
  readonly ups: number;
  /** Rows that it added. */
  readonly added: number;
}

const ADDED_ONE: Written = { touched: Infinity, ups: 0, added: 1 };

/**
 * The last rows of a terminal that nobody has told its size: it grows at its end, and keeps a window of rows that can
 * be gone back to.
 */
export class Screen implements TerminalSink {
  readonly #budget = new ClusterBudget();
  /** Holds the column while the cursor stands in a row that it does not write to. */
  readonly #cursorOnly = new CellLine(this.#budget);
  #rows: ScreenRow[] = [];
  /** Rows that have left the window; all indexes count from the first row ever. */
  #base = 0;
  /** Index after the lowest row there has been: the cursor can go down that far, whether the rows are still there or not. */
  #height = 0;
  #row = 0;
  #column = 0;
  /** Where the first row of the screen was found to be, by a jump to a row. */
  #top: number | undefined;
  #saved = { row: 0, column: 0 };
  /** Between saving the cursor and restoring it, and behind a jump in between: as within a row. */
  #isSaved = false;
  #isElsewhere = false;
  #line = 0;
  #touched = Infinity;
  #ups = 0;
  #added = 0;

  /** Line that began the first row of the window; infinite if there is no row. */
  get firstLine(): number {
    return this.#rows[0]?.first ?? Infinity;
  }

  get #end(): number {
    return this.#base + this.#rows.length;
  }

  /** Writes one line and the line feed behind it. */
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
    parseEscapes(text, { style: carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry), link: '' }, this);
    this.#grow();
    const last = this.#rows[this.#row - this.#base];
    if (last?.line === 0) last.line = line;
    this.#row += 1;
    this.#column = 0;
    return { touched: this.#touched, ups: this.#ups, added: this.#added };
  }

  /** The rows that the lines `from` … `to` began and that are in the window. */
  rows(from: number, to: number): FrameRow[] {
    return this.#rows.filter(({ first }) => first >= from && first <= to).map(frameRow);
  }

  /** Whether a row in the window was written by one of the lines `from` … `to`. */
  holds(from: number, to: number): boolean {
    return this.#rows.some(({ line }) => line >= from && line <= to);
  }

  /** Takes the first row out if there are more than fit into the window. */
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
    // Nobody knows where the screen ends: what goes beyond the last row begins one row, as a line feed does.
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

  /** A cleared screen begins below what was there: a log does not forget, as terminals that scroll it out of view. */
  #clear(): void {
    this.#row = this.#top = this.#height = this.#end;
  }

  #inColumns(sequence: EscapeSequence): void {
    this.#cursorOnly.enter(this.#column);
    moveInRow(this.#cursorOnly, sequence);
    this.#column = this.#cursorOnly.column;
  }

  #inRow(change: (cells: CellLine) => void, writes = false): void {
    this.#grow();
    this.#touch(this.#row);
    const cells = this.#cells(this.#row);
    cells.enter(this.#column);
    change(cells);
    this.#column = cells.column;
    this.#own(this.#row, writes);
  }

  /** Notes which line a row is of, after the line wrote to it or erased in it. */
  #own(index: number, writes: boolean): void {
    const row = this.#rows[index - this.#base];
    if (row === undefined) return;
    if (writes) row.line = this.#line;
    else if (row.cells?.isEmpty === true) row.line = 0;
  }

  #touch(index: number): void {
    this.#touched = Math.min(this.#touched, this.#rows[index - this.#base]?.first ?? Infinity);
  }

  /** Adds rows until there is the one that the cursor stands in. */
  #grow(): void {
    while (this.#row >= this.#end) {
      this.#rows.push({ first: this.#line, line: this.#line, text: '', carry: '', cells: undefined });
      this.#added += 1;
    }
    this.#height = Math.max(this.#height, this.#end);
  }

  /** Erased rows at the end, with the cursor in the first of them, are none: a line that comes now begins one of its own. */
  #dropErased(): void {
    let end = this.#end;
    while (end > this.#row && this.#rows[end - 1 - this.#base]?.line === 0) end -= 1;
    if (end === this.#row) this.#rows.length = end - this.#base;
  }

  #cells(index: number): CellLine {
    const row = this.#rows[index - this.#base];
    if (row?.cells !== undefined) return row.cells;
    const cells = new CellLine(this.#budget);
    for (const run of row === undefined ? [] : parseLine(row.text, row.carry)) {
      if (run.chip) cells.writeChip(run.text, run);
      else cells.write(run.text, run);
    }
    if (row !== undefined) row.cells = cells;
    return cells;
  }
}

function frameRow({ line, cells, text, carry }: ScreenRow): FrameRow {
  return { line, runs: cells?.runs() ?? parseLine(text, carry) };
}
