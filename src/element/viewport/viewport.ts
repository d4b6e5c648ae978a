import type { Line } from '../../protocol/line.ts';
import type { LineRun, LogStatus, Range } from '../../worker/api.ts';
import type { StateRow } from '../status/state-rows.ts';
import type { Strings } from '../strings.ts';
import { FrameRequest } from '../util/frame-request.ts';
import { isHidden } from '../util/idle.ts';
import { PartLoader } from '../util/part-loader.ts';
import type { TimeMode } from '../util/time.ts';
import type { Extension } from './frame/extension.ts';
import { FrameCorrection } from './frame/frame-correction.ts';
import { FrameDrawing } from './frame/frame-drawing.ts';
import { FrameLayout } from './frame/frame-layout.ts';
import { FrameRequests } from './frame/frame-requests.ts';
import { LogContent } from './frame/log-content.ts';
import type { FollowMode } from './input/follow.ts';
import { Following } from './input/following.ts';
import type { GroupSource } from './groups/group-source.ts';
import { listenToPointer } from './input/pointer-input.ts';
import type { FieldSource } from './layout/field-source.ts';
import type { LineSteps } from './layout/line-steps.ts';
import type { Sizes } from './layout/row-metrics.ts';
import type { Moved } from './layout/scroll-box.ts';
import { ScrollLayout, type ScrollTarget } from './layout/scroll-layout.ts';
import { WrapSwitch } from './layout/wrap-switch.ts';
import type { LineCache } from './lines/line-cache.ts';
import type { RowFilter } from './lines/row-filter.ts';
import type { Classifier } from './levels/line-levels.ts';
import type { LineAction } from './long-lines/expand-chip.ts';
import type { Folded } from './long-lines/long-view.ts';
import { LineText } from './rows/line-text.ts';
import type { Ground } from './text/ground.ts';
import { appendRowList } from './rows/row-list.ts';
import { RowsView } from './rows/rows-view.ts';
import type { ViewportListener } from './viewport-listener.ts';

/**
 * The scrolling part of the element. Whatever changes schedules a frame, and a frame takes five steps: layout decides
 * which lines are in the document, draw updates their rows, correct compares heights and puts them in place, request
 * asks for lines that are not held, and the listener is told that the frame is committed.
 */
export class Viewport {
  /** The rows as a reader steps through them; there once the viewport was extended. */
  steps!: LineSteps;
  /** Whether long lines are broken. */
  readonly wrapping: WrapSwitch;
  readonly #listener: ViewportListener;
  readonly #scroller: HTMLElement;
  readonly #parts = new PartLoader(() => this.schedule());
  readonly #text: LineText;
  readonly #view: RowsView;
  readonly #content: LogContent;
  readonly #scroll: ScrollLayout;
  readonly #following: Following;
  readonly #layout: FrameLayout;
  readonly #drawing: FrameDrawing;
  readonly #correction: FrameCorrection;
  readonly #requests: FrameRequests;
  readonly #frame = new FrameRequest(() => this.#commit());

