import type { Range } from '../../../worker/api.ts';

/** A horizontal part of the content, px. */
export interface Strip {
  readonly top: number;
  readonly height: number;
}

/** Lines that are not shown one by one, but as one state row, or as something of its own height, px. */
export interface CollapsedRange extends Range {
  readonly height?: number;
  /** Draws what is shown instead, where that is neither nothing nor a state row. */
  readonly draw?: () => HTMLElement;
  /** Where in it a line is shown all the same; undefined for a line that is not shown. */
  readonly stripOf?: (line: number) => Strip | undefined;
}

/** The same lines as ascending ranges that neither overlap nor touch, limited to `first` … `last`. */
export function normalizeRanges(ranges: readonly Range[], first: number, last: number): Range[] {
  const sorted = ranges
    .map(({ from, to }) => ({ from: Math.max(from, first), to: Math.min(to, last) }))
    .filter(({ from, to }) => from <= to)
    .sort((a, b) => a.from - b.from);
  const result: Range[] = [];
  for (const range of sorted) {
    const before = result.at(-1);
    if (before !== undefined && range.from <= before.to + 1)
      result[result.length - 1] = { from: before.from, to: Math.max(before.to, range.to) };
    else result.push(range);
  }
  return result;
}

/** The lines of `ranges` that are in none of `taken`, which is ascending and disjoint. */
export function subtractRanges(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  return ranges.flatMap((range) => {
    const parts: Range[] = [];
    let { from } = range;
    for (const other of taken) {
      if (other.to < from || other.from > range.to) continue;
      if (other.from > from) parts.push({ from, to: other.from - 1 });
      from = other.to + 1;
    }
    if (from <= range.to) parts.push({ from, to: range.to });
    return parts;
  });
}
