import type { CollapsedRange, Strip } from '../lines/collapsed-range.ts';
import type { LineRows } from '../lines/line-rows.ts';
import type { RowFilter } from '../lines/row-filter.ts';

/** First visible line and the pixels scrolled into it; negative where the viewport begins above it. */
export interface Anchor {
  readonly line: number;
  readonly dy: number;
  /** The reader went to this line: if it is folded, the pixels count from the row of the fold that it wrote. */
  readonly aimed?: true;
}

export interface RowOptions {
  /** First and last line of the log; `last` is `first - 1` for a log without a line. */
  readonly first: number;
  readonly last: number;
  /** Height of a line's row, px. */
  readonly rowHeight: number;
  /** Rows of each line where not every line is one row. */
  readonly counts?: LineRows | undefined;
  /** Which lines are shown, where not all are; `counts` know of it. */
  readonly filter?: RowFilter | undefined;
  /** Height of a state row shown in place of lines, px. */
  readonly stateRowHeight: number;
  /** Height above the first and below the last line, px. */
  readonly lead: number;
  readonly trail: number;
  /** Ranges not shown line by line: ascending, disjoint, within first … last. */
  readonly collapsed: readonly CollapsedRange[];
}

/**
 * Where each line stands, in pixels of a content that may be far taller than an element can be: the heights that
 * `RowMetrics` knows, added up. Whatever needs a position asks `top`, `anchorAt` or `height`.
 */
export class RowIndex {
  readonly first: number;
  readonly last: number;
  readonly lead: number;
  /** Whole height, px. */
  readonly height: number;
  readonly #rowHeight: number;
  readonly #stateRowHeight: number;
  readonly #counts: LineRows | undefined;
  readonly #filter: RowFilter | undefined;
  readonly #collapsed: readonly CollapsedRange[];
  /** Top of each collapsed range, px. */
  readonly #collapsedTops: readonly number[];

  constructor({ first, last, rowHeight, stateRowHeight, lead, trail, collapsed, counts, filter }: RowOptions) {
    this.first = first;
    this.last = Math.max(last, first - 1);
    this.lead = lead;
    this.#rowHeight = rowHeight;
    this.#stateRowHeight = stateRowHeight;
    this.#counts = counts;
    this.#filter = filter;
    this.#collapsed = collapsed;
    const tops: number[] = [];
    let top = lead;
    let line = first;
    for (const range of collapsed) {
      top += this.#rowsOf(line, range.from) * rowHeight;
      tops.push(top);
      top += this.#heightOf(range);
      line = range.to + 1;
    }
    this.#collapsedTops = tops;
    this.height = top + this.#rowsOf(line, this.last + 1) * rowHeight + trail;
  }

  /** Whether the unfinished line may be shown: a filter has not seen it. */
  get showsPart(): boolean {
    return this.#filter === undefined;
  }

  /** The collapsed range a line is in, or the lines around it that are not shown. */
  collapsedAt(line: number): CollapsedRange | undefined {
    const range = this.#collapsed[this.#lastCollapsed((candidate) => candidate.from <= line)];
    if (range !== undefined && line <= range.to) return range;
    const leftOut = this.#filter?.leftOutAt(line);
    if (leftOut === undefined) return undefined;
    const { from, to } = leftOut;
    return { ...leftOut, from: Math.max(from, (range?.to ?? -Infinity) + 1, this.first), to: Math.min(to, this.last) };
  }

