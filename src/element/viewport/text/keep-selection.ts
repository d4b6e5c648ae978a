import { lengthTo, selectedBoundaries, type Boundaries } from '../../util/selected-boundaries.ts';

type Point = readonly [node: Node, offset: number];

/** What is selected, while a frame draws rows: to say that nothing is, the browser lays out the page. */
let known: { readonly root: ShadowRoot; readonly found: Boundaries | undefined } | undefined;

function selectedIn(root: ShadowRoot): Boundaries | undefined {
  if (known?.root !== root) {
    known = { root, found: selectedBoundaries(root) };
    queueMicrotask(() => (known = undefined));
  }
  return known.found;
}

/** Draws the text of a row in another way; what is selected of it stays selected, by its place in the text. */
export function keepSelection(text: HTMLElement, draw: () => void): void {
  const root = text.getRootNode();
  const found = root instanceof ShadowRoot ? selectedIn(root) : undefined;
  const start: Point | undefined = found && [found.startContainer, found.startOffset];
  const end: Point | undefined = found && [found.endContainer, found.endOffset];
  const startAt = start && placeIn(text, start);
  const endAt = end && placeIn(text, end);
  draw();
  if (start === undefined || end === undefined || (startAt === undefined && endAt === undefined)) return;
  known = undefined;
  const from = startAt === undefined ? start : pointAt(text, startAt);
  const to = endAt === undefined ? end : pointAt(text, endAt);
  const selection = document.getSelection();
  if (selection?.direction === 'backward') selection.setBaseAndExtent(...to, ...from);
  else selection?.setBaseAndExtent(...from, ...to);
}

/** How many characters of a text come before a point; undefined for a point outside the text. */
function placeIn(text: HTMLElement, [node, offset]: Point): number | undefined {
  return text.contains(node) ? lengthTo(text, node, offset) : undefined;
}

function pointAt(text: HTMLElement, place: number): Point {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let left = place;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (left <= length) return [node, left];
    left -= length;
  }
  return [text, text.childNodes.length];
}
