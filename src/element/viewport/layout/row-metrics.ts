import type { LogStatus, Range } from '../../../worker/api.ts';
import { INDENT_COLUMNS } from '../groups/group-source.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { RowFilter } from '../lines/row-filter.ts';
import { hasLeadRow, hasTrailRow } from '../../status/state-rows.ts';
import type { SpecialLines } from '../long-lines/special-lines.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import { RowIndex } from './row-index.ts';
import type { Wrapping } from './wrapping.ts';

/** Height of a state row, and of the space above and below the lines, px. */
const STATE_ROW = 28;
export const PADDING = { top: 4, bottom: 8 };

/** Newest lines requested besides those that fit, so that a short batch leaves no hole in the window. */
const TAIL_SPARE = 16;

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
  readonly #special: SpecialLines;
  #columns = 0;
  #wrap = false;
  #wrapping: Wrapping | undefined;
  #filter: RowFilter | undefined;

  constructor(special: SpecialLines, depthAt: (line: number) => number) {
    this.#special = special;
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
    return this.#broken !== undefined;
  }

  /** Whether lines can be broken. */
  get canWrap(): boolean {
    return this.#wrapping !== undefined;
  }

  /** Takes over what counts the rows of broken lines, which most logs do without. */
  useWrapping(Class: typeof Wrapping): void {
    this.#wrapping = new Class(this.#special, {
      columnsOf: (line) => columnsIn(this.depthAt(line), this.#columns),
      placeOf: (line) => (this.#filter === undefined ? line : this.#filter.placeOf(line)),
    });
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
    this.#wrapping?.counts.clear();
  }

  /**
   * Counts the rows of held lines of a range that were not counted, up to a number of characters. Returns whether there
   * were any.
   */
  countRows(range: Range, lines: LineCache, rows: RowIndex): boolean {
    return this.#broken?.countRows(range, lines, rows) ?? false;
  }

  /** Forgets the rows of lines that are drawn differently now. */
  uncount(range: Range): void {
    this.#wrapping?.uncount(range);
  }

  /** Records the height a line was drawn with, px. Returns whether it differs from the counted one. */
  recordHeight(line: number, height: number): boolean {
    return this.#broken?.record(line, height / this.rowHeight, this.rowHeight) ?? false;
  }

  index(status: LogStatus, collapsed: readonly CollapsedRange[]): RowIndex {
    const { first, head, part } = status;
    const hasLines = head >= first || part !== null;
    const trail = hasLines && hasTrailRow(status) ? STATE_ROW : 0;
    const { rowHeight } = this;
    const filter = this.#filter;
    const counts = this.#broken?.counts;
    // Whether the unfinished line will be shown is not known yet.
    const isPartShown = part !== null && filter === undefined && this.#special.folds?.showsPart !== true;
    const partRows = isPartShown ? (this.#broken?.rowsOfPart(head + 1, part) ?? 1) : 0;
    return new RowIndex({
      first,
      last: head,
      rowHeight,
      stateRowHeight: STATE_ROW,
      lead: PADDING.top + (hasLeadRow(status) ? STATE_ROW : 0),
      trail: partRows * rowHeight + trail + PADDING.bottom,
      collapsed,
      counts: filter === undefined ? counts : filter.rows(counts, rowHeight),
      filter,
    });
  }

  /** Counts rows while lines are broken. */
  get #broken(): Wrapping | undefined {
    return this.#wrap && this.#columns > 0 ? this.#wrapping : undefined;
  }
}

/** The columns of a row within that many groups, of those that a row outside has; undefined where lines are not broken. */
export function columnsIn(depth: number, columns: number): number;
export function columnsIn(depth: number, columns: number | undefined): number | undefined;
export function columnsIn(depth: number, columns: number | undefined): number | undefined {
  return columns === undefined ? undefined : columns - depth * INDENT_COLUMNS;
}
