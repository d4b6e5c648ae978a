import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from './line-cache.ts';
import { clipRanges, normalizeRanges, subtractRanges } from '../../../protocol/ranges.ts';
import { ArrivingLines } from './arriving-lines.ts';

export interface LineRequesterInput {
  readonly status: LogStatus;
  readonly lines: LineCache;
  /** Lines in the document. */
  readonly window: Range;
  /** Of those, the lines on screen and around it. */
  readonly near: Range;
  /** Ranges that are not shown, in any order. */
  readonly notRequested: readonly Range[];
  /** Lines that could not be fetched. They are requested, so that fetching is retried, but nothing waits for them. */
  readonly unavailable: readonly Range[];
  /** Lines to request besides, once all of the window is held. */
  readonly extra: readonly Range[];
  /** Number of the newest lines to receive as they come; 0 for none. */
  readonly tail: number;
  /** Whether the view stays at the end of the log: lines of the tail pass, and are not requested one by one. */
  readonly isFollowing: boolean;
  /** Of a monotonic clock, ms. */
  readonly now: number;
}

/** Requests the lines a view needs, and only when they change. */
export class LineRequester {
  readonly #onRequest: (want: readonly Range[], tail: number) => void;
  readonly #arriving = new ArrivingLines();
  #lastRequest = '';
  #progress: number | undefined;
  #isComplete = false;

  constructor(onRequest: (want: readonly Range[], tail: number) => void) {
    this.#onRequest = onRequest;
  }

  /** Share of the lines on screen that is held, 0 to 1; undefined where there are none. */
  get progress(): number | undefined {
    return this.#progress;
  }

  /** The next request is made even if it is the same. */
  invalidate(): void {
    this.#lastRequest = '';
  }

  /** Whether all lines in the document are held. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Returns whether lines are missing that may have to be requested in a while. */
  request({ status, lines, window, near, notRequested, unavailable, extra, tail, isFollowing, now }: LineRequesterInput): boolean {
    // The window may have millions of lines that are not shown.
    const hidden = normalizeRanges(notRequested.filter(({ from, to }) => to >= window.from && from <= window.to));
    const missing = window.to < window.from ? [] : subtractRanges([window], hidden).flatMap((range) => lines.notHeld(range));
    const awaited = subtractRanges(missing, unavailable);
    this.#isComplete = awaited.length === 0;
    const size = near.to < near.from ? 0 : subtractRanges([near], hidden).reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const notHeld = awaited.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, near.to) - Math.max(from, near.from) + 1), 0);
    this.#progress = size > 0 ? 1 - notHeld / size : undefined;
    const arriving = isFollowing ? clipRanges(missing, status.head - tail + 1, status.head) : [];
    const passing = subtractRanges(arriving, this.#arriving.overdue(arriving, now));
    const want = subtractRanges(missing, passing);
    if (this.#isComplete && status.head >= status.first) want.push(...extra);
    const request = `${tail} ${want.map(({ from, to }) => `${from}-${to}`).join()}`;
    if (request !== this.#lastRequest) {
      this.#lastRequest = request;
      this.#onRequest(want, tail);
    }
    return passing.length > 0;
  }
}
