import { ESC, readEscape, type EscapeSequence } from '../../../protocol/escape.ts';
import { isSgr } from '../../../protocol/sgr.ts';
import { ClusterBudget } from '../../../protocol/terminal/cluster-budget.ts';
import { TAB_STOP, joinedLength, readCluster } from '../../../protocol/terminal/clusters.ts';
import { MAX_MOVE, moveInRow, type CursorRow } from '../../../protocol/terminal/columns.ts';
import { hyperlinkOf } from '../../../protocol/terminal/hyperlink.ts';
import { isPlace, isRestore, isSave, parameter } from '../../../protocol/terminal/sequences.ts';
import { charWidth } from '../../../protocol/terminal/width.ts';
import { OpenRow, type CellPen } from './open-row.ts';
import { effectOfSgr } from './sgr-effect.ts';

/** How many rows above and below the one it began in a line can reach. */
const WINDOW = 100;
/** Columns kept of all rows together. */
const COLUMNS = 8_192;
/** Columns kept of a single row that is longer than that. */
const KEPT_COLUMNS = 4_096;

/** A character with more combining marks than this is not joined with marks at the start of the next text. */
const LONGEST_CLUSTER = 64;

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/gu;

/**
 * What an unfinished line has written to a terminal, in rows relative to the one it began in, 0. It keeps a bounded number
 * of columns: the right end of a long row, the lowest of many rows.
 */
export class OpenScreen implements CursorRow {
  readonly #budget = new ClusterBudget();
  readonly #rows = new Map<number, OpenRow>();
  #pen: CellPen;
  #row = 0;
  #column: number;
  /** The last character, while marks that follow could still join it. */
  #last: { readonly column: number; readonly text: string } | undefined;
  /** The row after the lowest one ever written to, beyond which the cursor cannot move down. */
  #end = 0;
  /** Rows from this one on were erased. */
  #erasedBelow = Infinity;
  /** The sequence that led to row 0, where that is not the row the line began in: a jump to a row, or a cleared screen. */
  #origin = '';
  /** The row of the screen that row 0 is, once a jump has told. */
  #top: number | undefined;
  #saved = { row: 0, column: 0 };
  /** The cursor was saved and not restored yet. */
  #isSaved = false;
  /** The cursor jumped after it was saved: until it is restored, text is written somewhere else on the screen. */
  #isAway = false;

  /** @param columns - Columns written before, which are not kept; `pen` was in force after them. */
  constructor(pen: CellPen, columns: number) {
    this.#pen = pen;
    this.#column = columns;
    if (columns === 0) return;
    this.#rows.set(0, new OpenRow(columns));
    this.#end = 1;
  }

  get pen(): CellPen {
    return this.#pen;
  }

  get origin(): string {
    return this.#origin;
  }

  get erasedBelow(): number {
    return this.#erasedBelow;
  }

