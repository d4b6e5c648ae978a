import { cutBefore } from '../../../protocol/cut.ts';
import type { Line } from '../../../protocol/line.ts';
import { TAB_STOP, readCluster } from '../../../protocol/terminal/clusters.ts';
import { chipName } from '../../terminal/chips.ts';
import { parseLine } from '../../terminal/parse.ts';
import { textOf, type TextRun } from '../../terminal/runs.ts';
import { SHOWN_CHARACTERS } from './limits.ts';
import { cutRuns } from './run-cutter.ts';

/** A line of up to this length is read whole, and so is a longer one that moves its cursor or has a picture in it. */
const READ_WHOLE = 65_536;
/** Carriage returns, backspaces, and sequences other than colours and short strings such as links. */
const READ_WHOLE_FOR = /[\b\r]|\x1b(?!\[[0-9;:]*m|\][^\x07\x1b\x9c]{0,4096}[\x07\x1b\x9c])/u;

/** The drawn text of a line, and the number of characters left out. */
export interface Shown {
  readonly runs: readonly TextRun[];
  readonly text: string;
  readonly hidden: number;
}

/** A piece of a line's text that fills whole rows of a grid, except for the last row. */
export interface LineSegment {
  readonly from: number;
  readonly to: number;
  /** Rows it takes, and columns of the last one. */
  readonly rows: number;
  readonly cells: number;
}

/** The runs drawn until the reader expands the line; the cut splits nothing that a reader takes for one character. */
export function headRuns(runs: readonly TextRun[]): TextRun[] {
  return cutRuns(runs, 0, cutBefore(textOf(runs), SHOWN_CHARACTERS));
}

/** All that a line shows; `link` is open at its start. */
export function wholeOf(line: Line, link = ''): Shown {
  const runs = parseLine(line[1], line[2]?.c, link);
  return { runs, text: textOf(runs), hidden: 0 };
}

/**
 * The head of a line; undefined for one that is shown whole. The text far beyond the head is not read, so that its escape
 * sequences count as characters.
 */
export function headOf(line: Line, link = ''): Shown | undefined {
  const [, text, extra] = line;
  if (text.length <= SHOWN_CHARACTERS) return undefined;
  let length = text.length <= READ_WHOLE || READ_WHOLE_FOR.test(text) ? text.length : 4 * SHOWN_CHARACTERS;
  for (;;) {
    length = cutBefore(text, length);
    const runs = parseLine(text.slice(0, length), extra?.c, link);
    const shown = textOf(runs);
    const rest = text.length - length;
    if (shown.length > SHOWN_CHARACTERS) {
      const head = headRuns(runs);
      const end = textOf(head).length;
      return { runs: head, text: shown.slice(0, end), hidden: shown.length - end + rest };
    }
    if (rest === 0) return undefined;
    length = Math.min(text.length, length * 4);
  }
}

/** A row of a grid that begins in a text: at which index, and how many columns it fills. */
export interface GridRow {
  readonly from: number;
  readonly cells: number;
}

/** A text on a grid. */
export interface GridLayout {
  readonly rows: readonly GridRow[];
  /** Index at which the last row ends, and the columns that are filled of it. */
  readonly length: number;
  readonly column: number;
}

/**
 * Lays a text out on a grid of that many columns. `start` is the number of columns that are filled of the row in which
 * the text begins; without it the text begins a row of its own.
 */
export function layOutRows(runs: readonly TextRun[], columns: number, start?: number): GridLayout {
  const rows: { from: number; cells: number }[] = [];
  const length = runs.reduce((sum, { text }) => sum + text.length, 0);
  let column = start ?? 0;
  const begin = (from: number): void => {
    const last = rows.at(-1);
    if (last !== undefined) last.cells = column;
    rows.push({ from, cells: 0 });
  };
  if (start === undefined) begin(0);
  // The common case by far: a character is a cell.
  if (runs.every(({ text, chip }) => !chip && /^[ -~]*$/u.test(text))) {
    let at = Math.min(length, Math.max(0, columns - column));
    column += at;
    for (; at < length; at += columns) {
      begin(at);
      column = Math.min(columns, length - at);
    }
  } else {
    let before = 0;
    for (const run of runs) {
      for (let at = 0; at < run.text.length;) {
        const { end, cells, isTab } = unitAt(run, at, column);
        if (column > 0 && column + cells > columns && cells > 0) {
          begin(before + at);
          column = isTab ? TAB_STOP : cells;
        } else column += cells;
        at = end;
      }
      before += run.text.length;
    }
  }
  const last = rows.at(-1);
  if (last !== undefined) last.cells = column;
  return { rows, length, column };
}

/** The character, chip or tab at an index of a run: where it ends, and the columns it takes. */
function unitAt(
  { text, chip }: TextRun,
  at: number,
  column: number,
): { readonly end: number; readonly cells: number; readonly isTab?: true } {
  if (chip) return { end: text.length, cells: chipName(text).length };
  const code = text.charCodeAt(at);
  // Most characters are ASCII even in other texts; no mark is below U+0300.
  if (code >= 0x20 && code < 0x7f && !(text.charCodeAt(at + 1) >= 0x300)) return { end: at + 1, cells: 1 };
  if (code === 0x09) return { end: at + 1, cells: TAB_STOP - (column % TAB_STOP), isTab: true };
  return readCluster(text, at);
}

/** Groups the rows of a text into segments of that many rows. */
export function segmentsOf({ rows, length }: GridLayout, rowsPerSegment: number): LineSegment[] {
  const segments: LineSegment[] = [];
  for (let at = 0; at < rows.length; at += rowsPerSegment) {
    const from = rows[at]?.from ?? 0;
    const to = rows[at + rowsPerSegment]?.from ?? length;
    const last = rows[Math.min(at + rowsPerSegment, rows.length) - 1];
    if (from < to) segments.push({ from, to, rows: Math.min(rowsPerSegment, rows.length - at), cells: last?.cells ?? 0 });
  }
  return segments;
}
