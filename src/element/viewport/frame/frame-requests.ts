import type { Range } from '../../../worker/api.ts';
import { monotonic } from '../../../worker/platform/attempt.ts';
import type { TimeMode } from '../../util/time.ts';
import type { ScrollLayout } from '../layout/scroll-layout.ts';
import { PATIENCE } from '../lines/arriving-lines.ts';
import { LineRequester } from '../lines/line-requester.ts';
import type { FrameLayout, FramePlan } from './frame-layout.ts';
import type { LogContent } from './log-content.ts';

/** Lines requested before anything is known, enough to fill most screens at once. */
export const FIRST_TAIL = 64;

/** Fourth step of a frame: requests the lines that it should have shown. */
export class FrameRequests {
  readonly #content: LogContent;
  readonly #scroll: ScrollLayout;
  readonly #layout: FrameLayout;
  readonly #requester: LineRequester;
  readonly #onDue: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onDue` is called when a frame is needed to request lines that did not come by themselves. */
  constructor(
    content: LogContent,
    scroll: ScrollLayout,
    layout: FrameLayout,
    { onRequest, onDue }: { readonly onRequest: (want: readonly Range[], tail: number) => void; readonly onDue: () => void },
  ) {
    this.#onDue = onDue;
    this.#content = content;
    this.#scroll = scroll;
    this.#layout = layout;
    this.#requester = new LineRequester(onRequest);
  }

  /** Share of the lines in the window that is held, 0 to 1; undefined for an empty window. */
  get progress(): number | undefined {
    return this.#requester.progress;
  }

  request(plan: FramePlan, time: TimeMode): void {
    const { status, lines, special, times, filter } = this.#content;
    const { unavailable, metrics } = this.#scroll;
    const { window, near, input } = plan;
    const notRequested = filter === undefined ? this.#scroll.notRequested : [...this.#scroll.notRequested, ...filter.hiddenIn(window)];
    const isAtTail = input.isFollowing || window.to >= status.head || status.state === 'connecting';
    const isAwaiting = this.#requester.request({
      status,
      lines,
      window,
      near,
      notRequested,
      unavailable,
      extra: [
        times.toFetch(status, time),
        filter === undefined ? [special.folds?.toFetch(status.first) ?? [], this.#layout.extended?.toFetch ?? []].flat() : [],
      ].flat(),
      tail: isAtTail ? Math.max(FIRST_TAIL, metrics.capacity) : 0,
      isFollowing: input.isFollowing,
      now: monotonic(),
    });
    if (isAwaiting) this.#lookAgain();
    this.#layout.planNext(plan, this.#requester.isComplete);
  }

  #lookAgain(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onDue();
    }, PATIENCE);
  }

  /** Repeats the request with the next frame, even if it is the same. */
  invalidate(): void {
    this.#requester.invalidate();
  }
}