  /** The first line of a block of `size` lines that are shown, and the last line of one. */
  blockStart(line: number, size: number): number {
    return Math.max(this.first, this.#filter?.blockStart(line, size) ?? line - (line % size));
  }

  blockEnd(line: number, size: number): number {
    return Math.min(this.last, this.#filter?.blockEnd(line, size) ?? line + (size - 1 - (line % size)));
  }

  /** Top of a line's row, or of what is shown instead; `last + 1` gives where the last row ends. */
  top(line: number): number {
    const index = this.#lastCollapsed((candidate) => candidate.from <= line);
    const { range, from, top } = this.#stretch(index);
    if (range !== undefined && line <= range.to) return this.#collapsedTops[index] ?? top;
    return top + this.#rowsOf(from, line) * this.#rowHeight;
  }

  /** Height of a line, or of what is shown instead, px. */
  heightAt(line: number): number {
    const range = this.collapsedAt(line);
    return range === undefined ? this.#rowsOf(line, line + 1) * this.#rowHeight : this.#heightOf(range);
  }

  /** Where a line is shown: its row, its row in a fold, or all of what is shown instead. */
  stripOf(line: number): Strip {
    const top = this.top(line);
    const own = this.collapsedAt(line)?.stripOf?.(line);
    return own === undefined ? { top, height: this.heightAt(line) } : { top: top + own.top, height: own.height };
  }

  /** The line at a position, limited to the lines there are; the first line of a collapsed range. */
  lineAt(y: number): number {
    const { range, from, top } = this.#stretch(this.#lastCollapsed((_, at) => (this.#collapsedTops[at] ?? 0) <= y));
    const line = range !== undefined && y < top ? range.from : this.#lineBelow(from, y - top);
    return Math.min(Math.max(line, this.first), Math.max(this.last, this.first));
  }

  anchorAt(y: number): Anchor {
    const line = this.lineAt(y);
    return { line, dy: y - this.top(line) };
  }

  /** Position of an anchor. A line removed by retention gives the top of the content. */
  yOf({ line, dy, aimed }: Anchor): number {
    if (line < this.first) return 0;
    if (line > this.last + 1) return this.height;
    return (aimed ? this.stripOf(line).top : this.top(line)) + dy;
  }

  /** The lines after a collapsed range, or from the first line on: that range, the first of the lines and its top. */
  #stretch(index: number): { readonly range: CollapsedRange | undefined; readonly from: number; readonly top: number } {
    const range = this.#collapsed[index];
    if (range === undefined) return { range, from: this.first, top: this.lead };
    return { range, from: range.to + 1, top: (this.#collapsedTops[index] ?? 0) + this.#heightOf(range) };
  }

  /** The line `distance` px below the top of line `from`, where nothing is collapsed between. */
  #lineBelow(from: number, distance: number): number {
    const rows = distance / this.#rowHeight;
    if (this.#filter !== undefined) return distance < 0 ? from : this.#shownBelow(from, distance);
    if (this.#counts === undefined || distance <= 0) return from + Math.floor(rows);
    let line = Math.max(from, this.#counts.lineAt(this.#counts.before(from) + rows));
    // Sums of fractions differ in their last digits; `top` decides.
    while (line > from && this.#rowsOf(from, line) * this.#rowHeight > distance) line -= 1;
    while (this.#rowsOf(from, line + 1) * this.#rowHeight <= distance) line += 1;
    return line;
  }

  /** As {@link RowIndex.#lineBelow}, where millions of lines may have no height. */
  #shownBelow(from: number, distance: number): number {
    const rows = distance / this.#rowHeight;
    const line = Math.max(from, this.#counts?.lineAt(this.#counts.before(from) + rows) ?? from);
    const next = (this.#filter?.leftOutAt(line)?.to ?? line) + 1;
    return this.#rowsOf(from, next) * this.#rowHeight <= distance ? next : line;
  }

  /** Rows of the lines from `from` to before `until`. */
  #rowsOf(from: number, until: number): number {
    return this.#counts === undefined || from === until ? until - from : this.#counts.before(until) - this.#counts.before(from);
  }

  #heightOf(range: CollapsedRange): number {
    return range.height ?? this.#stateRowHeight;
  }

  #lastCollapsed(holds: (range: CollapsedRange, at: number) => boolean): number {
    let low = 0;
    let high = this.#collapsed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = this.#collapsed[middle];
      if (range !== undefined && holds(range, middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
