import { isScaled, isStuck, maxTop, maxY, scrolled, spacerHeight, toScrollTop, type ScrollExtent } from './scroll-map.ts';

/** Scrolling rests when nothing moved for this long, ms. Only then is the scrollbar corrected. */
const REST = 150;
/** A position this close to the end counts as the end, px: zoom and fractions of pixels leave a rest. */
export const TOLERANCE = 2;

/** What the reader did: how far the content moved, px, and whether it is at its end now. */
export interface Moved {
  readonly delta: number;
  readonly atEnd: boolean;
}

/**
 * A native scroller over a content of any height. Knows where the content stands (`y`) and keeps the scrollbar in step;
 * reports only the reader's own movements, never those made here.
 */
export class ScrollBox {
  readonly #scroller: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #onMoved: (moved: Moved) => void;
  #extent: ScrollExtent = { content: 0, viewport: 0 };
  #y = 0;
  /** scrollTop as last written or read. */
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

  /** How many times as high as the viewport the content is. */
  get screens(): number {
    const { content, viewport } = this.#extent;
    return viewport > 0 ? content / viewport : 0;
  }

  /** Offset from a content position to its place in the spacer, px. */
  get shift(): number {
    return this.#top - this.#y;
  }

  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#restLater();
  }

  /** Call when the browser lost the scrollbar's position, as it does for an element outside the document. */
  recover(): void {
    this.#top = this.#scroller.scrollTop;
  }

  /** Sets the heights of content and viewport, px, and the content position. */
  layout(extent: ScrollExtent, y: number): void {
    this.#extent = extent;
    const height = spacerHeight(extent.content);
    if (height !== this.#spacerHeight) {
      this.#spacerHeight = height;
      this.#spacer.style.setProperty('height', `${height}px`);
    }
    // Beyond the new end the browser scrolls back by itself: that is not the reader's doing.
    if (this.#top > maxTop(extent)) this.#top = this.#scroller.scrollTop;
    this.#y = Math.min(Math.max(y, 0), maxY(extent));
  }

  /** The {@link shift} that {@link apply} will leave. */
  nextShift(exact: boolean): number {
    return (this.#nextTop(exact) ?? this.#top) - this.#y;
  }

  /**
   * Moves the scrollbar to where the content stands: always when `exact`, else only when it must. Call it after all other
   * changes of the frame, since it forces the browser to lay out.
   */
  apply(exact: boolean): void {
    const top = this.#nextTop(exact);
    if (top === undefined) {
      if (!this.#isInPlace) this.#restLater();
      return;
    }
    this.#scroller.scrollTop = top;
    this.#top = this.#scroller.scrollTop;
  }

  get #isInPlace(): boolean {
    return Math.abs(toScrollTop(this.#y, this.#extent) - this.#top) < 0.5;
  }

  /** Where the scrollbar is to be moved; undefined if it stays. */
  #nextTop(exact: boolean): number | undefined {
    if (this.#isInPlace || (!exact && isScaled(this.#extent) && !isStuck(this.#y, this.#top, this.#extent))) return undefined;
    // WebKit reads a scrollTop far beyond the end as 0.
    return Math.min(toScrollTop(this.#y, this.#extent), maxTop(this.#extent));
  }

  readonly #onScroll = (): void => {
    this.#scroller.classList.toggle('sideways', this.#scroller.scrollLeft > 0);
    const top = this.#scroller.scrollTop;
    const delta = top - this.#top;
    if (Math.abs(delta) < 0.5 || !this.#isDisplayed) return;
    if (delta < 0 && this.atEnd && this.#isResized && !this.#held) {
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

  /** Hidden or outside the document the scroller has no position, which is not the reader's doing. */
  get #isDisplayed(): boolean {
    return this.#scroller.clientHeight > 0;
  }

  /** Whether the viewport was resized and the new height not laid out yet: then the browser itself scrolls away from the end. */
  get #isResized(): boolean {
    return Math.abs(this.#scroller.clientHeight - this.#extent.viewport) >= 1;
  }

  #restLater(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      if (this.#held || !this.#isDisplayed) return;
      // The event of a movement is still to come: correcting the scrollbar now would undo it.
      if (Math.abs(this.#scroller.scrollTop - this.#top) >= 0.5) return this.#onScroll();
      const { shift } = this;
      this.apply(true);
      if (shift !== this.shift) this.#onMoved({ delta: 0, atEnd: this.atEnd });
    }, REST);
  }
}
