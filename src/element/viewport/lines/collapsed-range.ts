import type { Range } from '../../../worker/api.ts';

/** A part of the content from edge to edge, px. */
export interface Strip {
  readonly top: number;
  readonly height: number;
}

/** Lines that are not shown one by one: as one row of the usual height of a gap, or as something of a height of its own, px. */
export interface CollapsedRange extends Range {
  readonly height?: number;
  /** What stands there, where it is neither nothing nor a state row. */
  readonly draw?: () => HTMLElement;
  /** Where in it a line is shown all the same; undefined for a line that is not. */
  readonly stripOf?: (line: number) => Strip | undefined;
}

/** Ranges in ascending order without overlaps, limited to `first` … `last`: what {@link RowIndex} takes as gaps. */
export function normalizeRanges(ranges: readonly Range[], first: number, last: number): Range[] {
  const sorted = ranges
    .map(({ from, to }) => ({ from: Math.max(from, first), to: Math.min(to, last) }))
    .filter(({ from, to }) => from <= to)
    .sort((a, b) => a.from - b.from);
  const gaps: Range[] = [];
  for (const range of sorted) {
    const before = gaps.at(-1);
    if (before !== undefined && range.from <= before.to + 1)
      gaps[gaps.length - 1] = { from: before.from, to: Math.max(before.to, range.to) };
    else gaps.push(range);
  }
  return gaps;
}

/** `ranges` without what lies in `gaps` (both ascending and disjoint). */
export function subtractRanges(ranges: readonly Range[], gaps: readonly Range[]): Range[] {
  return ranges.flatMap((range) => {
    const parts: Range[] = [];
    let { from } = range;
    for (const gap of gaps) {
      if (gap.to < from || gap.from > range.to) continue;
      if (gap.from > from) parts.push({ from, to: gap.from - 1 });
      from = gap.to + 1;
    }
    if (from <= range.to) parts.push({ from, to: range.to });
    return parts;
  });
}
