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

/** All that a line shows. */
export function wholeOf(line: Line): Shown {
  const runs = parseLine(line[1], line[2]?.c);
  return { runs, text: textOf(runs), hidden: 0 };
}

/**
 * The head of a line, and undefined for one that is shown as a whole. What lies far beyond the head of a very long line
 * is not read, so that its escape sequences count as characters.
 */
export function headOf(line: Line): Shown | undefined {
  const [, text, extra] = line;
  if (text.length <= SHOWN_CHARACTERS) return undefined;
  let length = text.length <= READ_WHOLE || NOT_IN_PARTS.test(text) ? text.length : 4 * SHOWN_CHARACTERS;
  for (;;) {
    length = cutBefore(text, length);
    const runs = parseLine(text.slice(0, length), extra?.c);
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

/** Cuts what a line shows into parts of that many rows, of that many columns each. */
export function segmentsOf(runs: readonly TextRun[], columns: number, rows: number): LineSegment[] {
  const segments: LineSegment[] = [];
  const length = runs.reduce((sum, { text }) => sum + text.length, 0);
  // The common case by far: a character is a cell.
  if (runs.every(({ text, chip }) => !chip && /^[ -~]*$/u.test(text))) {
    for (let from = 0; from < length; from += columns * rows) {
      const to = Math.min(length, from + columns * rows);
      const count = Math.ceil((to - from) / columns);
      segments.push({ from, to, rows: count, cells: to - from - (count - 1) * columns });
    }
    return segments;
  }
  let from = 0;
  let row = 1;
  let column = 0;
  let start = 0;
  for (const { text, chip } of runs) {
    for (let at = 0; at < text.length;) {
      const code = text.charCodeAt(at);
      // Much of what is not all ASCII is: no mark is below U+0300.
      if (!chip && code >= 0x20 && code < 0x7f && column < columns && !(text.charCodeAt(at + 1) >= 0x300)) {
        column += 1;
        at += 1;
        continue;
      }
      const tab = !chip && code === 0x09;
      const { end, cells } = chip
        ? { end: text.length, cells: chipName(text).length }
        : tab
          ? { end: at + 1, cells: TAB_STOP - (column % TAB_STOP) }
          : readCluster(text, at);
      if (column > 0 && column + cells > columns && cells > 0) {
        if (row === rows) {
          segments.push({ from, to: start + at, rows: row, cells: column });
          from = start + at;
          row = 0;
        }
        row += 1;
        column = tab ? TAB_STOP : cells;
      } else column += cells;
      at = end;
    }
    start += text.length;
  }
  if (from < length) segments.push({ from, to: length, rows: row, cells: column });
  return segments;
}
