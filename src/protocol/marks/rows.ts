import type { EscapeSequence } from '../escape.ts';
import { parseEscapes, type TerminalSink } from '../terminal/parse-escapes.ts';
import { RowCursor } from '../terminal/row-cursor.ts';
import { movesVertically } from '../terminal/vertical.ts';
import { RowSink } from '../terminal/row-sink.ts';
import type { Level } from './level.ts';

/** Rows of the screen whose levels are kept. */
export const KEPT_ROWS = 200;
/** A longer line covers more rows than a cursor can be followed over. */
export const LONGEST_ROW = 65_536;

/** The rows of the screen that lines were written to. Plain data: it survives JSON, and its size is bounded. */
export interface RowState {
  /** Index after the last row. Rows count from the first one ever. */
  readonly end: number;
  /** A digit for each of the last rows: the rank of the worst level counted there, 0 for none. Rows before these have none. */
  readonly levels: string;
  /** The first row that the cursor can return to, after a line that was too long; otherwise it is the first of those kept. */
  readonly first?: number;
  /** The cursor's row, if it is not `end`. */
  readonly row?: number;
  /** The screen's first row, as far as a jump to a row told. */
  readonly top?: number;
  /** The row of the saved cursor. */
  readonly saved?: number;
}

/** The row of blanks that nothing was written to. */
const NOWHERE = -1;

export const NO_ROWS: RowState = { end: 0, levels: '' };

/** Whether a line rewrites a row that was counted at its level already, and the rows after it. */
export interface FollowedRow {
  readonly rewrites: boolean;
  readonly state: RowState;
}

/**
 * Follows a line and the line feed after it, given as it was written and with the level that it counts at: none if it has no level,
 * or continues an entry. The row of a line is that of its first visible character. Erased or not, it stays the same row of the screen.
 */
export function followRow(state: RowState, text: string, level: Level | undefined): FollowedRow {
  if (text.length > LONGEST_ROW) return { rewrites: false, state: { end: state.end + 1, levels: '', first: state.end } };
  if (movesVertically(text)) {
    const reader = new RowReader(state);
    const row = reader.read(text, level !== undefined);
    return count(reader.state, row, level);
  }
  if (state.row !== undefined) return count(skipRows(state, 1), state.row, level);
  // Nearly all lines.
  const end = state.end + 1;
  const levels = grown(state.levels, 1, rankOf(level));
  const isPlain = (state.first ?? 0) <= Math.max(0, end - KEPT_ROWS) && state.top === undefined && state.saved === undefined;
  return { rewrites: false, state: isPlain ? { end, levels } : { ...state, end, levels } };
}

/** Follows lines that have no level and move to no other row. */
export function skipRows(state: RowState, lines: number): RowState {
  return withCursor(state, (state.row ?? state.end) + lines);
}

/** Counts a line in a row that there is. */
function count(state: RowState, row: number, level: Level | undefined): FollowedRow {
  const rank = rankOf(level);
  const fromEnd = state.end - row;
  const known = Number(state.levels.at(-fromEnd) ?? 0);
  if (rank <= known) return { rewrites: rank > 0, state };
  const levels = state.levels.padStart(fromEnd, '0');
  const at = levels.length - fromEnd;
  return { rewrites: false, state: { ...state, levels: `${levels.slice(0, at)}${rank}${levels.slice(at + 1)}` } };
}

/** The state with the cursor in a row, which may be below the last one. */
function withCursor({ row: _row, ...state }: RowState, row: number): RowState {
  if (row < state.end) return { ...state, row };
  return { ...state, end: row, levels: grown(state.levels, row - state.end, 0) };
}

/** Adds rows at the end, the last of this rank. Not each of them makes a copy: up to twice as many as needed are kept. */
function grown(levels: string, rows: number, rank: number): string {
  if (rows === 0 || (levels === '' && rank === 0)) return levels;
  const more = `${levels}${'0'.repeat(Math.min(rows - 1, KEPT_ROWS))}${rank}`;
  return more.length > 2 * KEPT_ROWS ? more.slice(-KEPT_ROWS) : more;
}

/** The rank of a level, 1 (trace) to 6 (fatal); 0 for none. */
function rankOf(level: Level | undefined): number {
  return level === undefined ? 0 : Math.ceil(level / 4);
}

/** Follows the cursor over a line that may leave its row. */
class RowReader implements TerminalSink<undefined> {
  readonly #before: RowState;
  readonly #cursor = new RowCursor();
  /** The text of the line, with the row that it was written to in place of a pen. */
  #text: RowSink<number> | undefined;

  constructor(state: RowState) {
    this.#before = state;
    const { end, row = end, top, saved = 0, first = 0 } = state;
    const cursor = this.#cursor;
    cursor.height = end;
    cursor.row = row;
    cursor.top = top;
    cursor.saved = { row: saved, column: 0 };
    cursor.first = Math.max(first, end - KEPT_ROWS);
  }

  /** Reads a line and the line feed after it; returns its row: where the first visible character is, if that is asked for. */
  read(text: string, isVisible: boolean): number {
    if (isVisible) this.#text = new RowSink(NOWHERE);
    parseEscapes(text, undefined, (pen) => pen, this);
    let row: number | undefined;
    this.#text?.cells.each((part, written) => (row ??= part.trim() === '' ? undefined : written));
    const last = this.#cursor.row;
    this.#cursor.endLine();
    return row ?? last;
  }

  get state(): RowState {
    const { row, height, top, saved } = this.#cursor;
    const { end, levels, first } = this.#before;
    const places = { ...(top !== undefined && { top }), ...(saved.row > 0 && { saved: saved.row }) };
    const below = withCursor({ end, levels, ...(first !== undefined && { first }), ...places }, height);
    return withCursor(below, row);
  }

  text(text: string): void {
    this.#text?.text(text, this.#cursor.row);
  }

  chip(text: string): void {
    this.#text?.chip(text, this.#cursor.row);
  }

  control(code: number): boolean {
    return this.#text?.control(code) ?? true;
  }

  sequence(sequence: EscapeSequence): void {
    this.#cursor.apply(sequence, this.#cursor.height);
    this.#text?.sequence(sequence);
  }
}
