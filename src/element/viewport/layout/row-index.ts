import type { CollapsedRange, Strip } from '../lines/collapsed-range.ts';
import type { RowCounts } from './row-counts.ts';

/** First visible line and how many pixels are scrolled into it (negative inside the rows above the first line). */
export interface Anchor {
  readonly line: number;
  readonly dy: number;
  /** The line was gone to: where something stands for it and others, the pixels count from the row in there that it wrote. */
  readonly aimed?: true;
}

export interface RowOptions {
  /** First and last line there is; `last` is `first - 1` for a log without a line. */
  readonly first: number;
  readonly last: number;
  /** Height of a line's row, px. */
  readonly rowHeight: number;
  /** Rows of each line where long lines are broken; without it each line is one row. */
  readonly counts?: RowCounts | undefined;
  /** Height of a state row that stands for a collapsed range, px. */
  readonly stateRowHeight: number;
  /** Height of what stands above the first and below the last line, px. */
  readonly lead: number;
  readonly trail: number;
  /** Ranges shown as one state row: ascending, disjoint, within first … last. */
  readonly collapsed: readonly CollapsedRange[];
}

/**
 * Where each line stands, in pixels of a content that may be far taller than an element can be. The only place that
 * knows row heights: everything else asks `top`, `anchorAt` and `height`.
 */
export class RowIndex {
  readonly first: number;
  readonly last: number;
  readonly lead: number;
  /** Whole height, px. */
  readonly height: number;
  readonly #rowHeight: number;
  readonly #stateRowHeight: number;
  readonly #counts: RowCounts | undefined;
  readonly #collapsed: readonly CollapsedRange[];
  /** Top of the state row of each gap, px. */
  readonly #collapsedTops: readonly number[];

  constructor({ first, last, rowHeight, stateRowHeight, lead, trail, collapsed, counts }: RowOptions) {
    this.first = first;
    this.last = Math.max(last, first - 1);
    this.lead = lead;
    this.#rowHeight = rowHeight;
    this.#stateRowHeight = stateRowHeight;
    this.#counts = counts;
    this.#collapsed = collapsed;
    const tops: number[] = [];
    let top = lead;
    let line = first;
    for (const gap of collapsed) {
      top += this.#rowsOf(line, gap.from) * rowHeight;
      tops.push(top);
      top += this.#heightOf(gap);
      line = gap.to + 1;
    }
    this.#collapsedTops = tops;
    this.height = top + this.#rowsOf(line, this.last + 1) * rowHeight + trail;
  }

  /** The gap a line lies in. */
  collapsedAt(line: number): CollapsedRange | undefined {
    const gap = this.#collapsed[this.#lastCollapsed((candidate) => candidate.from <= line)];
    return gap !== undefined && line <= gap.to ? gap : undefined;
  }

  /** Top of a line's row, or of the state row that stands for it; `last + 1` gives where the last row ends. */
  top(line: number): number {
    const index = this.#lastCollapsed((candidate) => candidate.from <= line);
    const { gap, from, top } = this.#stretch(index);
    if (gap !== undefined && line <= gap.to) return this.#collapsedTops[index] ?? top;
    return top + this.#rowsOf(from, line) * this.#rowHeight;
  }

  /** Height of a line, or of what stands for it, px. */
  heightAt(line: number): number {
    const gap = this.collapsedAt(line);
    return gap === undefined ? this.#rowsOf(line, line + 1) * this.#rowHeight : this.#heightOf(gap);
  }

  /** Where a line is to be looked for: its row, its place in what stands for it and others, or all of that. */
  stripOf(line: number): Strip {
    const top = this.top(line);
    const own = this.collapsedAt(line)?.stripOf?.(line);
    return own === undefined ? { top, height: this.heightAt(line) } : { top: top + own.top, height: own.height };
  }

  /** The line at a height, limited to the lines there are; the first line of a gap for its state row. */
  lineAt(y: number): number {
    const { gap, from, top } = this.#stretch(this.#lastCollapsed((_, at) => (this.#collapsedTops[at] ?? 0) <= y));
    const line = gap !== undefined && y < top ? gap.from : this.#lineBelow(from, y - top);
    return Math.min(Math.max(line, this.first), Math.max(this.last, this.first));
  }

  anchorAt(y: number): Anchor {
    const line = this.lineAt(y);
    return { line, dy: y - this.top(line) };
  }

  /** Height of an anchor. A line that retention took gives the top of what is left. */
  yOf({ line, dy, aimed }: Anchor): number {
    if (line < this.first) return 0;
    if (line > this.last + 1) return this.height;
    return (aimed ? this.stripOf(line).top : this.top(line)) + dy;
  }

  /** What begins behind a gap (or with the first line): the gap, its first line and its top. */
  #stretch(index: number): { readonly gap: CollapsedRange | undefined; readonly from: number; readonly top: number } {
    const gap = this.#collapsed[index];
    if (gap === undefined) return { gap, from: this.first, top: this.lead };
    return { gap, from: gap.to + 1, top: (this.#collapsedTops[index] ?? 0) + this.#heightOf(gap) };
  }

  /** The line that lies `distance` px below the top of line `from`, gaps left out. */
  #lineBelow(from: number, distance: number): number {
    const rows = distance / this.#rowHeight;
    if (this.#counts === undefined || distance <= 0) return from + Math.floor(rows);
    let line = Math.max(from, this.#counts.lineAt(this.#counts.before(from) + rows));
    // Sums of fractions differ in their last digits: what `top` says counts.
    while (line > from && this.#rowsOf(from, line) * this.#rowHeight > distance) line -= 1;
    while (this.#rowsOf(from, line + 1) * this.#rowHeight <= distance) line += 1;
    return line;
  }

  /** Rows of the lines from one line to before another. */
  #rowsOf(from: number, until: number): number {
    return this.#counts === undefined ? until - from : this.#counts.before(until) - this.#counts.before(from);
  }

  #heightOf(gap: CollapsedRange): number {
    return gap.height ?? this.#stateRowHeight;
  }

  #lastCollapsed(holds: (gap: CollapsedRange, at: number) => boolean): number {
    let low = 0;
    let high = this.#collapsed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const gap = this.#collapsed[middle];
      if (gap !== undefined && holds(gap, middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
