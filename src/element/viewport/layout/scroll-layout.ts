import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { CONNECTING, isFinal } from '../../status/chip.ts';
import { normalizeRanges, subtractRanges } from '../../../protocol/ranges.ts';
import { nestedRanges } from '../lines/nested-ranges.ts';
import type { GroupSource } from '../groups/group-source.ts';
import type { RowFilter } from '../lines/row-filter.ts';
import type { FieldSource } from './field-source.ts';
import { withoutOverlaps, type CollapsedRange } from '../lines/collapsed-range.ts';
import { RowMetrics, PADDING, columnsIn } from './row-metrics.ts';
import type { SpecialLines } from '../long-lines/special-lines.ts';
import type { Anchor, RowIndex } from './row-index.ts';
import { ScrollBox, type Moved } from './scroll-box.ts';
import type { ScrollExtent } from './scroll-map.ts';
import { visibleLines, windowOf } from './window.ts';

/** Passes of one layout, at most: counting the rows of lines in the window may bring other lines into it. */
const MAX_PASSES = 4;

/** What to go to: a line, centred, or an end. */
export type ScrollTarget = number | 'start' | 'end';

export interface LayoutInput {
  readonly isFollowing: boolean;
  /** Average number of nodes in a row of the frame before. */
  readonly nodesPerRow: number;
  /** Lines to have in the document besides those on screen and around it. */
  readonly extended: Range | undefined;
}

/** The lines that are laid out. */
export interface LayoutLines {
  readonly lines: LineCache;
  readonly special: SpecialLines;
  readonly groups?: GroupSource | undefined;
  /** Which lines are shown, where not all of them are. */
  readonly filter?: RowFilter | undefined;
  readonly fields?: FieldSource | undefined;
}

/**
 * Where the content stands. The position is kept as an anchor, a line and the pixels scrolled into it, so that what is
 * on screen stays when lines above it change their height.
 */
export class ScrollLayout {
  readonly metrics: RowMetrics;
  /** Lines that are not shown and so not requested. */
  notRequested: readonly Range[] = [];
  /** Lines that could not be fetched. */
  unavailable: readonly Range[] = [];
  rows: RowIndex;
  /** The lines on screen and some around them. */
  near: Range = { from: 1, to: 0 };
  /** Where the next layout goes. */
  target: ScrollTarget | undefined;
  readonly #content: LayoutLines;
  readonly #lines: LineCache;
  readonly #special: SpecialLines;
  readonly #box: ScrollBox;
  #status: LogStatus = CONNECTING;
  /** Ranges shown as one row each, or not at all. */
  #collapsed: readonly CollapsedRange[] = [];
  #anchor: Anchor = { line: 1, dy: 0 };
  /** Whether the position changed here since it was last applied, so that the scrollbar has to follow. */
  #isMoved = false;

  constructor(scroller: HTMLElement, spacer: HTMLElement, content: LayoutLines, onMoved: (moved: Moved) => void) {
    const { lines, special } = (this.#content = content);
    this.#lines = lines;
    this.#special = special;
    this.metrics = new RowMetrics(special, (line) => content.groups?.depthAt(line) ?? 0);
    this.rows = this.metrics.index(this.#status, []);
    this.#box = new ScrollBox(scroller, spacer, (moved) => {
      if (moved.delta !== 0) this.target = undefined;
      this.#anchor = this.rows.anchorAt(this.#box.y);
      onMoved(moved);
    });
  }

  get isScrollable(): boolean {
    return this.#box.end > 0;
  }

  /** Whether the end of the content is in sight. */
  get atEnd(): boolean {
    return this.#box.atEnd;
  }

  /** How many times as high as the viewport the content is. */
  get screens(): number {
    return this.#box.screens;
  }

  /** Pixels from the top of the content to the upper edge of the viewport. */
  get y(): number {
    return this.#box.y;
  }

