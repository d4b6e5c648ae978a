import type { LogStore, LogTail } from '../store.ts';
import type { LineBlock } from './scan/packed-blocks.ts';

/** Lines read at a time from a store that has no blocks. */
const LINES = 4_096;

/** Consecutive blocks of a log, as read at one moment. */
export interface ReadBlocks {
  readonly tail: LogTail;
  /** In order; the first contains the line asked for. Empty if the log does not hold that line. */
  readonly blocks: readonly LineBlock[];
  /** Their last line. */
  readonly last: number;
}

/** Reads the blocks from a line on, at least one, of about so many bytes. Rejects with StoreUnavailableError. */
export async function readBlocks(store: LogStore, channel: string, from: number, bytes: number): Promise<ReadBlocks> {
  const { tail, blocks } =
    store.readBlocks === undefined
      ? await readAsJson(store, channel, from, bytes)
      : await store.readBlocks(channel, { after: from - 1, bytes });
  const last = blocks.at(-1);
  return { tail, blocks, last: last === undefined ? from - 1 : last.from + last.count - 1 };
}

async function readAsJson(store: LogStore, channel: string, from: number, bytes: number): Promise<Pick<ReadBlocks, 'tail' | 'blocks'>> {
  const { tail, lines } = await store.read(channel, { after: from - 1, limit: LINES, bytes });
  if (lines.length === 0) return { tail, blocks: [] };
  return { tail, blocks: [{ from, count: lines.length, format: 'json', data: Buffer.from(JSON.stringify(lines)) }] };
}
