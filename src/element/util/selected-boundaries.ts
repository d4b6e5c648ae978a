/** The boundaries of a selection, also inside shadow trees. */
export type Boundaries = Pick<StaticRange, 'startContainer' | 'startOffset' | 'endContainer' | 'endOffset' | 'collapsed'>;

/** The page's selection as seen from inside a shadow root, in document order. */
export function selectedBoundaries(root: ShadowRoot | null): Boundaries | undefined {
  const selection = document.getSelection();
  if (selection === null || root === null) return undefined;
  if ('getComposedRanges' in selection) return selection.getComposedRanges({ shadowRoots: [root] })[0];
  // Engines without composed ranges have the selection of a shadow root on the root itself, or on the document.
  const own: unknown = Reflect.get(root, 'getSelection');
  const inner: unknown = typeof own === 'function' ? Reflect.apply(own, root, []) : selection;
  return inner instanceof Selection && inner.rangeCount > 0 ? inner.getRangeAt(0) : undefined;
}

/** Number of characters, in UTF-16 units, from the start of a text to a point in it. */
export function lengthTo(text: Element, node: Node, offset: number): number {
  const drawn = document.createRange();
  drawn.setStart(text, 0);
  drawn.setEnd(node, offset);
  return drawn.toString().length;
}