  constructor(scroller: HTMLElement, mode: FollowMode, strings: Strings, listener: ViewportListener) {
    this.#scroller = scroller;
    this.#listener = listener;
    const { spacer, block } = appendRowList(scroller);
    this.#text = new LineText(block, strings, this.#parts, (kit) => {
      this.#content.special.raw = kit.raw;
      listener.styled(kit.styles);
    });
    this.#view = new RowsView(block, this.#text, strings, (state) => this.#onAction(state));
    this.#content = new LogContent(this.#text, strings, this.#parts, (styles) => listener.styled(styles));
    this.#scroll = new ScrollLayout(scroller, spacer, this.#content, (moved) => this.#onMoved(moved));
    this.wrapping = new WrapSwitch(this.#scroll, this.#parts, this.#text, () => this.schedule());
    this.#following = new Following(mode, {
      lastVisible: () => this.visible.to,
      changed: (isFollowing) => {
        this.schedule();
        listener.followed(isFollowing);
      },
    });
    this.#layout = new FrameLayout(this.#content, this.#scroll);
    this.#drawing = new FrameDrawing(scroller, this.#view, this.#content, this.#scroll, strings, this.#parts);
    this.#correction = new FrameCorrection(block, this.#view, this.#scroll);
    this.#requests = new FrameRequests(this.#content, this.#scroll, this.#layout, {
      onRequest: (want, tail) => listener.requested(want, tail),
      onDue: () => this.schedule(),
    });
    // A font that loads late may draw lines taller than they were.
    new ResizeObserver(() => {
      if (this.#correction.isOff(this.drawn)) this.schedule();
    }).observe(block);
    listenToPointer(scroller, {
      left: () => this.leave(),
      held: (held) => this.#scroll.hold(held),
      pressed: (pressed) => {
        this.#view.isPressed = pressed;
        this.#frame.request();
      },
      picked: (line, extend) => listener.picked(line, extend),
      acted: (line, action) => this.#onLineAction(line, action),
    });
  }

  get following(): boolean {
    return this.#following.isFollowing;
  }

  /** Number of lines after {@link seen} that are shown. */
  get unseen(): number {
    return this.filter?.countAfter(this.seen) ?? this.#content.status.head - this.seen;
  }

  /** The last line that was on screen, or that was there when the reader left the end. */
  get seen(): number {
    return this.#following.seen(this.#content.status.head);
  }

  /** Share of the lines in the window that is held, 0 to 1; undefined for an empty window. */
  get progress(): number | undefined {
    return this.#requests.progress;
  }

  /** Number of lines between the newest one held and the end of the log. */
  get behind(): number {
    return this.#content.behind;
  }

  /** From the first to the last line, ms; undefined while one of their times is not known. */
  get elapsed(): number | undefined {
    return this.#content.times.elapsed;
  }

  /** Lines in the document. */
  get drawn(): Range {
    return this.#drawing.drawn;
  }

  /** Lines on screen. */
  get visible(): Range {
    return this.#scroll.visible;
  }

  /**
   * Whether lines on screen have yet to arrive; `fresh`: the status is newer than what is on screen. Returns false while
   * the viewport is not rendered.
   */
  isAwaitingLines({ first, head, unavailable }: LogStatus, fresh: boolean): boolean {
    if (isHidden() || this.#scroll.metrics.height <= 0 || head < first || unavailable.length > 0) return false;
    if (this.#frame.isOverdue) return false;
    return fresh || (this.progress ?? 0) < 1;
  }

  /** The lines that are held. */
  get held(): LineCache {
    return this.#content.lines;
  }

  /** The groups that close and open; undefined where their lines are drawn like any other. */
  get groups(): GroupSource | undefined {
    return this.#content.groups;
  }

  set groups(groups: GroupSource | undefined) {
    this.#content.groups = groups;
    this.regroup(true);
  }

  /** Groups changed; `isIndented`: lines may be in others, so that they may take other rows. */
  regroup(isIndented: boolean): void {
    if (isIndented) this.#scroll.recount();
    this.schedule();
  }

  /** Which lines are shown, where not all of them are. */
  get filter(): RowFilter | undefined {
    return this.#content.filter;
  }

  /** Shows only some lines, or all again. A line stays where it is on screen, by default the first one. */
  showOnly(filter: RowFilter | undefined, kept = this.visible.from): void {
    this.#scroll.keep(kept, () => (this.#content.filter = filter));
    this.schedule();
  }

  /** The line that was gone to is not kept in sight any more. */
  dismiss(): void {
    this.#content.special.revealed = undefined;
  }

  /** A held line; the unfinished line counts as the one after the head. */
  line(number: number): Line | undefined {
    return this.#content.line(number);
  }

  /** The lines that a long line is stored as. */
  linesOf(line: number): Range {
    return this.#content.special.linesOf(line);
  }

  /** The texts shown in place of folded lines of a range, in order. */
  folded(range: Range): readonly Folded[] {
    return this.#content.foldedIn(range);
  }

  /** Applies a status and the lines that came with it. */
  update(status: LogStatus, runs: readonly LineRun[]): void {
    const { epoch } = this.#content.status;
    if (status.epoch !== epoch && epoch !== '') this.#clear();
    const { head } = status;
    // Others are dropped first.
    const near = this.following ? { from: head - this.#scroll.metrics.capacity, to: head } : this.drawn;
    this.#content.update(status, runs, near);
    // The target is set before the decision is announced, since a listener may go elsewhere.
    this.#following.settle(status, () => (this.#scroll.target = 'start'));
    this.schedule();
  }

  /** Takes over sizes from observers; nothing is drawn before they are known. */
  resize(sizes: Sizes): void {
    const { metrics } = this.#scroll;
    if (metrics.height === 0) this.recover();
    if (this.#scroll.reshape(() => metrics.resize(sizes))) this.schedule();
  }

  /** Call when the background of the rows changed (with `ground`), or their font or the words did (without). */
  restyle(ground?: Ground): void {
    if (this.#text.restyle(ground) || ground === undefined) this.schedule();
  }

  /** Returns to the position from before the scroller was out of the document or not displayed. */
  recover(): void {
    this.#scroll.recover();
    this.schedule();
  }

  /** Finds the levels of lines whose server marks none; forgotten with the log. */
  set classifier(classifier: Classifier) {
    this.#content.levels.classifier = classifier;
    this.schedule();
  }

  /** Shows the fields of structured lines. */
  set fields(fields: FieldSource) {
    this.#content.fields = fields;
    this.schedule();
  }

  set time(mode: TimeMode) {
    this.#drawing.time = mode;
    this.schedule();
  }

  /** Draws structured lines and commands as they are, or as usual again. */
  toggleRaw(): void {
    this.#content.special.isRaw = !this.#content.special.isRaw;
    this.regroup(true);
  }

  /** The page's template for links to places in files; empty for none. */
  set sourceUrl(template: string) {
    this.#content.special.sourceUrl = template;
    this.schedule();
  }

  /** Takes over what is needed once the log is shown. */
  extend({ extended, steps, groups, currentRow }: Extension): void {
    this.steps = steps(this.#scroll);
    this.#layout.extended = extended(this.#content.lines, { isBusy: () => this.#view.isBusy, schedule: (now) => this.schedule(now) });
    this.#view.groups = groups;
    this.#drawing.currentRow = currentRow;
    this.schedule();
  }

  /** Lines selected as a whole. */
  set selected(range: Range | undefined) {
    this.#content.special.selected = range;
    this.schedule();
  }

  /** The line that keys act on: its row is marked while it is in the document. */
  get current(): number | undefined {
    return this.#drawing.current;
  }

  set current(line: number | undefined) {
    this.#drawing.current = line;
    this.schedule();
  }

  /** Keeps the rows of lines in the document wherever the window goes: a selection begins or ends in them, or a caret is there. */
  pin(lines: Iterable<number>, restoreCaret?: () => void): void {
    this.#content.special.pinned = this.#view.pinned = new Set(lines);
    this.#view.restoreCaret = restoreCaret;
  }

  set mode(mode: FollowMode) {
    this.#following.mode = mode;
  }

  /** `reveal`: if the line is folded away, its fold is expanded. */
  goTo(target: ScrollTarget, reveal = true): void {
    this.#following.dispatch({ type: target === 'end' ? 'reached-end' : 'left' });
    if (typeof target === 'number') {
      this.#content.special.revealed = reveal ? target : undefined;
      if (reveal) this.filter?.aimed(target);
    }
    this.#scroll.target = target;
    this.#drawing.invalidate();
    // The lines there are rarely held: requested now rather than with the next frame, they come a frame sooner.
    this.#commit();
  }

  /** Shows a long line as a whole. */
  expand(line: number): void {
    if (this.#content.special.isCollapsed(line)) this.#onLineAction(line, 'toggle');
  }

  toggleFollow(): void {
    this.#following.dispatch({ type: 'toggled' });
  }

  /** The reader leaves the end; ignored where nothing can be scrolled. */
  leave(): void {
    if (this.#scroll.isScrollable) this.#following.dispatch({ type: 'left' });
  }

  /** Scrolls by px, as a key does. */
  scrollBy(delta: number): void {
    if (delta < 0) this.leave();
    this.#scroll.moveBy(delta);
    this.#frame.request();
    if (delta > 0 && this.#scroll.atEnd) this.#following.dispatch({ type: 'reached-end' });
  }

  /** Draws in the next frame; any number of calls make one frame. `now`: at once, since there is no next frame. */
  schedule(now = false): void {
    this.#drawing.invalidate();
    if (now) this.#commit();
    else this.#frame.request();
  }

  /** Requests everything in the window again. */
  requestAgain(): void {
    this.#requests.invalidate();
    this.schedule();
  }

  /** Another log is shown: forgets all lines, and whether to follow is open again. */
  reset(): void {
    this.#scroll.target = undefined;
    this.#clear();
    this.#content.reset();
    this.#following.reset();
    this.schedule();
  }

  #clear(): void {
    this.#content.clear();
    this.#scroll.reset();
    this.#content.special.selected = undefined;
    this.current = undefined;
    this.pin([]);
    this.#layout.reset();
    this.#following.clear();
    this.#view.widestColumns = 0;
    this.#requests.invalidate();
  }

  #commit(): void {
    if (this.#scroll.metrics.height <= 0 || !this.#scroller.isConnected || this.#parts.isHoldingFrames) return;
    const plan = this.#layout.layOut(this.following, this.#view.nodesPerRow);
    this.#drawing.draw(plan);
    const isCorrected = this.#correction.correct(plan);
    if (isCorrected || this.#content.special.isReading) this.schedule();
    this.#following.markSeen(this.following ? this.#content.status.head : this.visible.to);
    this.#requests.request(plan, this.#drawing.time);
    this.#content.groups?.committed(this.#scroll.rows, this.#scroll.y, this.#scroll.metrics.height);
    this.#listener.committed();
  }

  #onMoved({ delta, atEnd }: Moved): void {
    if (delta < 0 && !atEnd) this.#following.dispatch({ type: 'left' });
    else if (delta > 0 && atEnd) this.#following.dispatch({ type: 'reached-end' });
    // Where only the scrollbar moved, the rows move with it at once, so that they are never seen elsewhere.
    if (delta === 0) this.#commit();
    else this.#frame.request();
  }

  #onLineAction(line: number, action: LineAction): void {
    if (action === 'copy') return this.#listener.copied(this.#content.special.linesOf(line));
    this.#scroll.toggle(line, action === 'raw');
    // An expanded line may be as wide as a thousand others.
    this.#view.widestColumns = 0;
    this.schedule();
  }

  #onAction(state: StateRow): void {
    this.#listener.retry();
    if (state.kind === 'missing') this.requestAgain();
  }
}
