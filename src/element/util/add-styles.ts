import { adoptStyles, type CSSResultOrNative } from 'lit';

/** Adds styles to those of an element: what is loaded later brings its own. */
export function addStyles(root: Node, added: readonly CSSResultOrNative[]): void {
  if (root instanceof ShadowRoot) adoptStyles(root, [...root.adoptedStyleSheets, ...added]);
}
