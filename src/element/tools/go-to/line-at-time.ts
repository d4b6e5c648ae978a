import type { LineSource } from '../lines/search-lines.ts';

/** Lines that are fetched at once, when so few are left. */
const FEW = 1_000;

/**
 * The first line at or after a time (unix ms), found by halving the log; undefined if all lines are older. Times never go back
 * within a log. Rejects with the signal's reason.
 */
export async function lineAtTime({ all, held, log, signal }: LineSource, time: number): Promise<number | undefined> {
  let { from, to } = all;
  while (to - from >= FEW) {
    const middle = from + Math.floor((to - from) / 2);
    const at = held(middle)?.[0] ?? (await log.range(middle, middle))[0]?.time;
    signal.throwIfAborted();
    // A line that is gone meanwhile was removed by retention, as are all lines before it.
    if (at === undefined || at < time) from = middle + 1;
    else to = middle;
  }
  if (to < from) return undefined;
  const lines = await log.range(from, to);
  signal.throwIfAborted();
  return lines.find((line) => line.time >= time)?.offset;
}
