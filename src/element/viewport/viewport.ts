import type { Line } from '../../protocol/line.ts';
import type { LogStatus, Range, Run } from '../../worker/api.ts';
import { HeldLines } from '../lines.ts';
import { leadRow, trailRow, type StateRow } from '../state-rows.ts';
import { CONNECTING, isFinal } from '../status.ts';
import type { TimeMode } from '../time.ts';
import { initialFollow, nextFollow, type Follow, type FollowEvent, type FollowMode } from './follow.ts';
import { normalizeGaps, withoutGaps } from './gaps.ts';
import { hearIntents } from './intents.ts';
import { itemsOf } from './items.ts';
import { RowIndex, type Anchor } from './rows.ts';
import { RowsView } from './rows-view.ts';
import { ScrollBox, type Moved } from './scroll-box.ts';
import { Times } from './times.ts';
import { visibleLines, windowOf } from './window.ts';

/** Lines asked for before anything is known, enough to fill most screens at once. */
export const FIRST_TAIL = 64;
/** Newest lines asked for beyond those that fit, so that a short batch leaves no hole in the window. */
const TAIL_SPARE = 16;

/** A frame that was asked for and did not come within this time does not come: nobody looks; ms. */
const NOT_DRAWN = 1_000;
const STATE_ROW = 28;
const PADDING = { top: 4, bottom: 8 };

export interface ViewportListener {
  /** What to ask the log for; called only when it changes. */
  look(want: readonly Range[], tail: number): void;
  followed(following: boolean): void;
  picked(line: number, extend: boolean): void;
  retry(): void;
  /** After each commit. */
  committed(): void;
}

/** What to go to: a line, centred, or an end. */
export type Target = number | 'start' | 'end';

/**
 * The scrolling part: which lines are looked at, and their rows. Its truth is an anchor, the first visible line and the
 * pixels scrolled into it; all else follows from that in one commit a frame.
 */
export class Viewport {
  readonly #listener: ViewportListener;
  readonly #block = document.createElement('div');
  readonly #box: ScrollBox;
  readonly #view: RowsView;
  readonly #lines = new HeldLines();
  #status: LogStatus = CONNECTING;
  #rows: RowIndex;
  #rowHeight = 20;
  #height = 0;
  #anchor: Anchor = { line: 1, dy: 0 };
  #mode: FollowMode;
  #follow: Follow;
  #target: Target | undefined;
  #time: TimeMode = 'none';
  #selected: Range | undefined;
  #seen = 0;
  #longest = 0;
  readonly #times = new Times();
  #asked = '';
  #progress: number | undefined;
  /** When a frame was asked for that did not come yet, ms. */
  #scheduledAt: number | undefined;
  /** Whether the position was changed here since the last commit, so that the scrollbar has to follow. */
  #moved = false;

