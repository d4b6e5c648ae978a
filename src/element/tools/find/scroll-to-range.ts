/** Frames in which a line that was gone to may still be fetched, drawn and searched. */
const FRAMES = 120;
/** Room to leave beside a match, px. */
const MARGIN = 40;

/**
 * Brings a match into view once it is drawn: it may be far down in a long line, or far to the right in one that is not broken. The
 * segment of a long line that it is in is drawn only when it comes near.
 */
export async function scrollToRange(
  scroller: HTMLElement,
  isCurrent: () => boolean,
  rangeOf: () => StaticRange | undefined,
  segmentOf: () => Element | undefined,
  viewport: { scrollBy(delta: number): void },
): Promise<void> {
  for (let frame = 0; frame < FRAMES; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (!isCurrent()) return;
    const found = rangeOf();
    const box = found === undefined ? segmentOf()?.getBoundingClientRect() : boxOf(found);
    if (box === undefined) continue;
    // Text that is not drawn has no place.
    if (found !== undefined && box.width === 0 && box.height === 0) return;
    const view = scroller.getBoundingClientRect();
    if (box.left < view.left || box.right > view.right - MARGIN) scroller.scrollLeft += box.left - view.left - view.width / 3;
    if (box.top < view.top || box.bottom > view.bottom) viewport.scrollBy((box.top + box.bottom) / 2 - (view.top + view.bottom) / 2);
    if (found !== undefined) return;
  }
}

function boxOf({ startContainer, startOffset, endContainer, endOffset }: StaticRange): DOMRect {
  const range = document.createRange();
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
  return range.getBoundingClientRect();
}
