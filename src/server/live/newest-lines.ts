import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { StoreUnavailableError, type LogStore, type LogTail } from '../store.ts';

/** Lines read at once from the end of a log, at first. */
const FIRST_READ = 1_000;

/** How many of the last lines have at most 256 KiB of text together. */
export function countNewest(lines: readonly Line[]): number {
  let left: number = LIMITS.replayBytes;
  let count = 0;
  while (count < lines.length) {
    const line = lines[lines.length - 1 - count];
    left -= line === undefined ? 0 : Buffer.byteLength(line[1]);
    if (left < 0) break;
    count += 1;
  }
  return count;
}

/** Which lines {@link readNewest} reads. */
export interface NewestRange {
  readonly epoch: string;
  /** No line up to this one. */
  readonly after: number;
  /** The last line. */
  readonly until: number;
}

/**
 * Reads the last lines of a range, as many as have at most 256 KiB of text together. A store reads forwards, so this begins
 * with a part at the end of the range and halves it while it has too much text. `lines` is undefined when the log was replaced
 * or trimmed past the range. Rejects with StoreUnavailableError.
 */
export async function readNewest(
  store: Pick<LogStore, 'read'>,
  channel: string,
  { epoch, after, until }: NewestRange,
): Promise<{ readonly tail: LogTail; readonly lines: readonly Line[] | undefined }> {
  let found: Line[] = [];
  let to = until;
  let size = FIRST_READ;
  for (;;) {
    const from = Math.max(after, to - size);
    const { tail, lines } = await store.read(channel, { after: from, limit: to - from, bytes: LIMITS.replayBytes });
    if (tail.epoch !== epoch || tail.first > from + 1 || tail.head < to) return { tail, lines: undefined };
    if (lines.length < to - from) {
      if (lines.length === 0) throw new StoreUnavailableError(`The store has no line ${from + 1} of ${channel}, which it should have.`);
      size = Math.ceil((to - from) / 2);
      continue;
    }
    const both = [...lines, ...found];
    const count = countNewest(both);
    found = both.slice(both.length - count);
    if (count < both.length || from === after) return { tail, lines: found };
    to = from;
    size *= 2;
  }
}
