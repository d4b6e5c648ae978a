import { ESC } from '../../protocol/escape.ts';
import { TAB_STOP, readCluster } from '../../protocol/terminal/clusters.ts';
import { chipName } from './chips.ts';
import { isPlain } from '../../protocol/terminal/plain.ts';
import { parseLine } from './parse.ts';

const ASCII = /^[ -~]*$/u;
/** Printable ASCII and colours only: the sequences take no column, each character takes one. */
const COLOURED = new RegExp(`^(?:[ -~]|${ESC}\\[[0-9;:]*m)*$`, 'u');
const COLOUR = new RegExp(`${ESC}\\[[0-9;:]*m`, 'gu');

/**
 * Rows that a line takes on a grid of this many columns, at least 1. `text` is the line with its escape sequences. A
 * character wider than the rest of the row goes to the next one, as in browsers with `white-space: break-spaces`,
 * `line-break: anywhere` and `tab-size: 8`.
 */
export function rowCount(text: string, columns: number): number {
  const width = columns >= 1 ? Math.floor(columns) : 1;
  const cells = plainCells(text);
  if (cells !== undefined) return Math.max(1, Math.ceil(cells / width));
  return place(text, width).rows;
}

/** Columns that a line takes in one row. */
export function cellCount(text: string): number {
  return plainCells(text) ?? place(text, Infinity).column;
}

/** Columns of a line whose visible characters take one each; undefined for other lines. */
function plainCells(text: string): number | undefined {
  if (ASCII.test(text)) return text.length;
  return COLOURED.test(text) ? text.replace(COLOUR, '').length : undefined;
}

function place(text: string, width: number): Grid {
  const grid = new Grid(width);
  if (isPlain(text)) grid.text(text);
  else {
    for (const run of parseLine(text)) {
      if (run.chip) grid.unit(chipName(run.text).length);
      else grid.text(run.text);
    }
  }
  return grid;
}

/** Places characters, and knows where the next one goes. */
class Grid {
  rows = 1;
  column = 0;
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  /** Places text without control characters other than tabs. */
  text(text: string): void {
    let at = 0;
    while (at < text.length) {
      const ascii = asciiEnd(text, at);
      if (ascii > at) {
        this.#each(ascii - at);
        at = ascii;
      } else if (text[at] === '\t') {
        this.#tab();
        at += 1;
      } else {
        const { end, cells } = readCluster(text, at);
        this.unit(cells);
        at = end;
      }
    }
  }

  /** Places something that is never broken. */
  unit(cells: number): void {
    if (this.column > 0 && cells > 0 && this.column + cells > this.#width) this.#nextRow();
    this.column += cells;
  }

  /** Moves to the next tab stop, counted from the start of its row. */
  #tab(): void {
    const cells = TAB_STOP - (this.column % TAB_STOP);
    if (this.column > 0 && this.column + cells > this.#width) {
      this.#nextRow();
      this.column = TAB_STOP;
    } else this.column += cells;
  }

  /** Places characters of one column each. */
  #each(count: number): void {
    if (this.column >= this.#width) this.#nextRow();
    const last = this.column + count - 1;
    if (last < this.#width) this.column = last + 1;
    else {
      this.rows += Math.floor(last / this.#width);
      this.column = (last % this.#width) + 1;
    }
  }

  #nextRow(): void {
    this.rows += 1;
    this.column = 0;
  }
}

/** Where the printable ASCII from `at` on ends, without a character that marks may join. */
function asciiEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code < 0x20 || code > 0x7e) return code >= 0x300 && end > at ? end - 1 : end;
    end += 1;
  }
  return end;
}
