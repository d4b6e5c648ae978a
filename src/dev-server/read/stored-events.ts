import type { LogFollowEvent } from '../follow/log-follower.ts';
import type { LogReader, LogSnapshot } from './log-reader.ts';

/** What a log holds now as a follower would see it, up to the first line written at `until` or later. */
export async function* storedEvents(
  reader: LogReader,
  state: LogSnapshot | undefined,
  after: number,
  until = Number.POSITIVE_INFINITY,
): AsyncGenerator<LogFollowEvent> {
  if (state === undefined) return;
  const { epoch, first, head, end } = state;
  if (after + 1 < first) yield { kind: 'removed', from: after + 1, to: first - 1 };
  for await (const { from, lines } of reader.pages(epoch, Math.max(after, first - 1), head)) {
    const late = lines.findIndex(([time]) => time >= until);
    const wanted = late === -1 ? lines : lines.slice(0, late);
    if (wanted.length > 0) yield { kind: 'lines', from, lines: wanted };
    if (late !== -1) return;
  }
  if (end !== undefined) yield { kind: 'end', code: end };
}
