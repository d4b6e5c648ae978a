/**
 * Width and height of what an element holds, px of its own: not rounded, and not those of the screen, which are others where the page
 * is zoomed by CSS or transformed. Everything else that is measured here (scrollTop, clientHeight) is in these. 0 for what is not displayed, and for
 * what stands in a line of text.
 */
export function innerSize(element: Element): { readonly width: number; readonly height: number } {
  const { width, height } = getComputedStyle(element);
  return { width: Number.parseFloat(width) || 0, height: Number.parseFloat(height) || 0 };
}

/** What the page's CSS zoom makes of a pixel of an element; 1 where the browser does not say. */
export function zoomOf(element: Element): number {
  const { currentCSSZoom: zoom = 1 } = element as { readonly currentCSSZoom?: number };
  return zoom;
}
