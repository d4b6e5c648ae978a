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
  readonly gaps: readonly Range[];
  /** Lines that could not be had for now. They are asked for all the same, so that it is tried again, but not waited for. */
  readonly missing: readonly Range[];
  /** What else is of use once the window is full. */
  readonly also: readonly Range[];
  /** The newest lines to have as they come; 0 for none. */
  readonly tail: number;
}

/** What a view asks the log for: told only when it changes. */
export class LineRequester {
  readonly #look: (want: readonly Range[], tail: number) => void;
  #asked = '';
  #progress: number | undefined;
  #met = false;

  constructor(look: (want: readonly Range[], tail: number) => void) {
    this.#look = look;
  }

  /** Share of the lines looked at that is held, 0 to 1; undefined where there are none. */
  get progress(): number | undefined {
    return this.#progress;
  }

  /** Asks for everything anew the next time. */
  forget(): void {
    this.#asked = '';
  }

  /** Whether all lines in the document are held. */
  get met(): boolean {
    return this.#met;
  }

  ask({ status, lines, window, near, gaps, missing, also, tail }: LineRequesterInput): void {
    const want = window.to < window.from ? [] : subtractRanges(lines.lacking(window), gaps);
    const awaited = subtractRanges(want, missing);
    this.#met = awaited.length === 0;
    const size = near.to - near.from + 1;
    const lacks = awaited.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, near.to) - Math.max(from, near.from) + 1), 0);
    this.#progress = size > 0 ? 1 - lacks / size : undefined;
    if (this.#met && status.head >= status.first) want.push(...also);
    const asked = `${tail} ${want.map(({ from, to }) => `${from}-${to}`).join()}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#look(want, tail);
  }
}
