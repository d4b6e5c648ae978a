import type { Range } from '../../worker/api.ts';

/** First visible line and how many pixels are scrolled into it (negative inside the rows above the first line). */
export interface Anchor {
  readonly line: number;
  readonly dy: number;
}

export interface RowOptions {
  /** First and last line there is; `last` is `first - 1` for a log without a line. */
  readonly first: number;
  readonly last: number;
  /** Height of a line's row, px. */
  readonly rowHeight: number;
  /** Height of a state row that stands for a collapsed range, px. */
  readonly gapHeight: number;
  /** Height of what stands above the first and below the last line, px. */
  readonly lead: number;
  readonly trail: number;
  /** Ranges shown as one state row: ascending, disjoint, within first … last. */
  readonly gaps: readonly Range[];
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
  readonly #gapHeight: number;
  readonly #gaps: readonly Range[];
  /** Top of the state row of each gap, px. */
  readonly #gapTops: readonly number[];

  constructor({ first, last, rowHeight, gapHeight, lead, trail, gaps }: RowOptions) {
    this.first = first;
    this.last = Math.max(last, first - 1);
    this.lead = lead;
    this.#rowHeight = rowHeight;
    this.#gapHeight = gapHeight;
    this.#gaps = gaps;
    const tops: number[] = [];
    let top = lead;
    let line = first;
    for (const gap of gaps) {
      top += (gap.from - line) * rowHeight;
      tops.push(top);
      top += gapHeight;
      line = gap.to + 1;
    }
    this.#gapTops = tops;
    this.height = top + (this.last + 1 - line) * rowHeight + trail;
  }

  /** The gap a line lies in. */
  gapAt(line: number): Range | undefined {
    const gap = this.#gaps[this.#lastGap((candidate) => candidate.from <= line)];
    return gap !== undefined && line <= gap.to ? gap : undefined;
  }

  /** Top of a line's row, or of the state row that stands for it; `last + 1` gives where the last row ends. */
  top(line: number): number {
    const index = this.#lastGap((gap) => gap.from <= line);
    const gap = this.#gaps[index];
    const top = this.#gapTops[index];
    if (gap === undefined || top === undefined) return this.lead + (line - this.first) * this.#rowHeight;
    return line <= gap.to ? top : top + this.#gapHeight + (line - gap.to - 1) * this.#rowHeight;
  }

  /** The line at a height, limited to the lines there are; the first line of a gap for its state row. */
  lineAt(y: number): number {
    const index = this.#lastGap((_, at) => (this.#gapTops[at] ?? 0) <= y);
    const gap = this.#gaps[index];
    const top = this.#gapTops[index];
    let line: number;
    if (gap === undefined || top === undefined) line = this.first + Math.floor((y - this.lead) / this.#rowHeight);
    else if (y < top + this.#gapHeight) line = gap.from;
    else line = gap.to + 1 + Math.floor((y - top - this.#gapHeight) / this.#rowHeight);
    return Math.min(Math.max(line, this.first), Math.max(this.last, this.first));
  }

  anchorAt(y: number): Anchor {
    const line = this.lineAt(y);
    return { line, dy: y - this.top(line) };
  }

  /** Height of an anchor. A line that retention took gives the top of what is left. */
  yOf({ line, dy }: Anchor): number {
    if (line < this.first) return 0;
    return line > this.last + 1 ? this.height : this.top(line) + dy;
  }

  #lastGap(holds: (gap: Range, at: number) => boolean): number {
    let low = 0;
    let high = this.#gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const gap = this.#gaps[middle];
      if (gap !== undefined && holds(gap, middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
