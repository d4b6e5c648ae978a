import { ESC } from '../../protocol/escape.ts';
import { TAB_STOP, readCluster } from '../../protocol/terminal/clusters.ts';
import { chipName } from './controls.ts';
import { isPlain } from './invisible-reader.ts';
import { parseLine } from './parse.ts';

const ASCII = /^[ -~]*$/u;
/** Printable ASCII and nothing else but colours: the sequences take no column, and all the rest one each. */
const COLOURED = new RegExp(`^(?:[ -~]|${ESC}\\[[0-9;:]*m)*$`, 'u');
const COLOUR = new RegExp(`${ESC}\\[[0-9;:]*m`, 'gu');

/**
 * Rows that a line takes, as it is shown on a grid of this many columns: `text` is the line as it was written, with its
 * escape sequences. What is wider than the room that is left goes to the next row whole, as browsers do it with
 * `white-space: break-spaces`, `line-break: anywhere` and `tab-size: 8`. At least 1.
 */
export function rowCount(text: string, columns: number): number {
  const width = columns >= 1 ? Math.floor(columns) : 1;
  const cells = plainCells(text);
  if (cells !== undefined) return Math.max(1, Math.ceil(cells / width));
  return place(text, width).rows;
}

/** Columns that a line takes on a grid without an edge. */
export function cellCount(text: string): number {
  return plainCells(text) ?? place(text, Infinity).column;
}

/** Columns of a line in which each character shown takes one; undefined for others. */
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

/** Where the next character goes. */
class Grid {
  rows = 1;
  column = 0;
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  /** Text without control characters other than tabs. */
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

  /** Something that is not torn apart. */
  unit(cells: number): void {
    if (this.column > 0 && cells > 0 && this.column + cells > this.#width) this.#nextRow();
    this.column += cells;
  }

  /** Reaches to the next stop, which is counted from the start of the row it stands in. */
  #tab(): void {
    const cells = TAB_STOP - (this.column % TAB_STOP);
    if (this.column > 0 && this.column + cells > this.#width) {
      this.#nextRow();
      this.column = TAB_STOP;
    } else this.column += cells;
  }

  /** Characters of one column each. */
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

/** Where the printable ASCII from `at` ends; what marks may join is left out. */
function asciiEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code < 0x20 || code > 0x7e) return code >= 0x300 && end > at ? end - 1 : end;
    end += 1;
  }
  return end;
}
