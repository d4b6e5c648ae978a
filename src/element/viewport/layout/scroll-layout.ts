import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { CONNECTING, isFinal } from '../../status/chip.ts';
import { normalizeRanges, subtractRanges } from '../../../protocol/ranges.ts';
import type { Gap } from '../lines/gaps.ts';
import { RowMetrics, PADDING } from './row-metrics.ts';
import { LongLines } from '../long-lines/long-lines.ts';
import type { Anchor, RowIndex } from './row-index.ts';
import { ScrollBox, type Moved } from './scroll-box.ts';
import type { ScrollExtent } from './scroll-map.ts';
import { visibleLines, windowOf } from './window.ts';

/** Times that the window is laid out anew because lines in it were counted. */
const MAX_PASSES = 4;

/** What to go to: a line, centred, or an end. */
export type ScrollTarget = number | 'start' | 'end';

export interface Placed {
  readonly following: boolean;
  /** Nodes a row had lately, on average. */
  readonly nodesPerRow: number;
  /** Lines to have in the document besides those that are looked at. */
  readonly fill: Range | undefined;
}

/**
 * Where the content is. Its truth is an anchor, a line and the pixels scrolled into it: whatever changes the heights of
 * lines above, what is seen stays.
 */
export class ScrollLayout {
  readonly long = new LongLines();
  readonly geometry = new RowMetrics(this.long);
  /** Lines that need not be asked for. */
  unasked: readonly Range[] = [];
  /** Lines that could not be had for now. */
  missing: readonly Range[] = [];
  rows: RowIndex;
  /** The lines that are looked at, with some around them. */
  near: Range = { from: 1, to: 0 };
  /** Where to go in the next layout. */
  target: ScrollTarget | undefined;
  readonly #lines: LineCache;
  readonly #box: ScrollBox;
  #status: LogStatus = CONNECTING;
  /** Ranges that are shown as one row each, or not at all. */
  #gaps: readonly Gap[] = [];
  #anchor: Anchor = { line: 1, dy: 0 };
  /** Whether the position was changed here since it was last applied, so that the scrollbar has to follow. */
  #moved = false;

