import { monotonic } from '../../worker/platform/attempt.ts';
import { isHidden } from '../util/idle.ts';
import type { Line } from '../../protocol/line.ts';
import type { LogStatus, Range, LineRun } from '../../worker/api.ts';
import { LineCache } from './lines/line-cache.ts';
import type { StateRow } from '../status/state-rows.ts';
import { CONNECTING } from '../status/chip.ts';
import type { Background } from '../terminal/cell-style.ts';
import type { TimeMode } from '../util/time.ts';
import { LineRequester } from './lines/line-requester.ts';
import { FullRender } from './lines/full-render.ts';
import { FoldLoader } from './folds/fold-loader.ts';
import { initialFollow, nextFollow, type Follow, type FollowEvent, type FollowMode } from './input/follow.ts';
import { FrameRequest } from '../util/frame-request.ts';
import type { Sizes } from './layout/row-metrics.ts';
import { listenToPointer } from './input/pointer-input.ts';
import { itemsOf } from './rows/items.ts';
import type { Folded } from './long-lines/long-lines.ts';
import type { LineAction } from './long-lines/expand-chip.ts';
import { PrintRange } from './lines/print-range.ts';
import { ScrollLayout, type ScrollTarget } from './layout/scroll-layout.ts';
import { RowsView } from './rows/rows-view.ts';
import { innerSize } from './layout/measure-element.ts';
import type { Moved } from './layout/scroll-box.ts';
import { UnseenCounter } from './lines/unseen-counter.ts';
import { setStyle } from '../util/set-style.ts';
import { LogTimes } from './lines/log-times.ts';

/** Lines asked for before anything is known, enough to fill most screens at once. */
export const FIRST_TAIL = 64;

export interface ViewportListener {
  /** What to ask the log for; called only when it changes. */
  look(want: readonly Range[], tail: number): void;
  followed(following: boolean): void;
  picked(line: number, extend: boolean): void;
  /** Lines that are one, of which not all is shown, are to be copied. */
  copied(range: Range): void;
  retry(): void;
  /** After each commit. */
  committed(): void;
}

