import type { LogStatus, Range } from '../../../worker/api.ts';
import { FullRender, type FullRenderInput, type LogSize } from './full-render.ts';
import type { LineCache } from './line-cache.ts';
import { PrintRange } from './print-range.ts';

export { listenForPrinting } from './print-range.ts';

export interface ExtendedLinesHost {
  /** Whether rows must stay where they are in the document: something in them is selected, focused or pressed. */
  isBusy(): boolean;
  /** Draws in the next frame, or at once where there is no next frame. */
  schedule(now: boolean): void;
}

/** The lines in the document besides those on screen: all of a small log, and those to print. Loaded once the log is shown. */
export class ExtendedLines {
  readonly #print: PrintRange;
  readonly #full: FullRender;
  readonly #beforeFrame: () => void;

  /** `beforeFrame` is called before a frame decides which lines are in the document. */
  constructor(lines: LineCache, host: ExtendedLinesHost, beforeFrame: () => void) {
    this.#beforeFrame = beforeFrame;
    this.#full = new FullRender(
      () => host.isBusy(),
      () => host.schedule(false),
    );
    this.#print = new PrintRange(lines, (now) => host.schedule(now));
  }

  set printing(isPrinting: boolean) {
    this.#print.printing = isPrinting;
  }

  /** Lines to request, so that they can be printed. */
  get toFetch(): readonly Range[] {
    return this.#print.toFetch;
  }

  /** The lines to have in the document at least; undefined for none besides those on screen. `isFiltered`: only some lines are shown. */
  rangeOf(status: LogStatus, near: Range, isFollowing: boolean, size: LogSize, isFiltered: boolean): Range | undefined {
    this.#beforeFrame();
    // Of a filtered log, what is near may be millions of lines apart: that is not printed.
    const printed = isFiltered ? undefined : this.#print.rangeOf(status, near, isFollowing);
    return printed ?? this.#full.rangeOf(size);
  }

  /** After a frame: plans which further lines of a small log to add when the page is idle. */
  plan(input: FullRenderInput): void {
    this.#full.plan(input);
  }

  reset(): void {
    this.#full.reset();
    this.#print.reset();
  }
}
