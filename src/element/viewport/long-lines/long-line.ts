import { cutBefore } from '../../../protocol/cut.ts';
import type { Line } from '../../../protocol/line.ts';
import { TAB_STOP, readCluster } from '../../../protocol/terminal/clusters.ts';
import { chipName } from '../../terminal/controls.ts';
import { parseLine } from '../../terminal/parse.ts';
import { textOf, type TextRun } from '../../terminal/runs.ts';

/** Characters of a line that are drawn until the reader asks for all of them. */
export const SHOWN_CHARACTERS = 4_096;

/**
 * A line that moves its cursor or has a picture in it is read as a whole, and so is any other up to this length; of a
 * longer one the head is.
 */
const READ_WHOLE = 65_536;
// Carriage returns, backspaces, and sequences other than colours and short texts such as links.
const NOT_IN_PARTS = /[\b\r]|\x1b(?!\[[0-9;:]*m|\][^\x07\x1b\x9c]{0,4096}[\x07\x1b\x9c])/u;

/** What is drawn of a line, and how many characters are left out. */
export interface Shown {
  readonly runs: readonly TextRun[];
  readonly text: string;
  readonly hidden: number;
}

/** A part of a line's text that fills whole rows of a grid, but for the last one. */
export interface LineSegment {
  readonly from: number;
  readonly to: number;
  /** Rows it takes, and columns of its last row. */
  readonly rows: number;
  readonly cells: number;
}

/** The runs of a text from one index to before another. */
export function cutRuns(runs: readonly TextRun[], from: number, to: number): TextRun[] {
  return new RunCutter(runs).cut(from, to);
}

/** As many of the runs as are drawn at first, cut where nothing is split that a reader takes for one character. */
export function headRuns(runs: readonly TextRun[]): TextRun[] {
  return cutRuns(runs, 0, cutBefore(textOf(runs), SHOWN_CHARACTERS));
}

/** Cuts pieces out of many runs, each in the time that its own runs take. */
export class RunCutter {
  readonly #runs: readonly TextRun[];
  /** Where each run begins. */
  readonly #starts: readonly number[];

  constructor(runs: readonly TextRun[]) {
    this.#runs = runs;
    let at = 0;
    this.#starts = runs.map(({ text }) => {
      at += text.length;
      return at - text.length;
    });
  }

  cut(from: number, to: number): TextRun[] {
    const cut: TextRun[] = [];
    for (let index = this.#runAt(from); index < this.#runs.length; index += 1) {
      const run = this.#runs[index];
      const at = this.#starts[index] ?? 0;
      if (run === undefined || at >= to) break;
      const start = Math.max(from, at);
      const end = Math.min(to, at + run.text.length);
      if (start < end) cut.push({ ...run, text: run.text.slice(start - at, end - at) });
    }
    return cut;
  }

  #runAt(index: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** All that a line shows; `link` is open at its start. */
export function wholeOf(line: Line, link = ''): Shown {
  const runs = parseLine(line[1], line[2]?.c, link);
  return { runs, text: textOf(runs), hidden: 0 };
}

/**
 * The head of a line, and undefined for one that is shown as a whole. What lies far beyond the head of a very long line
 * is not read, so that its escape sequences count as characters.
 */
export function headOf(line: Line, link = ''): Shown | undefined {
  const [, text, extra] = line;
  if (text.length <= SHOWN_CHARACTERS) return undefined;
  let length = text.length <= READ_WHOLE || NOT_IN_PARTS.test(text) ? text.length : 4 * SHOWN_CHARACTERS;
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

/** What is not torn apart at an index of a run: where it ends, and how many columns it takes. */
function unitAt(
  { text, chip }: TextRun,
  at: number,
  column: number,
): { readonly end: number; readonly cells: number; readonly isTab?: true } {
  if (chip) return { end: text.length, cells: chipName(text).length };
  const code = text.charCodeAt(at);
  // Much of what is not all ASCII is: no mark is below U+0300.
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