/** The scrolling part: which lines are looked at, and their rows, in one commit a frame. */
export class Viewport {
  readonly #listener: ViewportListener;
  readonly #scroller: HTMLElement;
  readonly #block = document.createElement('div');
  readonly #view: RowsView;
  readonly #lines = new LineCache();
  #status: LogStatus = CONNECTING;
  readonly #placement: ScrollLayout;
  readonly #demand: LineRequester;
  readonly #fill = new FullRender(
    () => this.#view.busy,
    () => this.schedule(),
  );
  readonly paper = new PrintRange(this.#lines, (now) => this.schedule(now));
  readonly #folding: FoldLoader;
  #mode: FollowMode;
  #follow: Follow;
  #time: TimeMode = 'none';
  readonly #seen = new UnseenCounter();
  readonly #times = new LogTimes();
  /** Whether what rows show may be another than was drawn, and the lines drawn. */
  #stale = true;
  #drawn: Range = { from: 1, to: 0 };
  readonly #frame = new FrameRequest(() => this.#commit());

  constructor(scroller: HTMLElement, mode: FollowMode, listener: ViewportListener) {
    this.#scroller = scroller;
    this.#listener = listener;
    this.#demand = new LineRequester((want, tail) => listener.look(want, tail));
    this.#mode = mode;
    this.#follow = initialFollow(mode);
    const spacer = document.createElement('div');
    spacer.className = 'spacer';
    spacer.setAttribute('role', 'presentation');
    this.#block.className = 'block';
    this.#block.setAttribute('role', 'list');
    spacer.append(this.#block);
    scroller.append(spacer);
    this.#view = new RowsView(this.#block, (state) => this.#onAction(state));
    this.#placement = new ScrollLayout(scroller, spacer, this.#lines, (moved) => this.#onMoved(moved));
    this.#folding = new FoldLoader(this.#placement.long, this.#lines, this.#view.fit, () => this.schedule());
    new ResizeObserver(() => this.#onResized()).observe(this.#block);
    listenToPointer(scroller, {
      left: () => this.leave(),
      held: (held) => this.#placement.hold(held),
      pressed: (pressed) => {
        this.#view.pressed = pressed;
        this.#frame.request();
      },
      picked: (line, extend) => listener.picked(line, extend),
      acted: (line, action) => this.#onLineAction(line, action),
    });
  }

  get following(): boolean {
    return this.#follow.following;
  }

  /** Lines that came since the reader left the end and that were not on screen. */
  get unseen(): number {
    return this.following ? 0 : this.#seen.behind(this.#status.head);
  }

  /** Share of the lines in the window that is held, 0 to 1; undefined for an empty window. */
  get progress(): number | undefined {
    return this.#demand.progress;
  }

  /** Lines between the newest one held and the end of the log. */
  get behind(): number {
    return this.#status.head - Math.max(this.#times.newest, this.#status.first - 1);
  }

  /** Whether lines on screen are on their way; `fresh`: the status is newer than they are. What is not drawn waits for nothing. */
  lacking({ first, head, missing }: LogStatus, fresh: boolean): boolean {
    if (isHidden() || this.#placement.geometry.height <= 0 || head < first || missing.length > 0) return false;
    if (this.#frame.isOverdue) return false;
    return fresh || (this.progress ?? 0) < 1;
  }

  /** From the first to the last line, ms; undefined while one of their times is not known. */
  get elapsed(): number | undefined {
    return this.#times.elapsed;
  }

  /** A line that is held, the unfinished one included. */
  line(number: number): Line | undefined {
    return number === this.#status.head + 1 ? (this.#status.part ?? undefined) : this.#lines.get(number);
  }

  /** What is shown in place of lines of a range that a tool redrew, in order, where they are not shown themselves. */
  folded(range: Range): readonly Folded[] {
    return this.#placement.long.folds?.closed(range) ?? [];
  }

  /** Lines in the document. */
  get drawn(): Range {
    return this.#drawn;
  }

  get visible(): Range {
    return this.#placement.visible;
  }

  /** Takes in what the log says. */
  update(status: LogStatus, runs: readonly LineRun[]): void {
    if (status.epoch !== this.#status.epoch && this.#status.epoch !== '') this.#forget();
    if (status.first > this.#status.first) this.#lines.dropBelow(status.first);
    this.#status = status;
    const near = this.#near();
    for (const run of runs) {
      this.#lines.put(run, near);
      this.#placement.long.learn(run, this.#lines);
      this.#folding.learn(run);
    }
    this.#folding.readPart(status.part, status.head);
    this.#times.learn(this.#lines, status);
    const complete = status.state === 'ended' || status.end !== undefined;
    if (complete || status.state === 'live') this.#settle(complete);
    this.schedule();
  }

  /** Sizes from observers: nothing is drawn before they are known. */
  resize(sizes: Sizes): void {
    const { geometry } = this.#placement;
    if (geometry.height === 0) this.recover();
    if (this.#placement.reshape(() => geometry.resize(sizes))) this.schedule();
  }

  /** What rows are drawn on may be another, or, without it, their font. */
  restyle(ground?: Background): void {
    if (this.#view.fit.renew(ground)) this.schedule();
  }

  /** Whether long lines are broken. */
  set wrap(wrap: boolean) {
    if (this.#placement.reshape(() => this.#placement.geometry.setWrap(wrap))) this.schedule();
  }

  /** Goes back to where it was, after it was out of the document or not displayed. */
  recover(): void {
    this.#placement.recover();
    this.schedule();
  }

  set time(mode: TimeMode) {
    this.#time = mode;
    this.schedule();
  }

  set selected(range: Range | undefined) {
    this.#placement.long.selected = range;
    this.schedule();
  }

  /** Keeps the rows of lines in the document wherever the window goes: a selection begins or ends in them, or a caret alone stands there. */
  pin(lines: Iterable<number>, putCaretBack?: () => void): void {
    this.#placement.long.pinned = this.#view.pinned = new Set(lines);
    this.#view.putCaretBack = putCaretBack;
  }

  set mode(mode: FollowMode) {
    this.#mode = mode;
    this.#dispatch({ type: 'mode', mode });
  }

  /** `reveal`: of lines that a tool redrew, those that are not left to be seen are shown. */
  goTo(target: ScrollTarget, reveal = true): void {
    if (target === 'end') this.#dispatch({ type: 'reached-end' });
    else this.#dispatch({ type: 'left' });
    this.#placement.target = target;
    if (typeof target === 'number') this.#placement.long.revealed = reveal ? target : undefined;
    this.#stale = true;
    // What is there is not held as a rule: asked for now rather than in the next frame, it comes a frame sooner.
    this.#commit();
  }

  toggleFollow(): void {
    this.#dispatch({ type: 'toggled' });
  }

  /** Moves by px, as a key does. */
  scrollBy(delta: number): void {
    if (delta < 0) this.leave();
    this.#placement.moveBy(delta);
    this.#frame.request();
    if (delta > 0 && this.#placement.atEnd) this.#dispatch({ type: 'reached-end' });
  }

  scrollByLines(lines: number): void {
    this.scrollBy(lines * this.#placement.geometry.rowHeight);
  }

  /** Moves by viewports, keeping one row in view for orientation. */
  scrollByPages(pages: number): void {
    const { height, rowHeight } = this.#placement.geometry;
    this.scrollBy(pages * Math.max(rowHeight, height - rowHeight));
  }

  /** Draws in the next frame; any number of calls make one commit. `now`: there is no next frame. */
  schedule(now = false): void {
    this.#stale = true;
    if (now) this.#commit();
    else this.#frame.request();
  }

  /** Asks for everything in the window anew. */
  lookAgain(): void {
    this.#demand.forget();
    this.schedule();
  }

  /** Another log: forgets all lines, and decides about following anew. */
  reset(): void {
    this.#status = CONNECTING;
    this.#placement.target = undefined;
    this.#forget();
    this.#dispatch({ type: 'reset', mode: this.#mode });
    this.schedule();
  }

  #forget(): void {
    this.#lines.clear();
    this.#placement.reset();
    this.#placement.long.selected = undefined;
    this.pin([]);
    this.#times.forget();
    this.#fill.reset();
    this.paper.stop();
    this.#seen.forget();
    this.#view.longest = 0;
    this.#demand.forget();
  }

  /** What the lines to keep are near to: the tail while following, else what is on screen. */
  #near(): Range {
    const { head } = this.#status;
    return this.following ? { from: head - this.#placement.geometry.capacity, to: head } : this.#drawn;
  }

  #settle(complete: boolean): void {
    this.#seen.open(this.#status.head);
    if (this.#follow.decided) return;
    // Before it is told, since who hears of it may go elsewhere.
    if (complete) this.#placement.target = 'start';
    this.#dispatch({ type: 'settled', complete, mode: this.#mode });
  }

  #dispatch(event: FollowEvent): void {
    const before = this.#follow;
    this.#follow = nextFollow(before, event);
    if (before.following === this.following) return;
    if (before.following) this.#seen.upTo(this.visible.to);
    this.schedule();
    this.#listener.followed(this.following);
  }

  /** The reader goes away from the end. Where nothing can be scrolled, nobody can. */
  leave(): void {
    if (this.#placement.scrolls) this.#dispatch({ type: 'left' });
  }

  /** A font that comes late may draw lines higher than they were. */
  #onResized(): void {
    const { geometry } = this.#placement;
    if (geometry.wraps && Math.abs(innerSize(this.#block).height - this.#placement.expected(this.#drawn)) > 1) this.schedule();
  }

  #onMoved({ delta, atEnd }: Moved): void {
    if (delta < 0 && !atEnd) this.#dispatch({ type: 'left' });
    else if (delta > 0 && atEnd) this.#dispatch({ type: 'reached-end' });
    // Where only the scrollbar moved, the rows move with it at once: nobody finds them elsewhere.
    if (delta === 0) this.#commit();
    else this.#frame.request();
  }

  #onLineAction(line: number, action: LineAction): void {
    if (action === 'copy') return this.#listener.copied(this.#placement.long.linesOf(line));
    this.#placement.toggle(line);
    // A line shown as a whole may be as wide as a thousand others.
    this.#view.longest = 0;
    this.schedule();
  }

  #onAction(state: StateRow): void {
    this.#listener.retry();
    if (state.kind === 'missing') this.lookAgain();
  }

  #commit(): void {
    const placement = this.#placement;
    const { geometry } = placement;
    if (geometry.height <= 0 || !this.#scroller.isConnected || this.#folding.holds) return;
    const status = this.#status;
    const { nodesPerRow } = this.#view;
    placement.long.begin();
    const size = { first: status.first, last: status.head, nodesPerRow, opened: placement.long.many };
    const fill = this.paper.rangeOf(status, placement.near, this.following) ?? this.#fill.rangeOf(size);
    const placed = { following: this.following, nodesPerRow, fill };
    const window = placement.layOut(status, placed);
    const { near } = placement;
    this.#draw(window, fill !== undefined);
    setStyle(this.#scroller, '--digits', String(Math.max(4, String(status.head + 1).length)));
    const wrong = geometry.wraps && placement.correct(window, innerSize(this.#block).height, () => this.#view.heights(near), placed);
    // What is above or below may have come into sight by that.
    if (wrong || placement.long.waiting) this.schedule();
    setStyle(this.#block, 'transform', `translateY(${placement.apply(window)}px)`);
    this.#view.stay((line) => placement.middleOf(line));
    this.#seen.upTo(this.following ? status.head : this.visible.to);
    const atTail = this.following || window.to >= status.head || status.state === 'connecting';
    this.#demand.ask({
      status,
      lines: this.#lines,
      window,
      near,
      gaps: placement.unasked,
      missing: placement.missing,
      also: [this.#times.wanted(status, this.#time), placement.long.folds?.wanted(status.first) ?? [], this.paper.wanted].flat(),
      tail: atTail ? Math.max(FIRST_TAIL, geometry.capacity) : 0,
    });
    this.#fill.next({ ...size, window, held: this.#demand.met, now: monotonic() });
    this.#listener.committed();
  }

  #draw(window: Range, filled: boolean): void {
    const { rows } = this.#placement;
    // Where it was only scrolled, most frames have their rows already.
    if (!this.#stale && window.from === this.#drawn.from && window.to === this.#drawn.to) return;
    const items = itemsOf({
      rows,
      window,
      status: this.#status,
      missing: this.#placement.missing,
      lines: this.#lines,
      selected: this.#placement.long.selected,
      time: this.#time,
      long: this.#placement.long,
      columns: this.#placement.geometry.columns,
      startTime: this.#times.start,
      elapsed: this.elapsed,
      now: Date.now(),
    });
    // Not before: rows as they were would be laid out once more, each of them in another way.
    this.#scroller.classList.toggle('wraps', this.#placement.geometry.wraps);
    this.#view.render(items, filled, (line) => rows.top(line));
    this.#stale = false;
    this.#drawn = window;
  }
}
