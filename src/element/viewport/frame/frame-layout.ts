import { monotonic } from '../../../worker/platform/attempt.ts';
import type { Range } from '../../../worker/api.ts';
import type { LayoutInput, ScrollLayout } from '../layout/scroll-layout.ts';
import type { ExtendedLines } from '../lines/extended-lines.ts';
import type { LogSize } from '../lines/full-render.ts';
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

/** First step of a frame: decides which lines are in the document, and where the content stands. */
export class FrameLayout {
  /** Present once the log is shown. */
  extended: ExtendedLines | undefined;
  readonly #content: LogContent;
  readonly #scroll: ScrollLayout;

  constructor(content: LogContent, scroll: ScrollLayout) {
    this.#content = content;
    this.#scroll = scroll;
  }

  layOut(isFollowing: boolean, nodesPerRow: number): FramePlan {
    const { status, special, filter } = this.#content;
    special.beginFrame();
    const size = { first: status.first, last: status.head, nodesPerRow, hasHugeLines: special.hasHugeLines };
    const extended = this.extended?.rangeOf(status, this.#scroll.near, isFollowing, size, filter !== undefined);
    const input = { isFollowing, nodesPerRow, extended };
    const window = this.#scroll.layOut(status, input);
    return { window, near: this.#scroll.near, isExtended: extended !== undefined, input, size };
  }

  /** After a frame: plans which further lines of a small log to add when the page is idle. */
  planNext({ window, size }: FramePlan, isHeld: boolean): void {
    this.extended?.plan({ ...size, window, isHeld, now: monotonic() });
  }

  reset(): void {
    this.extended?.reset();
  }
}
