import { monotonic } from '../../../worker/platform/attempt.ts';
import type { Range } from '../../../worker/api.ts';
import type { LayoutInput, ScrollLayout } from '../layout/scroll-layout.ts';
import { FullRender, type LogSize } from '../lines/full-render.ts';
import { PrintRange } from '../lines/print-range.ts';
import type { LogContent } from './log-content.ts';

/** What a frame shows. */
export interface FramePlan {
  /** Lines to have in the document. */
  readonly window: Range;
  /** Of those, the lines on screen and some around them. */
  readonly near: Range;
  /** Whether that is more than what is on screen and around it: a small log as a whole, or a range to print. */
  readonly isExtended: boolean;
  readonly input: LayoutInput;
  readonly size: LogSize;
}

export interface FrameLayoutHost {
  /** Whether rows must stay where they are in the document: something in them is selected, focused or pressed. */
  isBusy(): boolean;
  /** Draws in the next frame, or at once where there is no next frame. */
  schedule(now: boolean): void;
}

/** First step of a frame: decides which lines are in the document, and where the content stands. */
export class FrameLayout {
  readonly print: PrintRange;
  readonly #content: LogContent;
  readonly #scroll: ScrollLayout;
  readonly #full: FullRender;

  constructor(content: LogContent, scroll: ScrollLayout, host: FrameLayoutHost) {
    this.#content = content;
    this.#scroll = scroll;
    this.#full = new FullRender(
      () => host.isBusy(),
      () => host.schedule(false),
    );
    this.print = new PrintRange(content.lines, (now) => host.schedule(now));
  }

  layOut(isFollowing: boolean, nodesPerRow: number): FramePlan {
    const { status, long, filter } = this.#content;
    long.beginFrame();
    const size = { first: status.first, last: status.head, nodesPerRow, hasHugeLines: long.hasHugeLines };
    // Of a filtered log what is on screen may be millions of lines apart.
    const printed = filter === undefined ? this.print.rangeOf(status, this.#scroll.near, isFollowing) : undefined;
    const extended = printed ?? this.#full.rangeOf(size);
    const input = { isFollowing, nodesPerRow, extended };
    const window = this.#scroll.layOut(status, input);
    return { window, near: this.#scroll.near, isExtended: extended !== undefined, input, size };
  }

  /** After a frame: plans which further lines of a small log to add when the page is idle. */
  planNext({ window, size }: FramePlan, isHeld: boolean): void {
    this.#full.plan({ ...size, window, isHeld, now: monotonic() });
  }

  reset(): void {
    this.#full.reset();
    this.print.reset();
  }
}
