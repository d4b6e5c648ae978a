/**
 * Width and height of an element's content in its own px, unrounded: like scrollTop and clientHeight, and unlike screen
 * px where the page is zoomed by CSS or transformed. 0 for an element that is not displayed or is inline.
 */
export function innerSize(element: Element): { readonly width: number; readonly height: number } {
  const { width, height } = getComputedStyle(element);
  return { width: Number.parseFloat(width) || 0, height: Number.parseFloat(height) || 0 };
}

/** The CSS zoom of an element; 1 where the browser does not report it. */
export function zoomOf(element: Element): number {
  const { currentCSSZoom: zoom = 1 } = element as { readonly currentCSSZoom?: number };
  return zoom;
}
