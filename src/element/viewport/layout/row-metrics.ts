import type { Line } from '../../../protocol/line.ts';
import type { LogStatus, Range } from '../../../worker/api.ts';
import { INDENT_COLUMNS } from '../groups/group-source.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { RowFilter } from '../lines/row-filter.ts';
import { leadRow, trailRow } from '../../status/state-rows.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { LongLines } from '../long-lines/long-lines.ts';
import { RowCounts } from './row-counts.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import { RowIndex } from './row-index.ts';

/** Height of a state row, and of the space above and below the lines, px. */
const STATE_ROW = 28;
export const PADDING = { top: 4, bottom: 8 };

/** Newest lines requested besides those that fit, so that a short batch leaves no hole in the window. */
const TAIL_SPARE = 16;

/** Characters of lines counted at a time: next to a line of thousands of rows few others are in sight. */
const COUNT_AT_ONCE = 1_000_000;

/** Sizes of the viewport and of a row, px, and the number of characters that fit into a row (0 while not known). */
export interface Sizes {
  readonly height: number;
  readonly rowHeight: number;
  readonly columns: number;
}

/** The sizes that decide where lines stand, and how many rows each line takes where long lines are broken. */
export class RowMetrics {
  height = 0;
  rowHeight = 20;
  /** How many open groups a line is in. */
  readonly depthAt: (line: number) => number;
  readonly #long: LongLines;
  #columns = 0;
  #wrap = false;
  #filter: RowFilter | undefined;
  readonly #counts = new RowCounts();

  constructor(long: LongLines, depthAt: (line: number) => number) {
    this.#long = long;
    this.depthAt = depthAt;
  }

  /** Number of the newest lines to hold while following. */
  get capacity(): number {
    return Math.ceil(this.height / this.rowHeight) + TAIL_SPARE;
  }

  /** Columns of a row where lines are broken; undefined where they are not. */
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

  /** Returns whether anything changed. A size of 0 is not known, and stays as it was. */
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

  /** Which lines are shown, where not all of them are. */
  set filter(filter: RowFilter | undefined) {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.clear();
  }

  /** Forgets the rows of all lines. */
  clear(): void {
    this.#counts.clear();
  }

  /**
   * Counts the rows of held lines of a range that were not counted, up to a number of characters. Returns whether there
   * were any.
   */
  countRows({ from, to }: Range, lines: LineCache, rows: RowIndex): boolean {
    if (!this.wraps) return false;
    let isChanged = false;
    let characters = 0;
    for (let line = from; line <= to && characters < COUNT_AT_ONCE; line += 1) {
      line = rows.collapsedAt(line)?.to ?? line;
      const place = this.#place(line);
      const held = place !== undefined && this.#counts.get(place) === undefined ? lines.get(line) : undefined;
      if (place === undefined || held === undefined) continue;
      this.#counts.set(place, this.#rowsOf(line, held));
      characters += held[1].length;
      isChanged = true;
    }
    return isChanged;
  }

  /** Forgets the rows of lines that are drawn differently now. */
  uncount({ from, to }: Range): void {
    for (let line = from; line <= to; line += 1) {
      const place = this.#place(line);
      if (place !== undefined) this.#counts.remove(place);
    }
  }

  /** Records the height a line was drawn with, px. Returns whether it differs from the counted one. */
  recordHeight(line: number, height: number): boolean {
    const rows = height / this.rowHeight;
    const place = this.#place(line);
    if (place === undefined) return false;
    const counted = this.#counts.get(place);
    if (counted !== undefined && Math.abs(counted - rows) * this.rowHeight < 0.5) return false;
    this.#counts.set(place, rows);
    return true;
  }

  index(status: LogStatus, collapsed: readonly CollapsedRange[]): RowIndex {
    const { first, head, part } = status;
    const hasLines = head >= first || part !== null;
    const trail = hasLines && trailRow(status, undefined, 0) !== undefined ? STATE_ROW : 0;
    const { rowHeight, wraps } = this;
    const filter = this.#filter;
    const counts = wraps ? this.#counts : undefined;
    // Whether the unfinished line will be shown is not known yet.
    const partRows =
      part === null || filter !== undefined || this.#long.folds?.showsPart === true
        ? 0
        : wraps
          ? rowCount(part[1], columnsIn(this.depthAt(head + 1), this.#columns))
          : 1;
    return new RowIndex({
      first,
      last: head,
      rowHeight,
      stateRowHeight: STATE_ROW,
      lead: PADDING.top + (leadRow(status) === undefined ? 0 : STATE_ROW),
      trail: partRows * rowHeight + trail + PADDING.bottom,
      collapsed,
      counts: filter === undefined ? counts : filter.rows(counts, rowHeight),
      filter,
    });
  }

  /** Rows are kept by line, or by the place among those that are shown; undefined for one that is not. */
  #place(line: number): number | undefined {
    return this.#filter === undefined ? line : this.#filter.placeOf(line);
  }

  #rowsOf(number: number, line: Line): number {
    const columns = columnsIn(this.depthAt(number), this.#columns);
    return this.#long.view(number, line, columns)?.rows ?? rowCount(line[1], columns);
  }
}

/** The columns of a row within that many groups, of those that a row outside has; undefined where lines are not broken. */
export function columnsIn(depth: number, columns: number): number;
export function columnsIn(depth: number, columns: number | undefined): number | undefined;
export function columnsIn(depth: number, columns: number | undefined): number | undefined {
  return columns === undefined ? undefined : columns - depth * INDENT_COLUMNS;
}
