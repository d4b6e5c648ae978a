import { attempt } from '../../../worker/platform/attempt.ts';
import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from './line-cache.ts';
import { isFinal } from '../../status/chip.ts';

/** A log of up to this many lines is printed whole; of a longer one the lines on screen, with some on either side. */
export const PRINT = { whole: 5_000, around: 500 } as const;
/** Lines to print are fetched once the range has not changed for this long, ms. */
const SETTLED_AFTER = 2_000;

/**
 * The lines to print. A browser that prints waits for nothing, so the lines are fetched before, and drawn when printing
 * begins.
 */
export class PrintRange {
  readonly #lines: LineCache;
  readonly #onDue: (now: boolean) => void;
  #printing = false;
  /** Lines that would be printed now. */
  #planned: Range = { from: 1, to: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of those, the ones to fetch; undefined until the range has settled. */
  #toFetch: readonly Range[] | undefined;

  /** `onDue` is called when lines have to be drawn or requested; `now`: at once, since there is no next frame. */
  constructor(lines: LineCache, onDue: (now: boolean) => void) {
    this.#lines = lines;
    this.#onDue = onDue;
  }

  set printing(printing: boolean) {
    if (printing === this.#printing) return;
    this.#printing = printing;
    this.#onDue(printing);
  }

  /** Lines to request. Lines that came and were dropped again for want of room are not requested again. */
  get toFetch(): readonly Range[] {
    this.#toFetch = this.#toFetch?.flatMap((range) => this.#lines.notHeld(range));
    return this.#toFetch ?? [];
  }

  /** The lines to draw while the page is printed: those on screen, and as many around them as are held; undefined while it is not. */
  rangeOf(status: LogStatus, near: Range, following: boolean): Range | undefined {
    this.#plan(status, near, following);
    if (!this.#printing || near.to < near.from) return undefined;
    let { from, to } = near;
    while (from > this.#planned.from && this.#lines.get(from - 1) !== undefined) from -= 1;
    while (to < this.#planned.to && this.#lines.get(to + 1) !== undefined) to += 1;
    return { from, to };
  }

  /** Forgets the range. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#toFetch = undefined;
    this.#planned = { from: 1, to: 0 };
  }

  #plan({ first, head, state }: LogStatus, near: Range, following: boolean): void {
    if (near.to < near.from) return;
    const isWhole = head - first < PRINT.whole;
    const from = isWhole ? first : Math.max(first, near.from - PRINT.around);
    const to = isWhole ? head : Math.min(head, near.to + PRINT.around);
    if (from === this.#planned.from && to === this.#planned.to) return;
    this.reset();
    this.#planned = { from, to };
    // Of a long log that is followed, the lines before those on screen came by themselves.
    if (!isWhole && following && !isFinal(state)) return;
    this.#timer = setTimeout(() => {
      this.#toFetch = [{ from, to }];
      this.#onDue(false);
    }, SETTLED_AFTER);
  }
}

/** Calls the listener when printing begins (true) and when it ends (false). Returns a function that stops this. */
export function listenForPrinting(listener: (printing: boolean) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('beforeprint', () => listener(true), { signal });
  addEventListener('afterprint', () => listener(false), { signal });
  // Emulated print media fires no print events.
  attempt(() => matchMedia('print').addEventListener('change', ({ matches }) => listener(matches), { signal }));
  return () => stop.abort();
}