  get visible(): Range {
    return visibleLines({ rows: this.rows, y: this.#box.y, viewport: this.metrics.height });
  }

  /** Distance from the top of a line down to the middle of the viewport, px. */
  middleOf(line: number): number {
    return this.#box.y + this.metrics.height / 2 - this.rows.top(line);
  }

  hold(held: boolean): void {
    this.#box.hold(held);
  }

  /** Returns to the position from before the scroller was out of the document or not displayed. */
  recover(): void {
    this.#box.recover();
    this.#isMoved = true;
  }

  /** Goes to the first line and forgets all heights, for another log. */
  reset(): void {
    this.#anchor = { line: 1, dy: 0 };
    this.metrics.clear();
  }

  moveBy(delta: number): void {
    // A reader who scrolls no longer waits for the line of a jump.
    this.target = undefined;
    const y = Math.min(Math.max(this.#box.y + delta, 0), this.#box.end);
    this.#anchor = this.rows.anchorAt(y);
    this.#box.layout(this.#extent(), y);
    this.#isMoved = true;
  }

  /** Runs a change of the line heights and keeps what is at the upper edge of the viewport there. Returns whether anything changed. */
  reshape(change: () => boolean): boolean {
    const { line, dy } = this.#anchor;
    const before = this.rows.heightAt(line);
    if (!change()) return false;
    this.metrics.countRows({ from: line, to: line }, this.#lines, this.rows);
    this.rows = this.metrics.index(this.#status, this.#collapsed);
    if (dy > 0 && dy < before) this.#anchor = { line, dy: (dy * this.rows.heightAt(line)) / before };
    // At once: where the content became lower, the browser scrolls back by itself, which must not count as the reader's doing.
    this.#box.layout(this.#extent(), this.rows.yOf(this.#anchor));
    this.#isMoved = true;
    return true;
  }

  /** Runs a change of which lines are shown, and keeps the row of a line where it is on screen, or that of the nearest one. */
  keep(line: number, change: () => void): void {
    const dy = this.#box.y - this.rows.stripOf(line).top;
    change();
    this.target = undefined;
    this.#filter();
    this.#collapse();
    this.rows = this.metrics.index(this.#status, this.#collapsed);
    this.#anchor = { line, dy };
    this.#box.layout(this.#extent(), this.#anchorY(this.rows));
    this.#isMoved = true;
  }

  /** Counts the rows of lines again, since lines may be in other groups. */
  recount(): void {
    if (!this.metrics.wraps) return;
    this.reshape(() => {
      this.metrics.clear();
      return true;
    });
  }

  /** Expands or collapses a long line or a fold, or shows the text that a line hides (`raw`). */
  toggle(number: number, raw = false): void {
    const range = raw ? this.#special.toggleRaw(number) : this.#special.toggle(number);
    this.metrics.uncount(range);
    this.#collapse();
    let rows = this.metrics.index(this.#status, this.#collapsed);
    const { line, dy } = this.#anchor;
    const at = rows.collapsedAt(line)?.from ?? line;
    if (this.metrics.countRows({ from: at, to: at }, this.#lines, rows)) rows = this.metrics.index(this.#status, this.#collapsed);
    this.rows = rows;
    if (line >= range.from && line <= range.to && dy > 0) {
      // A reader who was deep in the line is taken to its end.
      this.#anchor = { line: at, dy: Math.min(dy, Math.max(0, rows.heightAt(at) - this.metrics.rowHeight)) };
    }
    this.#box.layout(this.#extent(), rows.yOf(this.#anchor));
    this.#isMoved = true;
  }

  /** Places the content, and returns the lines to draw. */
  layOut(status: LogStatus, input: LayoutInput): Range {
    this.#status = status;
    this.#filter();
    this.#collapse();
    if (input.isFollowing || this.target !== undefined) this.#isMoved = true;
    return this.#place(input);
  }

  /**
   * Compares the height the window was drawn with to the counted one, and takes over what differs: a font may have a
   * character that is wider or taller than the grid. Returns whether anything differed.
   */
  correct(window: Range, drawn: number, heights: () => Iterable<{ line: number; height: number }>, input: LayoutInput): boolean {
    if (Math.abs(drawn - this.expectedHeight(window)) <= 1) return false;
    let isCorrected = false;
    for (const { line, height } of heights()) isCorrected = this.metrics.recordHeight(line, height) || isCorrected;
    if (isCorrected) this.#place(input);
    return isCorrected;
  }

  /** Takes over the heights of rows with open fields. Returns whether any differed. */
  correctFields(input: LayoutInput): boolean {
    if (this.#content.fields?.measure() !== true) return false;
    this.#collapse();
    this.#place(input);
    return true;
  }

  /** Counted height of a window, px. */
  expectedHeight(window: Range): number {
    const { rows } = this;
    const bottom = window.to >= rows.last ? rows.height - PADDING.bottom : rows.top(window.to + 1);
    return bottom - this.#topOf(window);
  }

  /** Where {@link apply} is going to put the window's first row. */
  placeOf(window: Range): number {
    return Math.round(this.#topOf(window) + this.#box.nextShift(this.#isMoved));
  }

  /** Puts the scrollbar in place, and returns the top of the window's first row in the spacer, px. Forces the browser to lay out. */
  apply(window: Range): number {
    this.#box.apply(this.#isMoved);
    this.#isMoved = false;
    return Math.round(this.#topOf(window) + this.#box.shift);
  }

  /** Brings the lines that are shown up to date. */
  #filter(): void {
    const { filter, groups } = this.#content;
    this.metrics.filter = filter;
    if (filter?.update(this.#status, groups) === true) this.metrics.clear();
  }

  /** Collects the ranges that are not shown line by line. */
  #collapse(): void {
    this.#collapseLines();
    const { first, head } = this.#status;
    const { rowHeight } = this.metrics;
    const { visible } = this;
    const { filter } = this.#content;
    const groups = this.#content.groups?.collapsed({ first, head, rowHeight, visible, filter, revealed: this.#special.revealed }) ?? [];
    if (groups.length === 0) return;
    this.#collapsed = nestedRanges(groups, this.#collapsed);
    // A closed group shows its first line.
    const hidden = groups.flatMap(({ from, to }) => (to > from ? [{ from: from + 1, to }] : []));
    this.notRequested = [...this.notRequested, ...hidden];
  }

  /** Collects those that are not shown for their text: long lines, folds, and lines that could not be fetched. */
  #collapseLines(): void {
    const { first, head } = this.#status;
    const { filter } = this.#content;
    const hidden = shownOf(this.#special.collapsed(first, head), filter);
    this.unavailable = normalizeRanges(this.#status.unavailable, first, head);
    this.#collapsed = filter === undefined ? this.unavailable.filter((range) => this.#isOneRow(range)) : [];
    this.notRequested = [];
    const { rowHeight, columns } = this.metrics;
    const columnsAt = (line: number): number | undefined => columnsIn(this.metrics.depthAt(line), columns);
    const redraws = this.#special.folds?.collapsed(first, head, rowHeight, columnsAt) ?? [];
    const entries = this.#special.entries?.collapsed(first, head, rowHeight, columnsAt) ?? [];
    // A line that was found is shown by itself, unless all of its fold are.
    const folds = [...redraws, ...withoutOverlaps(entries, redraws)].filter((fold) => filter?.showsAll(fold) !== false);
    const lentAway = shownOf(this.#special.lentAway(first, head, columns), filter);
    const openFields = this.#content.fields?.opened(first, head, rowHeight) ?? [];
    const opened = withoutOverlaps(shownOf(openFields, filter), this.#collapsed);
    if (hidden.length === 0 && folds.length === 0 && lentAway.length === 0 && opened.length === 0) return;
    // A part that has not come yet is requested: only then it is known how far the line reaches.
    const known = hidden.map(({ from, to }) => ({ from, to: this.#special.isKnown(to) ? to : to - 1 }));
    this.notRequested = normalizeRanges([...known, ...folds], first, head);
    const shown = subtractRanges([...hidden, ...lentAway], this.#collapsed).map((range): CollapsedRange => ({ ...range, height: 0 }));
    const others = [...this.#collapsed, ...shown, ...withoutOverlaps(opened, shown)];
    const free = folds.filter((fold) => others.every(({ from, to }) => to < fold.from || from > fold.to));
    this.#collapsed = [...others, ...free].sort((a, b) => a.from - b.from);
  }

  /**
   * Whether unavailable lines collapse into one row: their neighbours are held, or are an end of the log. Otherwise they
   * keep their height, since the lines that came into sight instead would be unavailable as well.
   */
  #isOneRow({ from, to }: Range): boolean {
    const { first, head } = this.#status;
    return (from <= first || this.#lines.get(from - 1) !== undefined) && (to >= head || this.#lines.get(to + 1) !== undefined);
  }

  #topOf({ from }: Range): number {
    return from <= this.rows.first ? PADDING.top : this.rows.top(from);
  }

  #extent(): ScrollExtent {
    const { height: viewport, wraps } = this.metrics;
    // Lines that are not held have an estimated height, and the scrollbar must not jump when the real one is known.
    return { content: this.rows.height, viewport, loose: wraps };
  }

  #place({ isFollowing, nodesPerRow, extended }: LayoutInput): Range {
    const { metrics } = this;
    for (let pass = 1; ; pass += 1) {
      const rows = (this.rows = metrics.index(this.#status, this.#collapsed));
      this.#box.layout(this.#extent(), this.#targetY(rows, isFollowing));
      const { y } = this.#box;
      const near = (this.near = windowOf({ rows, y, viewport: metrics.height, rowHeight: metrics.rowHeight, isFollowing, nodesPerRow }));
      const window = extended === undefined ? near : joined(near, extended, rows);
      if (pass < MAX_PASSES && metrics.countRows(window, this.#lines, rows)) continue;
      if (isFollowing || this.#isReached(rows)) this.target = undefined;
      // Heights are final now. The anchor must be a line on screen, neither hidden nor above the edge.
      const { line, dy } = this.#anchor;
      const isOffScreen = rows.collapsedAt(line) !== undefined || dy >= rows.heightAt(line);
      if (isOffScreen || Math.abs(rows.yOf(this.#anchor) - y) > 1e-6) this.#anchor = rows.anchorAt(y);
      return window;
    }
  }

  #targetY(rows: RowIndex, isFollowing: boolean): number {
    const { target } = this;
    if (isFollowing || target === 'end') return rows.height;
    if (target === undefined) return this.#anchorY(rows);
    if (target === 'start') return 0;
    const line = Math.min(Math.max(this.#landingOf(target), rows.first), Math.max(rows.last, rows.first));
    // The line stays in place while lines above it come, whatever their height.
    this.#anchor = { line, dy: Math.min(0, (rows.stripOf(line).height - this.metrics.height) / 2), aimed: true };
    return rows.yOf(this.#anchor);
  }

  #landingOf(line: number): number {
    return this.#content.groups?.landingOf(line) ?? line;
  }

  /** Whether the target is reached. A line that does not exist yet is waited for until the log is complete. */
  #isReached({ last }: RowIndex): boolean {
    return typeof this.target !== 'number' || this.target <= last || isFinal(this.#status.state);
  }

  /** Position of the anchor; a line that became lower than the pixels scrolled into it, or is folded now, is not scrolled past. */
  #anchorY(rows: RowIndex): number {
    // The line that was gone to may turn out to have no row once it has come.
    if (this.#anchor.aimed) this.#anchor = { ...this.#anchor, line: this.#landingOf(this.#anchor.line) };
    const { line, dy } = this.#anchor;
    const height = rows.heightAt(line);
    const collapsed = rows.collapsedAt(line);
    if (dy <= 0 || line < rows.first) return rows.yOf(this.#anchor);
    if (collapsed !== undefined) return rows.yOf(line > collapsed.from || dy >= height ? { line, dy: 0 } : this.#anchor);
    if (dy >= height && line < rows.last) this.#anchor = { line, dy: Math.max(0, height - 1) };
    return rows.yOf(this.#anchor);
  }
}

/** What a filter shows of ranges that have no row. */
function shownOf(ranges: readonly CollapsedRange[], filter: RowFilter | undefined): readonly CollapsedRange[] {
  return filter === undefined
    ? ranges
    : ranges.flatMap((range) => subtractRanges([range], filter.hiddenIn(range)).map((part) => ({ ...part, height: 0 })));
}

/** A window extended by a range, limited to the lines there are. */
function joined(window: Range, { from, to }: Range, { first, last }: RowIndex): Range {
  return { from: Math.max(first, Math.min(window.from, from)), to: Math.min(last, Math.max(window.to, to)) };
}
