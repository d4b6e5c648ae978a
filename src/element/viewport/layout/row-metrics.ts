import type { Line } from '../../../protocol/line.ts';
import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { leadRow, trailRow } from '../../status/state-rows.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { LongLines } from '../long-lines/long-lines.ts';
import { RowCounts } from './row-counts.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import { RowIndex } from './row-index.ts';

/** Heights of what is no line, px. */
const STATE_ROW = 28;
export const PADDING = { top: 4, bottom: 8 };

/** Newest lines asked for beyond those that fit, so that a short batch leaves no hole in the window. */
const TAIL_SPARE = 16;

/** Characters of lines that are counted at a time: where a line takes thousands of rows, few others are in sight. */
const COUNT_AT_ONCE = 1_000_000;

/** Sizes of what is seen: heights in px, and how many characters fit side by side (0 while that is not known). */
export interface Sizes {
  readonly height: number;
  readonly rowHeight: number;
  readonly columns: number;
}

/** The sizes that decide where lines stand, and how many rows each takes where long lines are broken. */
export class RowMetrics {
  height = 0;
  rowHeight = 20;
  readonly #long: LongLines;
  #columns = 0;
  #wrap = false;
  readonly #counts = new RowCounts();

  constructor(long: LongLines) {
    this.#long = long;
  }

  /** Newest lines that are looked at while following. */
  get capacity(): number {
    return Math.ceil(this.height / this.rowHeight) + TAIL_SPARE;
  }

  /** Columns at which lines are broken; undefined where they are not. */
  get columns(): number | undefined {
    return this.wraps ? this.#columns : undefined;
  }

  /** Whether lines are broken. */
  get wraps(): boolean {
    return this.#wrap && this.#columns > 0;
  }

  /** Returns whether anything changed. */
  setWrap(wrap: boolean): boolean {
    if (wrap === this.#wrap) return false;
    this.#wrap = wrap;
    this.clear();
    return true;
  }

  /** Returns whether anything changed. What is 0 is not known, and stays as it was. */
  resize({ height, rowHeight, columns }: Sizes): boolean {
    const same = height === this.height && rowHeight === this.rowHeight && columns === this.#columns;
    this.height = height;
    if (rowHeight > 0) this.rowHeight = rowHeight;
    if (columns > 0 && columns !== this.#columns) {
      this.#columns = columns;
      this.clear();
    }
    return !same;
  }

  /** Forgets the rows of all lines: they are others now, or have to be counted anew. */
  clear(): void {
    this.#counts.clear();
  }

  /**
   * Counts the rows of the lines of a range that are held and were not counted, up to a number of characters. Returns
   * whether there were any.
   */
  countRows({ from, to }: Range, lines: LineCache, rows: RowIndex): boolean {
    if (!this.wraps) return false;
    let fresh = false;
    let characters = 0;
    for (let line = from; line <= to && characters < COUNT_AT_ONCE; line += 1) {
      line = rows.collapsedAt(line)?.to ?? line;
      const held = this.#counts.get(line) === undefined ? lines.get(line) : undefined;
      if (held === undefined) continue;
      this.#counts.set(line, this.#rowsOf(line, held));
      characters += held[1].length;
      fresh = true;
    }
    return fresh;
  }

  /** Forgets the rows of lines that are drawn otherwise than before. */
  uncount({ from, to }: Range): void {
    for (let line = from; line <= to; line += 1) this.#counts.remove(line);
  }

  /** Takes the height that a line was drawn with, px. Returns whether it is another than was thought. */
  recordHeight(line: number, height: number): boolean {
    const rows = height / this.rowHeight;
    const counted = this.#counts.get(line);
    if (counted !== undefined && Math.abs(counted - rows) * this.rowHeight < 0.5) return false;
    this.#counts.set(line, rows);
    return true;
  }

  index(status: LogStatus, collapsed: readonly CollapsedRange[]): RowIndex {
    const { first, head, part } = status;
    const hasLines = head >= first || part !== null;
    const trail = hasLines && trailRow(status, undefined, 0) !== undefined ? STATE_ROW : 0;
    const { rowHeight, wraps } = this;
    const partRows = part === null || this.#long.folds?.showsPart === true ? 0 : wraps ? rowCount(part[1], this.#columns) : 1;
    return new RowIndex({
      first,
      last: head,
      rowHeight,
      stateRowHeight: STATE_ROW,
      lead: PADDING.top + (leadRow(status) === undefined ? 0 : STATE_ROW),
      trail: partRows * rowHeight + trail + PADDING.bottom,
      collapsed,
      counts: wraps ? this.#counts : undefined,
    });
  }

  #rowsOf(number: number, line: Line): number {
    return this.#long.view(number, line, this.#columns)?.rows ?? rowCount(line[1], this.#columns);
  }
}
