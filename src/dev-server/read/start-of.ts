import type { LogReader, LogSnapshot } from './log-reader.ts';

/** Where a reader wants to begin; at the first line if nothing is given. */
export interface WantedStart {
  /** After this line. */
  readonly after?: number;
  /** So many lines before the newest. */
  readonly tail?: number;
  /** At the first line written at this time or later, unix ms. */
  readonly since?: number;
}

/** The line after which to begin. A server that cannot seek is asked for single lines instead. */
export async function startOf(reader: LogReader, state: LogSnapshot | undefined, { after = 0, tail, since }: WantedStart): Promise<number> {
  if (state === undefined) return 0;
  if (tail !== undefined) return Math.max(0, state.head - tail);
  if (since === undefined) return after;
  const line = state.has.has('seek')
    ? (await reader.seek({ epoch: state.epoch, time: since }))?.line
    : await firstSince(reader, state, since);
  return line === undefined ? state.head : line - 1;
}

/** The first line written at this time or later, found by halving: times never go back. */
async function firstSince(reader: LogReader, { epoch, first, head }: LogSnapshot, since: number): Promise<number | undefined> {
  let [low, high] = [first, head + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await timeOf(reader, epoch, middle)) >= since) high = middle;
    else low = middle + 1;
  }
  return low > head ? undefined : low;
}

/** When a line was written; a line that retention has taken is older than any that is asked for. */
async function timeOf(reader: LogReader, epoch: string, line: number): Promise<number> {
  for await (const { from, lines } of reader.pages(epoch, line - 1, line)) if (from === line) return lines[0]?.[0] ?? 0;
  return Number.NEGATIVE_INFINITY;
}
