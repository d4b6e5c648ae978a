import { isScaled, isStuck, maxTop, maxY, scrolled, spacerHeight, toScrollTop, type ScrollExtent } from './scroll-map.ts';

/** Scrolling rests when nothing moved for this long, ms. Only then may the scrollbar be put right. */
const REST = 150;
/** Pixels within which a position counts as the end: zoom and fractions of pixels leave some over. */
export const TOLERANCE = 2;

/** What the reader did: how far the content moved, px, and whether it is at its end now. */
export interface Moved {
  readonly delta: number;
  readonly atEnd: boolean;
}

/**
 * A native scroller over a content of any height. Knows where the content is (`y`) and keeps the scrollbar in step;
 * tells of the reader's own movements only, never of those made here.
 */
export class ScrollBox {
  readonly #scroller: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #onMoved: (moved: Moved) => void;
  #extent: ScrollExtent = { content: 0, viewport: 0 };
  #y = 0;
  /** scrollTop as it was last written or heard of. */
  #top = 0;
  #spacerHeight = -1;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** While the reader holds the scrollbar or a finger is down, the scrollbar must not move under it. */
  #held = false;

  constructor(scroller: HTMLElement, spacer: HTMLElement, onMoved: (moved: Moved) => void) {
    this.#scroller = scroller;
    this.#spacer = spacer;
    this.#onMoved = onMoved;
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
  }

  /** Content position of the viewport's upper edge, px. */
  get y(): number {
    return this.#y;
  }

  /** The greatest `y`. */
  get end(): number {
    return maxY(this.#extent);
  }

  get atEnd(): boolean {
    return this.#y >= this.end - TOLERANCE;
  }

  get viewport(): number {
    return this.#extent.viewport;
  }

  /** What to add to a content position for its place in the spacer, px. */
  get shift(): number {
    return this.#top - this.#y;
  }

  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#restLater();
  }

  /** Takes note that the browser has lost the scrollbar's position, as it does for what was out of the document. */
  recover(): void {
    this.#top = this.#scroller.scrollTop;
  }

  /** Takes over the heights of content and viewport, px, and where the content is to be. */
  layout(extent: ScrollExtent, y: number): void {
    this.#extent = extent;
    const height = spacerHeight(extent.content);
    if (height !== this.#spacerHeight) {
      this.#spacerHeight = height;
      this.#spacer.style.setProperty('height', `${height}px`);
    }
    // The browser scrolls back by itself where it is beyond the new end: that is not the reader's doing.
    if (this.#top > maxTop(extent)) this.#top = this.#scroller.scrollTop;
    this.#y = Math.min(Math.max(y, 0), maxY(extent));
  }

  /**
   * Moves the scrollbar to where the content is: always when `exact`, else only when it has to be. Call it behind all
   * other changes of the frame, since it lets the browser lay out.
   */
  apply(exact: boolean): void {
    const target = toScrollTop(this.#y, this.#extent);
    if (Math.abs(target - this.#top) < 0.5) return;
    if (!exact && isScaled(this.#extent) && !isStuck(this.#y, this.#top, this.#extent)) {
      this.#restLater();
      return;
    }
    // WebKit takes a scrollTop far beyond the end for 0.
    this.#scroller.scrollTop = Math.min(target, maxTop(this.#extent));
    this.#top = this.#scroller.scrollTop;
  }

  readonly #onScroll = (): void => {
    this.#scroller.classList.toggle('sideways', this.#scroller.scrollLeft > 0);
    const top = this.#scroller.scrollTop;
    const delta = top - this.#top;
    if (Math.abs(delta) < 0.5 || !this.#displayed) return;
    if (delta < 0 && this.atEnd && this.#resized && !this.#held) {
      this.#top = top;
      return;
    }
    const before = this.#y;
    this.#y = scrolled(before, this.#top, top, this.#extent);
    this.#top = top;
    if (!this.#held && isStuck(this.#y, top, this.#extent)) this.apply(true);
    this.#restLater();
    this.#onMoved({ delta: this.#y - before, atEnd: this.atEnd });
  };

  /** What is hidden or out of the document has no position, which is nobody's doing. */
  get #displayed(): boolean {
    return this.#scroller.clientHeight > 0;
  }

  /** Whether the viewport has another height than was said yet: it is the browser that takes who was at its end elsewhere. */
  get #resized(): boolean {
    return Math.abs(this.#scroller.clientHeight - this.#extent.viewport) >= 1;
  }

  #restLater(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      if (this.#held || !this.#displayed) return;
      // A movement whose event is still to come: putting the scrollbar right now would take it back.
      if (Math.abs(this.#scroller.scrollTop - this.#top) >= 0.5) return this.#onScroll();
      const { shift } = this;
      this.apply(true);
      if (shift !== this.shift) this.#onMoved({ delta: 0, atEnd: this.atEnd });
    }, REST);
  }
}
