import type { Range } from '../api.ts';

/** The same lines as ascending ranges that neither overlap nor touch; what is not a range of line numbers is dropped. */
export function normalize(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  const valid = ranges.filter(({ from, to }) => Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 1 && from <= to);
  for (const { from, to } of valid.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to + 1) result[result.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else result.push({ from, to });
  }
  return result;
}

/** What of normalized `ranges` lies within `from` to `to`. */
export function clip(ranges: readonly Range[], from: number, to: number): Range[] {
  return ranges
    .map((range) => ({ from: Math.max(range.from, from), to: Math.min(range.to, to) }))
    .filter((range) => range.from <= range.to);
}

/** What of normalized `ranges` is in none of `taken`. */
export function subtract(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  let rest = [...ranges];
  for (const { from, to } of taken) rest = [...clip(rest, 1, from - 1), ...clip(rest, to + 1, Number.MAX_SAFE_INTEGER)];
  return rest.sort((a, b) => a.from - b.from);
}

/** The lines a run covers. */
export function rangeOf({ from, lines }: { readonly from: number; readonly lines: ArrayLike<unknown> }): Range {
  return { from, to: from + lines.length - 1 };
}
