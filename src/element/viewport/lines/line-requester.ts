import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from './line-cache.ts';
import { subtractRanges } from '../../../protocol/ranges.ts';

export interface LineRequesterInput {
  readonly status: LogStatus;
  readonly lines: LineCache;
  /** Lines in the document, and of those the ones that are looked at. */
  readonly window: Range;
  readonly near: Range;
  /** Ranges that need not be asked for. */
  readonly notRequested: readonly Range[];
  /** Lines that could not be had for now. They are asked for all the same, so that it is tried again, but not waited for. */
  readonly unavailable: readonly Range[];
  /** What else is of use once the window is full. */
  readonly extra: readonly Range[];
  /** The newest lines to have as they come; 0 for none. */
  readonly tail: number;
}

/** What a view asks the log for: told only when it changes. */
export class LineRequester {
  readonly #onRequest: (want: readonly Range[], tail: number) => void;
  #lastRequest = '';
  #progress: number | undefined;
  #isComplete = false;

  constructor(look: (want: readonly Range[], tail: number) => void) {
    this.#onRequest = look;
  }

  /** Share of the lines looked at that is held, 0 to 1; undefined where there are none. */
  get progress(): number | undefined {
    return this.#progress;
  }

  /** Asks for everything anew the next time. */
  invalidate(): void {
    this.#lastRequest = '';
  }

  /** Whether all lines in the document are held. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  request({ status, lines, window, near, notRequested, unavailable, extra, tail }: LineRequesterInput): void {
    const want = window.to < window.from ? [] : subtractRanges(lines.notHeld(window), notRequested);
    const awaited = subtractRanges(want, unavailable);
    this.#isComplete = awaited.length === 0;
    const size = near.to - near.from + 1;
    const lacks = awaited.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, near.to) - Math.max(from, near.from) + 1), 0);
    this.#progress = size > 0 ? 1 - lacks / size : undefined;
    if (this.#isComplete && status.head >= status.first) want.push(...extra);
    const asked = `${tail} ${want.map(({ from, to }) => `${from}-${to}`).join()}`;
    if (asked === this.#lastRequest) return;
    this.#lastRequest = asked;
    this.#onRequest(want, tail);
  }
}
