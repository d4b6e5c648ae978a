import { attempt } from '../../../worker/platform/attempt.ts';
import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from './line-cache.ts';
import { isFinal } from '../../status/chip.ts';

/** A log of up to this many lines is printed whole; of a longer one what is looked at, with some lines on either side. */
export const PRINT = { whole: 5_000, around: 500 } as const;
/** What is looked at and stays the same for this long may be printed, ms: only then lines are fetched for that. */
const SETTLED_AFTER = 2_000;

/**
 * What is printed. A browser that prints waits for nothing: the lines have to be here before that, and are drawn when it
 * begins.
 */
export class PrintRange {
  readonly #lines: LineCache;
  readonly #onDue: (now: boolean) => void;
  #printing = false;
  /** Lines to be printed, as things are. */
  #planned: Range = { from: 1, to: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of those the ones that were not here when it became calm; undefined until then. */
  #toFetch: readonly Range[] | undefined;

  /** `draw` hears that there is something else to draw, or to ask for; `now`: not in the next frame, for there is none. */
  constructor(lines: LineCache, draw: (now: boolean) => void) {
    this.#lines = lines;
    this.#onDue = draw;
  }

  set printing(printing: boolean) {
    if (printing === this.#printing) return;
    this.#printing = printing;
    this.#onDue(printing);
  }

  /** Lines to ask for. What came and was let go again, for want of room, is not asked for again. */
  get toFetch(): readonly Range[] {
    this.#toFetch = this.#toFetch?.flatMap((range) => this.#lines.notHeld(range));
    return this.#toFetch ?? [];
  }

  /** The lines to draw while the page is printed: those that are looked at, and around them as far as they are here; undefined while it is not. */
  rangeOf(status: LogStatus, near: Range, following: boolean): Range | undefined {
    this.#plan(status, near, following);
    if (!this.#printing || near.to < near.from) return undefined;
    let { from, to } = near;
    while (from > this.#planned.from && this.#lines.get(from - 1) !== undefined) from -= 1;
    while (to < this.#planned.to && this.#lines.get(to + 1) !== undefined) to += 1;
    return { from, to };
  }

  /** Forgets what was wanted. */
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
    // A long log that is followed has come by itself as far as anybody looks back.
    if (!isWhole && following && !isFinal(state)) return;
    this.#timer = setTimeout(() => {
      this.#toFetch = [{ from, to }];
      this.#onDue(false);
    }, SETTLED_AFTER);
  }
}

/** Tells when the page begins to be printed, and when that is over. Returns how to stop. */
export function listenForPrinting(listener: (printing: boolean) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('beforeprint', () => listener(true), { signal });
  addEventListener('afterprint', () => listener(false), { signal });
  // Where it is drawn for paper without being printed.
  attempt(() => matchMedia('print').addEventListener('change', ({ matches }) => listener(matches), { signal }));
  return () => stop.abort();
}
