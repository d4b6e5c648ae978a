// Statistics of several runs.

/** @param {readonly number[]} values @param {number} share From 0 to 1. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** @param {readonly number[]} values */
export const median = (values) => percentile(values, 0.5);

/** @param {number} value Rounded to significant digits. */
export function round(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits));
}

/** The median, and how far the runs were apart. @param {readonly number[]} values */
export function summary(values) {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return '–';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return round(least) === round(most) ? `${round(most)}` : `${round(median(known))} (${round(least)} to ${round(most)})`;
}

/**
 * How long lines took from being handed over to being painted: for each tick, the time to the first frame that shows its last line, ms. What was
 * never painted took infinitely long.
 *
 * @param {readonly (readonly [at: number, last: number])[]} ticks
 * @param {readonly (readonly [at: number, newest: number])[]} frames
 */
export function latencies(ticks, frames) {
  let next = 0;
  return ticks.map(([at, last]) => {
    while (next < frames.length && (frames[next]?.[1] ?? 0) < last) next++;
    return (frames[next]?.[0] ?? Infinity) - at;
  });
}
