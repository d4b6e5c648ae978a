import { ESC, readEscape } from '../../src/protocol/escape.ts';

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a terminal, or a reader, takes for one: escape sequences, and of what is between them the clusters. */
export function unitsOf(text: string): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 0;
  const readers = (to: number): void => {
    for (const { index, segment } of SEGMENTER.segment(text.slice(from, to)))
      found.push({ from: from + index, to: from + index + segment.length });
  };
  for (let at = text.indexOf(ESC); at !== -1; at = text.indexOf(ESC, from)) {
    readers(at);
    from = readEscape(text, at).end;
    found.push({ from: at, to: from });
  }
  readers(text.length);
  return found;
}
