import type { CollapsedRange } from './collapsed-range.ts';

/**
 * Joins collapsed ranges, both ascending and disjoint. Where they overlap, `outer` counts: a range of `inner` that is drawn as a whole
 * is left out, of any other the rest remains.
 */
export function nestedRanges(outer: readonly CollapsedRange[], inner: readonly CollapsedRange[]): readonly CollapsedRange[] {
  if (inner.length === 0) return outer;
  if (outer.length === 0) return inner;
  const joined: CollapsedRange[] = [];
  let at = 0;
  for (const range of inner) {
    for (let next = outer[at]; next !== undefined && next.to < range.from; next = outer[at]) {
      joined.push(next);
      at += 1;
    }
    let { from } = range;
    let isCut = false;
    // Looks ahead, since the last of these may reach into the next inner range as well.
    for (let ahead = at; from <= range.to; ahead += 1) {
      const hole = outer[ahead];
      if (hole === undefined || hole.from > range.to) {
        if (!isCut || range.draw === undefined) joined.push({ ...range, from });
        break;
      }
      isCut = true;
      if (hole.from > from && range.draw === undefined) joined.push({ ...range, from, to: hole.from - 1 });
      from = hole.to + 1;
      if (hole.to <= range.to) {
        joined.push(hole);
        at = ahead + 1;
      }
    }
  }
  return [...joined, ...outer.slice(at)];
}