  constructor(scroller: HTMLElement, spacer: HTMLElement, lines: LineCache, onMoved: (moved: Moved) => void) {
    this.#lines = lines;
    this.rows = this.geometry.index(this.#status, []);
    this.#box = new ScrollBox(scroller, spacer, (moved) => {
      if (moved.delta !== 0) this.target = undefined;
      this.#anchor = this.rows.anchorAt(this.#box.y);
      onMoved(moved);
    });
  }

  /** Whether there is anything to scroll, and whether its end is in sight. */
  get scrolls(): boolean {
    return this.#box.end > 0;
  }

  get atEnd(): boolean {
    return this.#box.atEnd;
  }

  get visible(): Range {
    return visibleLines({ rows: this.rows, y: this.#box.y, viewport: this.geometry.height });
  }

  /** How far below the top of a line the middle of what is seen is, px. */
  middleOf(line: number): number {
    return this.#box.y + this.geometry.height / 2 - this.rows.top(line);
  }

  hold(held: boolean): void {
    this.#box.hold(held);
  }

  /** Goes back to where it was, after it was out of the document or not displayed. */
  recover(): void {
    this.#box.recover();
    this.#moved = true;
  }

  /** Goes to the first line of another log. */
  reset(): void {
    this.#anchor = { line: 1, dy: 0 };
    this.geometry.forget();
    this.long.forget();
  }

  moveBy(delta: number): void {
    // Whoever goes elsewhere no longer waits for a line that is not there yet.
    this.target = undefined;
    const y = Math.min(Math.max(this.#box.y + delta, 0), this.#box.end);
    this.#anchor = this.rows.anchorAt(y);
    this.#box.layout(this.#extent(), y);
    this.#moved = true;
  }

  /** Changes the sizes of lines. What is at the upper edge of the viewport stays there. Returns whether anything changed. */
  reshape(change: () => boolean): boolean {
    const { line, dy } = this.#anchor;
    const before = this.rows.heightAt(line);
    if (!change()) return false;
    this.geometry.count({ from: line, to: line }, this.#lines, this.rows);
    this.rows = this.geometry.index(this.#status, this.#gaps);
    if (dy > 0 && dy < before) this.#anchor = { line, dy: (dy * this.rows.heightAt(line)) / before };
    // At once: a browser that has more to show scrolls back by itself, which must not be taken for the reader's doing.
    this.#box.layout(this.#extent(), this.rows.yOf(this.#anchor));
    this.#moved = true;
    return true;
  }

  /** Shows all of a long line, or its head again. */
  toggle(number: number): void {
    const range = this.long.toggle(number);
    this.geometry.forgetLines(range);
    this.#collapse();
    let rows = this.geometry.index(this.#status, this.#gaps);
    const { line, dy } = this.#anchor;
    const at = rows.gapAt(line)?.from ?? line;
    if (this.geometry.count({ from: at, to: at }, this.#lines, rows)) rows = this.geometry.index(this.#status, this.#gaps);
    this.rows = rows;
    if (line >= range.from && line <= range.to && dy > 0) {
      // Whoever was deep in it is taken to its end.
      this.#anchor = { line: at, dy: Math.min(dy, Math.max(0, rows.heightAt(at) - this.geometry.rowHeight)) };
    }
    this.#box.layout(this.#extent(), rows.yOf(this.#anchor));
    this.#moved = true;
  }

  /** Places the content for what the log says now, and returns the lines to draw. */
  layOut(status: LogStatus, placed: Placed): Range {
    this.#status = status;
    this.#collapse();
    if (placed.following || this.target !== undefined) this.#moved = true;
    return this.#place(placed);
  }

  /**
   * Compares how high the window was drawn with what was counted, and takes over what differs: a font may know a
   * character that is wider or taller than the grid. Returns whether anything did.
   */
  correct(window: Range, drawn: number, heights: () => Iterable<{ line: number; height: number }>, placed: Placed): boolean {
    if (Math.abs(drawn - this.expected(window)) <= 1) return false;
    let wrong = false;
    for (const { line, height } of heights()) wrong = this.geometry.measured(line, height) || wrong;
    if (wrong) this.#place(placed);
    return wrong;
  }

  /** Height of a window, px, as it was counted. */
  expected(window: Range): number {
    const { rows } = this;
    const bottom = window.to >= rows.last ? rows.height - PADDING.bottom : rows.top(window.to + 1);
    return bottom - this.#topOf(window);
  }

  /** Puts the scrollbar right, and returns where the first row of the window stands in what scrolls, px. Lets the browser lay out. */
  apply(window: Range): number {
    this.#box.apply(this.#moved);
    this.#moved = false;
    return Math.round(this.#topOf(window) + this.#box.shift);
  }

  /** Finds out which lines are not shown one by one. */
  #collapse(): void {
    const { first, head } = this.#status;
    const hidden = this.long.hidden(first, head);
    this.missing = normalizeRanges(this.#status.missing, first, head);
    this.#gaps = this.missing.filter((range) => this.#isClosed(range));
    this.unasked = [];
    const folds = this.long.folds?.gaps(first, head, this.geometry.rowHeight, this.geometry.columns) ?? [];
    if (hidden.length === 0 && folds.length === 0) return;
    // Where a line goes on that did not come yet, nobody knows how far.
    const known = hidden.map(({ from, to }) => ({ from, to: this.long.knows(to) ? to : to - 1 }));
    this.unasked = normalizeRanges([...known, ...folds], first, head);
    const shown = subtractRanges(hidden, this.#gaps).map((range): Gap => ({ ...range, height: 0 }));
    const free = folds.filter((fold) => [...this.#gaps, ...shown].every(({ from, to }) => to < fold.from || from > fold.to));
    this.#gaps = [...this.#gaps, ...shown, ...free].sort((a, b) => a.from - b.from);
  }

  /**
   * Whether missing lines are one row: what stands above and below that row is held, or is an end of the log. Else they
   * keep their height, since what came into sight in their place would be missing as well.
   */
  #isClosed({ from, to }: Range): boolean {
    const { first, head } = this.#status;
    return (from <= first || this.#lines.get(from - 1) !== undefined) && (to >= head || this.#lines.get(to + 1) !== undefined);
  }

  #topOf({ from }: Range): number {
    return from <= this.rows.first ? PADDING.top : this.rows.top(from);
  }

  #extent(): ScrollExtent {
    const { height: viewport, wraps } = this.geometry;
    // Lines that are not held have an estimated height: what they turn out to have must not pull at the scrollbar.
    return { content: this.rows.height, viewport, loose: wraps };
  }

  #place({ following, nodesPerRow, fill }: Placed): Range {
    const { geometry } = this;
    for (let pass = 1; ; pass += 1) {
      const rows = (this.rows = geometry.index(this.#status, this.#gaps));
      this.#box.layout(this.#extent(), this.#wantedY(rows, following));
      const { y } = this.#box;
      const near = (this.near = windowOf({ rows, y, viewport: geometry.height, rowHeight: geometry.rowHeight, following, nodesPerRow }));
      const window = fill === undefined ? near : joined(near, fill, rows);
      if (pass < MAX_PASSES && geometry.count(window, this.#lines, rows)) continue;
      if (following || this.#isThere(rows)) this.target = undefined;
      // Only now heights are what they are. What is seen holds the place: no line that is hidden, or above the edge.
      const { line, dy } = this.#anchor;
      const unseen = rows.gapAt(line) !== undefined || dy >= rows.heightAt(line);
      if (unseen || Math.abs(rows.yOf(this.#anchor) - y) > 1e-6) this.#anchor = rows.anchorAt(y);
      return window;
    }
  }

  #wantedY(rows: RowIndex, following: boolean): number {
    const { target } = this;
    if (following || target === 'end') return rows.height;
    if (target === undefined) return this.#anchorY(rows);
    if (target === 'start') return 0;
    const line = Math.min(Math.max(target, rows.first), Math.max(rows.last, rows.first));
    // It stays where it is while the lines above it come, whatever height they turn out to have.
    this.#anchor = { line, dy: Math.min(0, (rows.stripOf(line).height - this.geometry.height) / 2), aimed: true };
    return rows.yOf(this.#anchor);
  }

  /** Whether the target has been gone to. A line that is not there yet is waited for, until the log says that it has no more. */
  #isThere({ last }: RowIndex): boolean {
    return typeof this.target !== 'number' || this.target <= last || isFinal(this.#status.state);
  }

  /** Where the anchor is. A line that turns out lower than what was scrolled into it, or that something stands for now, is not scrolled past. */
  #anchorY(rows: RowIndex): number {
    const { line, dy } = this.#anchor;
    const height = rows.heightAt(line);
    const gap = rows.gapAt(line);
    if (dy <= 0 || line < rows.first) return rows.yOf(this.#anchor);
    if (gap !== undefined) return rows.yOf(line > gap.from || dy >= height ? { line, dy: 0 } : this.#anchor);
    if (dy >= height && line < rows.last) this.#anchor = { line, dy: Math.max(0, height - 1) };
    return rows.yOf(this.#anchor);
  }
}

/** A window and lines around it, limited to those there are. */
function joined(window: Range, { from, to }: Range, { first, last }: RowIndex): Range {
  return { from: Math.max(first, Math.min(window.from, from)), to: Math.min(last, Math.max(window.to, to)) };
}
