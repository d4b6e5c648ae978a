import { adoptStyles, type CSSResultOrNative } from 'lit';

/**
 * Adds styles to those of an element: what is loaded later brings its own. `at` of the others stay before them; by default all do, so
 * that the new ones win.
 */
export function addStyles(root: Node, added: readonly CSSResultOrNative[], at = Infinity): void {
  if (!(root instanceof ShadowRoot)) return;
  const sheets = root.adoptedStyleSheets;
  adoptStyles(root, [...sheets.slice(0, at), ...added, ...sheets.slice(at)]);
}