  /** The position of the cursor. */
  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column };
  }

  /** The rows that were written to or erased, top to bottom. */
  get rows(): (readonly [row: number, content: OpenRow])[] {
    return [...this.#rows].filter(([, content]) => !content.isUntouched).sort(([a], [b]) => a - b);
  }

  /** Whether the screen is as if nothing but colours had been written. */
  get isBlank(): boolean {
    const blank = ({ size, left }: OpenRow): boolean => size === 0 && left === 0;
    return (
      this.#origin === '' &&
      this.#row === 0 &&
      this.#column === 0 &&
      !this.#isSaved &&
      this.#pen.link === '' &&
      [...this.#rows].every(([row, content]) => row === 0 && blank(content))
    );
  }

  /** Writes text that does not end inside an escape sequence. */
  write(text: string): void {
    this.#budget.earn(text.length);
    for (let from = 0; from < text.length;) {
      CONTROL.lastIndex = from;
      const at = CONTROL.exec(text)?.index ?? text.length;
      if (at > from && !this.#isAway) this.#print(text.slice(from, at));
      from = at === text.length ? at : this.#control(text, at);
    }
    this.#limitColumns();
  }

  moveTo(column: number): void {
    if (!this.#budget.isSpent) this.#column = Math.min(Math.max(column, 0), MAX_MOVE);
  }

  moveBy(columns: number): void {
    if (this.#budget.isSpent) return;
    // Text may extend beyond the farthest movement; a step back must start from there.
    this.#column = columns < 0 ? Math.max(0, this.#column + columns) : Math.max(this.#column, Math.min(this.#column + columns, MAX_MOVE));
  }

  erase(mode: number): void {
    if (this.#budget.isSpent) return;
    const row = this.#rowOf(this.#row);
    if (mode === 2) row.eraseAll();
    else if (mode === 0) row.eraseFrom(this.#column, this.isOwn(this.#row));
    else if (mode === 1) row.blank(0, this.#column + 1, this.isOwn(this.#row), this.#budget);
  }

  eraseCells(count: number): void {
    const to = this.#column + Math.min(count, MAX_MOVE);
    if (!this.#budget.isSpent) this.#rowOf(this.#row).blank(this.#column, to, this.isOwn(this.#row), this.#budget);
  }

  deleteCells(count: number): void {
    if (!this.#budget.isSpent) this.#rowOf(this.#row).remove(this.#column, count, this.isOwn(this.#row), this.#budget);
  }

  insertCells(count: number): void {
    const row = this.#rowOf(this.#row);
    if (!this.#budget.isSpent && row.left + row.size < MAX_MOVE) row.insert(this.#column, Math.min(count, MAX_MOVE), this.#budget);
  }

  /** Executes a control character, or the sequence it begins; returns the index after it. */
  #control(text: string, at: number): number {
    this.#last = undefined;
    const control = text[at];
    if (control === ESC) {
      const sequence = readEscape(text, at);
      this.#sequence(sequence);
      return sequence.end;
    }
    if (this.#isAway) return at + 1;
    if (control === '\r') this.#column = 0;
    else if (control === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (control === '\t') this.#tab();
    return at + 1;
  }

  /** A tab moves over existing text; where there is none it is kept as a tab. */
  #tab(): void {
    const width = TAB_STOP - (this.#column % TAB_STOP);
    const row = this.#rows.get(this.#row);
    if (!this.isOwn(this.#row) || (row !== undefined && this.#column < row.left + row.size)) this.moveBy(width);
    else {
      this.#rowOf(this.#row).put(this.#column, '\t', width, this.#pen, this.#budget);
      this.#column += width;
    }
  }

  #print(more: string): void {
    const row = this.#rowOf(this.#row);
    this.#end = Math.max(this.#end, this.#row + 1);
    const text = this.#extendsLast(more) ? this.#rewindLast() + more : more;
    let at = joinedLength(text);
    if (at > 0 && !row.join(this.#column, text.slice(0, at))) at = 0;
    if (at > 0 && this.#last !== undefined) this.#last = { column: this.#last.column, text: this.#last.text + text.slice(0, at) };
    while (at < text.length) {
      const from = at;
      const code = text.charCodeAt(at);
      let cells = 1;
      // Most text is printable ASCII without combining marks.
      if (code < 0x7f && !(text.charCodeAt(at + 1) >= 0x300)) at += 1;
      else {
        ({ end: at, cells } = readCluster(text, at));
        // A format character with nothing before it belongs to what follows.
        while (cells === 0 && at < text.length) ({ end: at, cells } = readCluster(text, at));
      }
      const cluster = text.slice(from, at);
      if (cells > 0) row.put(this.#column, cluster, cells, this.#pen, this.#budget);
      if (at === text.length) this.#last = { column: this.#column, text: cluster };
      this.#column += cells;
    }
  }

  /** Whether a text begins with marks that join the last character. */
  #extendsLast(text: string): boolean {
    if (this.#last === undefined || this.#last.text.length > LONGEST_CLUSTER || !(text.charCodeAt(0) >= 0x300)) return false;
    const before = this.#last.text;
    return charWidth(before.codePointAt(0) ?? 0) === 0 || readCluster(before + text, 0).end > before.length;
  }

  /** Moves the cursor back before the last character, to write it again with its marks. */
  #rewindLast(): string {
    const { column, text } = this.#last ?? { column: this.#column, text: '' };
    this.#column = column;
    return text;
  }

  #sequence(sequence: EscapeSequence): void {
    const { kind, params, final } = sequence;
    const link = hyperlinkOf(sequence);
    if (isSgr(sequence)) {
      this.#pen = { effect: effectOfSgr(this.#pen.effect, params), link: this.#pen.link };
    } else if (link !== undefined) this.#pen = { effect: this.#pen.effect, link };
    else if (isSave(sequence)) {
      if (!this.#isAway) this.#saved = { row: this.#row, column: this.#column };
      this.#isSaved = true;
    } else if (isRestore(sequence)) {
      this.#goToRow(this.#saved.row);
      this.#column = this.#saved.column;
      this.#isSaved = this.#isAway = false;
    } else if (isPlace(sequence) && this.#isSaved && this.#top === undefined) this.#isAway = true;
    else if (this.#isAway) return;
    else if (kind === 'esc') this.#short(final);
    else if (kind === 'csi' && /^[\d;]*$/u.test(params)) this.#move(sequence);
  }

  #short(final: string): void {
    if (final === 'M') this.#goToRow(this.#row - 1);
    else if (final === 'D' || final === 'E') this.#goToRow(this.#row + 1);
    else if (final === 'c') this.#begin(`${ESC}c`);
    if (final === 'E' || final === 'c') this.#column = 0;
  }

  #move(sequence: EscapeSequence): void {
    const count = Math.max(1, parameter(sequence.params, 0, 1));
    switch (sequence.final) {
      case 'A':
      case 'F':
        this.#goToRow(this.#row - count);
        break;
      case 'B':
      case 'E':
      case 'e':
        this.#goToRow(this.#row + count);
        break;
      case 'H':
      case 'f':
      case 'd':
        this.#place(count);
        break;
      case 'J':
        this.#eraseRows(parameter(sequence.params, 0, 0));
        return;
    }
    moveInRow(this, sequence);
  }

  #goToRow(row: number): void {
    // The height of the screen is unknown: moving below the last row begins a new one, as a line feed does.
    this.#row = Math.max(-WINDOW, Math.min(row, Math.max(this.#row, this.#end), WINDOW));
  }

  /** Jumps to a row of the screen. The first jump becomes row 0; later ones are relative to it. */
  #place(row: number): void {
    if (this.#top === undefined) {
      this.#begin(`${ESC}[${row}H`);
      this.#top = row;
    }
    this.#row = Math.max(-WINDOW, Math.min(row - this.#top, WINDOW));
  }

  #begin(origin: string): void {
    this.#origin = origin;
    this.#rows.clear();
    this.#erasedBelow = Infinity;
    this.#row = this.#end = 0;
    this.#top = undefined;
  }

  #eraseRows(mode: number): void {
    if (mode === 2) this.#begin(`${ESC}[2J`);
    if (mode > 1) return;
    this.erase(mode);
    if (mode === 1) return this.#eraseAbove();
    for (const row of this.#rows.keys()) if (row > this.#row) this.#rows.delete(row);
    this.#erasedBelow = Math.min(this.#erasedBelow, this.#row + 1);
  }

  /** Erases up to the top of the screen, where a jump has told where that is. */
  #eraseAbove(): void {
    for (let row = Math.max(-WINDOW, 1 - (this.#top ?? 1 - this.#row)); row < this.#row; row += 1) this.#rowOf(row).eraseAll();
  }

  /** Whether a row was empty before the line. */
  isOwn(row: number): boolean {
    return row === 0 && this.#top === undefined;
  }

  #rowOf(row: number): OpenRow {
    let content = this.#rows.get(row);
    if (content === undefined) this.#rows.set(row, (content = new OpenRow()));
    return content;
  }

  #limitColumns(): void {
    let columns = 0;
    for (const content of this.#rows.values()) columns += content.size;
    if (columns <= COLUMNS) return;
    for (const [row, content] of this.rows) {
      if (columns <= COLUMNS) return;
      columns -= content.size;
      if (columns > 0) this.#rows.delete(row);
      else content.keepLast(KEPT_COLUMNS);
    }
  }
}
