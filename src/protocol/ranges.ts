/** A range of line numbers, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The same lines as ascending ranges that neither overlap nor touch, limited to `first` to `last`. Anything that is not a range
 * of line numbers is dropped.
 */
export function normalizeRanges(ranges: readonly Range[], first = 1, last = Infinity): Range[] {
  const result: Range[] = [];
  const positive = ranges.filter(({ from }) => from >= 1);
  const valid = clipRanges(positive, first, last).filter(({ from, to }) => Number.isSafeInteger(from) && Number.isSafeInteger(to));
  for (const { from, to } of valid.sort((a, b) => a.from - b.from)) {
    const before = result.at(-1);
    if (before !== undefined && from <= before.to + 1) result[result.length - 1] = { from: before.from, to: Math.max(before.to, to) };
    else result.push({ from, to });
  }
  return result;
}

/** The parts of `ranges` from `from` to `to`, in the same order. */
export function clipRanges(ranges: readonly Range[], from: number, to: number): Range[] {
  return ranges
    .map((range) => ({ from: Math.max(range.from, from), to: Math.min(range.to, to) }))
    .filter((range) => range.from <= range.to);
}

/** The parts of `ranges` that lie in none of `removed`; both normalized. */
export function subtractRanges(ranges: readonly Range[], removed: readonly Range[]): Range[] {
  return ranges.flatMap((range) => {
    const rest: Range[] = [];
    let { from } = range;
    for (const hole of removed) {
      if (hole.to < from || hole.from > range.to) continue;
      if (hole.from > from) rest.push({ from, to: hole.from - 1 });
      from = hole.to + 1;
    }
    if (from <= range.to) rest.push({ from, to: range.to });
    return rest;
  });
}

/** The lines that a run covers. */
export function rangeOf({ from, lines }: { readonly from: number; readonly lines: ArrayLike<unknown> }): Range {
  return { from, to: from + lines.length - 1 };
}
