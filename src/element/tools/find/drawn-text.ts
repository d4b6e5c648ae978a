/** Text that a row draws of one line: `from` is the place of its first character in the text of that line. */
export interface DrawnText {
  readonly line: number;
  readonly from: number;
  readonly text: string;
  readonly nodes: readonly Text[];
}

/** A row of a line, or one of the rows that are left of folded lines. */
export const ROWS = '.row[data-line], .frame';

/** What a row draws: of a very long line only the segments that have text. */
export function drawnTexts(row: Element): DrawnText[] {
  const line = Number((row instanceof HTMLElement && row.dataset['line']) || row.querySelector<HTMLElement>('.num')?.dataset['n']);
  const text = row.querySelector('.text');
  if (text === null || Number.isNaN(line)) return [];
  const segments = [...text.querySelectorAll<HTMLElement>('.segment')];
  if (segments.length === 0) return drawn(line, 0, nodesIn(text));
  return segments.flatMap((segment) => {
    const lent = [...segment.querySelectorAll<HTMLElement>('[data-lent]')];
    const own = nodesIn(segment).filter((node) => !lent.some((element) => element.contains(node)));
    return [
      ...drawn(line, Number(segment.dataset['from']), own),
      ...lent.flatMap((element) => drawn(Number(element.dataset['lent']), Number(element.dataset['from']), nodesIn(element))),
    ];
  });
}

function drawn(line: number, from: number, nodes: readonly Text[]): DrawnText[] {
  const text = nodes.map(({ data }) => data).join('');
  return text === '' ? [] : [{ line, from, text, nodes }];
}

/** The text nodes of an element, without those of the button at its end. */
function nodesIn(element: Element): Text[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.classList.contains('more') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const nodes: Text[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) if (node instanceof Text) nodes.push(node);
  return nodes;
}

/** Part of a drawn text, as characters of it; undefined for an empty one. */
export function rangeIn({ nodes }: DrawnText, start: number, end: number): StaticRange | undefined {
  let at = 0;
  let from: { readonly node: Text; readonly offset: number } | undefined;
  for (const node of nodes) {
    const { length } = node;
    if (from === undefined && start < at + length) from = { node, offset: Math.max(0, start - at) };
    if (from !== undefined && end <= at + length) {
      if (end <= start) return undefined;
      return new StaticRange({ startContainer: from.node, startOffset: from.offset, endContainer: node, endOffset: end - at });
    }
    at += length;
  }
  return undefined;
}
