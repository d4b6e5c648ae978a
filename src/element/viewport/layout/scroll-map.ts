/**
 * Maps a content of any height onto a native scrollbar. Browsers cannot lay out elements beyond some 17 to 33 million
 * pixels, and Firefox places rows exactly only up to 4 million, so a taller content scrolls over a spacer of that
 * height: small movements are 1 to 1, jumps go by fraction, both ends are exact, and the drift in between is corrected
 * when scrolling rests.
 */
export const MAX_SPACER = 4_000_000;

/** Movements up to this many viewports are 1 to 1, and as much at both ends is mapped exactly. */
const NEAR = 2;

/** Difference allowed between scrollbar and content next to an end, px. */
const NEXT = 2;

/** Heights in px. */
export interface ScrollExtent {
  readonly content: number;
  readonly viewport: number;
  /** Part of the content's height is estimated and changes as lines come: the scrollbar follows when it rests. */
  readonly loose?: boolean;
}

export function spacerHeight(content: number): number {
  return Math.min(content, MAX_SPACER);
}

/** The greatest content position. */
export function maxY({ content, viewport }: ScrollExtent): number {
  return Math.max(0, content - viewport);
}

/** The greatest scrollTop. */
export function maxTop({ content, viewport }: ScrollExtent): number {
  return Math.max(0, spacerHeight(content) - viewport);
}

function edge(extent: ScrollExtent): number {
  return Math.min(NEAR * extent.viewport, maxTop(extent) / 2);
}

/** Whether the scrollbar may lag behind the content: the content is taller than the spacer, or its height is estimated. */
export function isScaled(extent: ScrollExtent): boolean {
  return extent.loose === true || extent.content > MAX_SPACER;
}

/** Where the scrollbar belongs for a content position. Monotonic, and the inverse of {@link toY}. */
export function toScrollTop(y: number, extent: ScrollExtent): number {
  const bottom = maxY(extent);
  const at = Math.min(Math.max(y, 0), bottom);
  if (!isScaled(extent)) return at;
  const near = edge(extent);
  const top = maxTop(extent);
  if (at <= near) return at;
  if (at >= bottom - near) return top - (bottom - at);
  return near + ((at - near) * (top - 2 * near)) / (bottom - 2 * near);
}

/** The content position a scrollbar position stands for. */
export function toY(scrollTop: number, extent: ScrollExtent): number {
  const top = maxTop(extent);
  const at = Math.min(Math.max(scrollTop, 0), top);
  if (!isScaled(extent)) return at;
  const near = edge(extent);
  const bottom = maxY(extent);
  if (at <= near) return at;
  if (at >= top - near) return bottom - (top - at);
  return near + ((at - near) * (bottom - 2 * near)) / (top - 2 * near);
}

/** Content position after the user moved the scrollbar from `from` to `to`. */
export function scrolled(y: number, from: number, to: number, extent: ScrollExtent): number {
  if (!isScaled(extent)) return toY(to, extent);
  const delta = to - from;
  if (Math.abs(delta) > NEAR * extent.viewport) return toY(to, extent);
  const bottom = maxY(extent);
  const at = Math.min(Math.max(y + delta, 0), bottom);
  // The scrollbar is exact to a pixel: when it has arrived, so has the content.
  if (to <= 0 && at <= NEXT) return 0;
  return to >= maxTop(extent) && at >= bottom - NEXT ? bottom : at;
}

/**
 * Whether the scrollbar has drifted so far that it would reach an end before the content does, or the other way round:
 * then it has to be corrected at once instead of when scrolling rests.
 */
export function isStuck(y: number, scrollTop: number, extent: ScrollExtent): boolean {
  if (!isScaled(extent)) return false;
  const near = edge(extent);
  const inner = (at: number, end: number): boolean => at >= near && at <= end - near;
  if (inner(y, maxY(extent)) && inner(scrollTop, maxTop(extent))) return false;
  // Next to an end a pixel of the bar is a pixel of the content, so that both arrive together.
  return Math.abs(toScrollTop(y, extent) - scrollTop) > 1;
}
