/** The names that styles know; the current match is drawn over the others. */
const NAMES = { match: 'log-stream-match', current: 'log-stream-current' } as const;
const KINDS = ['match', 'current'] as const;

export type HighlightKind = (typeof KINDS)[number];

/** In Firefox each removal takes as long as there are ranges: with more removals than this, the rest is added again instead. */
const REMOVED_SINGLY = 16;

/** Adds ranges to a highlight of the page, which its elements share. Returns false where the browser has no highlights. */
export function addRanges(kind: HighlightKind, ranges: Iterable<StaticRange>): boolean {
  if (typeof Highlight === 'undefined' || !('highlights' in CSS)) return false;
  const highlight = CSS.highlights.get(NAMES[kind]) ?? register(kind);
  for (const range of ranges) highlight.add(range);
  return true;
}

/** Removes ranges from the highlights that they were added to. */
export function removeRanges(ranges: ReadonlySet<StaticRange>): void {
  if (typeof Highlight === 'undefined' || !('highlights' in CSS)) return;
  for (const kind of KINDS) {
    const highlight = CSS.highlights.get(NAMES[kind]);
    const gone = highlight === undefined ? [] : [...ranges].filter((range) => highlight.has(range));
    if (highlight === undefined || gone.length === 0) continue;
    if (gone.length <= REMOVED_SINGLY) for (const range of gone) highlight.delete(range);
    else {
      const kept = [...highlight].filter((range) => !ranges.has(range));
      highlight.clear();
      for (const range of kept) highlight.add(range);
    }
  }
}

function register(kind: HighlightKind): Highlight {
  const highlight = new Highlight();
  highlight.priority = kind === 'current' ? 1 : 0;
  CSS.highlights.set(NAMES[kind], highlight);
  return highlight;
}