  constructor(scroller: HTMLElement, mode: FollowMode, listener: ViewportListener) {
    this.#listener = listener;
    this.#mode = mode;
    this.#follow = initialFollow(mode);
    this.#rows = this.#index([]);
    const spacer = document.createElement('div');
    spacer.className = 'spacer';
    spacer.setAttribute('role', 'presentation');
    this.#block.className = 'block';
    this.#block.setAttribute('role', 'list');
    spacer.append(this.#block);
    scroller.append(spacer);
    this.#view = new RowsView(this.#block, (state) => this.#onAction(state));
    this.#box = new ScrollBox(scroller, spacer, (moved) => this.#onMoved(moved));
    hearIntents(scroller, {
      left: () => this.leave(),
      held: (held) => this.#box.hold(held),
      picked: (line, extend) => listener.picked(line, extend),
    });
  }

  get following(): boolean {
    return this.#follow.following;
  }

  /** Lines that came since the reader left the end and that were not on screen. */
  get unseen(): number {
    return this.following ? 0 : Math.max(0, this.#status.head - this.#seen);
  }

  /** Share of the lines in the window that is held, 0 to 1; undefined for an empty window. */
  get progress(): number | undefined {
    return this.#progress;
  }

  /** Lines between the newest one held and the end of the log. */
  get behind(): number {
    return this.#status.head - Math.max(this.#times.newest, this.#status.first - 1);
  }

  /**
   * Whether lines on screen are still on their way; `fresh` tells that the status is newer than what is on screen. What is
   * not drawn, as in a hidden tab, waits for nothing.
   */
  lacking({ first, head, missing }: LogStatus, fresh: boolean): boolean {
    if (document.hidden || this.#height <= 0 || head < first || missing.length > 0) return false;
    if (this.#scheduledAt !== undefined && performance.now() - this.#scheduledAt > NOT_DRAWN) return false;
    return fresh || (this.#progress ?? 0) < 1;
  }

  /** From the first to the last line, ms; undefined while one of their times is not known. */
  get elapsed(): number | undefined {
    return this.#times.elapsed;
  }

  /** A line that is held, the unfinished one included. */
  line(number: number): Line | undefined {
    return number > this.#status.head ? (this.#status.part ?? undefined) : this.#lines.get(number);
  }

  get visible(): Range {
    return visibleLines({ rows: this.#rows, y: this.#box.y, viewport: this.#height });
  }

  /** Takes in what the log says. */
  update(status: LogStatus, runs: readonly Run[]): void {
    if (status.epoch !== this.#status.epoch && this.#status.epoch !== '') this.#forget();
    const grewFirst = status.first > this.#status.first;
    this.#status = status;
    if (grewFirst) this.#lines.dropBelow(status.first);
    const near = this.#near();
    for (const run of runs) this.#lines.put(run, near);
    this.#times.learn(this.#lines, status);
    const complete = status.state === 'ended' || status.end !== undefined;
    if (complete || status.state === 'live') this.#settle(complete);
    this.schedule();
  }

  /** Sizes in px, from observers: nothing is drawn before they are known. */
  resize(height: number, rowHeight: number): void {
    if (height === this.#height && rowHeight === this.#rowHeight) return;
    if (this.#height === 0) this.recover();
    this.#height = height;
    if (rowHeight > 0) this.#rowHeight = rowHeight;
    // At once: a browser that has more to show scrolls back by itself, which must not be taken for the reader's doing.
    this.#box.layout({ content: this.#rows.height, viewport: height }, this.#box.y);
    this.schedule();
  }

  /** Goes back to where it was, after it was out of the document or not displayed. */
  recover(): void {
    this.#box.recover();
    this.#moved = true;
    this.schedule();
  }

  set time(mode: TimeMode) {
    this.#time = mode;
    this.schedule();
  }

  set selected(range: Range | undefined) {
    this.#selected = range;
    this.schedule();
  }

  /** Lines whose rows stay in the document wherever the window goes, because a selection begins or ends in them. */
  set pinned(lines: Iterable<number>) {
    this.#view.pinned = new Set(lines);
  }

  set mode(mode: FollowMode) {
    this.#mode = mode;
    this.#dispatch({ type: 'mode', mode });
  }

  goTo(target: Target): void {
    if (target === 'end') this.#dispatch({ type: 'reached-end' });
    else this.#dispatch({ type: 'left' });
    this.#target = target;
    this.schedule();
  }

  toggleFollow(): void {
    this.#dispatch({ type: 'toggled' });
  }

  /** Moves by px, as a key does. */
  scrollBy(delta: number): void {
    if (delta < 0) this.leave();
    this.#place(this.#box.y + delta);
    if (delta > 0 && this.#box.atEnd) this.#dispatch({ type: 'reached-end' });
  }

  scrollByLines(lines: number): void {
    this.scrollBy(lines * this.#rowHeight);
  }

  /** Moves by viewports, keeping one row in view for orientation. */
  scrollByPages(pages: number): void {
    this.scrollBy(pages * Math.max(this.#rowHeight, this.#height - this.#rowHeight));
  }

  /** Draws in the next frame; any number of calls make one commit. */
  schedule(): void {
    if (this.#scheduledAt !== undefined) return;
    this.#scheduledAt = performance.now();
    requestAnimationFrame(() => {
      this.#scheduledAt = undefined;
      this.#commit();
    });
  }

  /** Asks for everything in the window anew. */
  lookAgain(): void {
    this.#asked = '';
    this.schedule();
  }

  /** Another log: forgets all lines, and decides about following anew. */
  reset(): void {
    this.#status = CONNECTING;
    this.#follow = initialFollow(this.#mode);
    this.#target = undefined;
    this.#forget();
    this.schedule();
  }

  #forget(): void {
    this.#lines.clear();
    this.#anchor = { line: 1, dy: 0 };
    this.#selected = undefined;
    this.pinned = [];
    this.#times.forget();
    this.#seen = this.#longest = 0;
    this.#asked = '';
  }

  /** What the lines to keep are near to: the tail while following, else what is on screen. */
  #near(): Range {
    const { head } = this.#status;
    return this.following ? { from: head - this.#capacity(), to: head } : this.visible;
  }

  #capacity(): number {
    return Math.ceil(this.#height / this.#rowHeight) + TAIL_SPARE;
  }

  #settle(complete: boolean): void {
    if (this.#follow.decided) return;
    this.#seen = this.#status.head;
    this.#dispatch({ type: 'settled', complete, mode: this.#mode });
    if (!this.following) this.#target = 'start';
  }

  #dispatch(event: FollowEvent): void {
    const before = this.#follow;
    this.#follow = nextFollow(before, event);
    if (before.following === this.following) return;
    if (before.following) this.#seen = Math.max(this.#seen, this.visible.to);
    this.schedule();
    this.#listener.followed(this.following);
  }

  /** The reader goes away from the end. Where nothing can be scrolled, nobody can. */
  leave(): void {
    if (this.#box.end > 0) this.#dispatch({ type: 'left' });
  }

  #onMoved({ delta, atEnd }: Moved): void {
    if (delta !== 0) this.#target = undefined;
    this.#anchor = this.#rows.anchorAt(this.#box.y);
    if (delta < 0 && !atEnd) this.#dispatch({ type: 'left' });
    else if (delta > 0 && atEnd) this.#dispatch({ type: 'reached-end' });
    this.schedule();
  }

  #onAction(state: StateRow): void {
    this.#listener.retry();
    if (state.kind === 'missing') this.lookAgain();
  }

  #place(y: number): void {
    this.#anchor = this.#rows.anchorAt(Math.min(Math.max(y, 0), this.#box.end));
    this.#box.layout({ content: this.#rows.height, viewport: this.#height }, y);
    this.#moved = true;
    this.schedule();
  }

  #index(gaps: readonly Range[]): RowIndex {
    const { first, head, part } = this.#status;
    const hasLines = head >= first || part !== null;
    const trail = hasLines && trailRow(this.#status, undefined, 0) !== undefined ? STATE_ROW : 0;
    return new RowIndex({
      first,
      last: head,
      rowHeight: this.#rowHeight,
      gapHeight: STATE_ROW,
      lead: PADDING.top + (leadRow(this.#status) === undefined ? 0 : STATE_ROW),
      trail: (part === null ? 0 : this.#rowHeight) + trail + PADDING.bottom,
      gaps,
    });
  }

  #commit(): void {
    if (this.#height <= 0) return;
    const { first, head, missing } = this.#status;
    const gaps = normalizeGaps(missing, first, head);
    const rows = (this.#rows = this.#index(gaps));
    const extent = { content: rows.height, viewport: this.#height };
    const y = this.#wantedY(rows);
    this.#box.layout(extent, y ?? rows.yOf(this.#anchor));
    this.#anchor = rows.anchorAt(this.#box.y);
    const window = windowOf({
      rows,
      y: this.#box.y,
      viewport: this.#height,
      rowHeight: this.#rowHeight,
      following: this.following,
      nodesPerRow: this.#view.nodesPerRow,
    });
    this.#view.render(this.#items(rows, window));
    this.#styleBlock();
    this.#box.apply(this.#moved || y !== undefined);
    this.#moved = false;
    const top = window.from <= rows.first ? PADDING.top : rows.top(window.from);
    this.#block.style.setProperty('transform', `translateY(${Math.round(top + this.#box.shift)}px)`);
    this.#seen = Math.max(this.#seen, this.following ? head : this.visible.to);
    this.#ask(window, gaps);
    this.#listener.committed();
  }

  /** Where the frame has to be, apart from where the anchor keeps it; undefined for nowhere else. */
  #wantedY(rows: RowIndex): number | undefined {
    if (this.following) {
      this.#target = undefined;
      return rows.height;
    }
    const target = this.#target;
    if (target === undefined) return undefined;
    if (target === 'start' || target === 'end') {
      this.#target = undefined;
      return target === 'start' ? 0 : rows.height;
    }
    // A line that is not there yet is waited for, until the log says that it has no more.
    if (target <= rows.last || isFinal(this.#status.state)) this.#target = undefined;
    const line = Math.min(Math.max(target, rows.first), Math.max(rows.last, rows.first));
    return rows.top(line) - (this.#height - this.#rowHeight) / 2;
  }

  #items(rows: RowIndex, window: Range): ReturnType<typeof itemsOf> {
    return itemsOf({
      rows,
      window,
      status: this.#status,
      lines: this.#lines,
      selected: this.#selected,
      time: this.#time,
      startTime: this.#times.start,
      elapsed: this.elapsed,
      now: Date.now(),
    });
  }

  /** Widths only ever grow, so that nothing moves sideways as rows come and go. */
  #styleBlock(): void {
    this.#longest = Math.max(this.#longest, this.#view.longest);
    this.#block.style.setProperty('--cells', String(this.#longest));
    this.#block.style.setProperty('--digits', String(Math.max(4, String(this.#status.head + 1).length)));
  }

  #ask(window: Range, gaps: readonly Range[]): void {
    const { head, first, state } = this.#status;
    const lacking = window.to < window.from ? [] : this.#lines.lacking(window);
    const want = withoutGaps(lacking, gaps);
    const size = window.to - window.from + 1;
    const lacks = want.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    this.#progress = size > 0 ? 1 - lacks / size : undefined;
    if (want.length === 0 && head >= first) want.push(...this.#times.wanted(this.#status, this.#time));
    const atTail = this.following || window.to >= head || state === 'connecting';
    const tail = atTail ? Math.max(FIRST_TAIL, this.#capacity()) : 0;
    const asked = `${tail} ${want.map(({ from, to }) => `${from}-${to}`).join()}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#listener.look(want, tail);
  }
}
