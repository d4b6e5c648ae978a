import type { Database } from 'lmdb';
import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import { blockHeader, DamagedLogError, decodeBlock, type BlockHeader } from './block.ts';
import { lineAtTime } from './line-index.ts';
import type { LogRecord } from './log-record.ts';
import type { PageTable } from './page-table.ts';
import { decodePage, indexOf, pageLocation } from './sealed-page.ts';

/** [id of the epoch, number of the first line] */
export type LineKey = [number, number];

/** Decoded pages that are kept: retention by bytes asks for the same one again and again. */
const DECODED = 4;

/** A block or a sealed page in the table. */
export interface HeldBlock {
  /** Its first line. */
  readonly from: number;
  readonly header: BlockHeader;
  /** A view of a buffer that the next read overwrites. */
  readonly data: Buffer;
}

/** The lines that a search may look at. */
export type SearchedLog = Pick<LogRecord, 'id' | 'tail'>;

/** The lines of all logs, in blocks and sealed pages. */
export class BlockTable {
  readonly #blocks: Database<Buffer, LineKey>;
  readonly #pages: PageTable;
  /** Sealed pages that were decoded last, the newest one last. Their lines never change, and no id is used again. */
  readonly #decoded = new Map<string, readonly Line[]>();

  constructor(blocks: Database<Buffer, LineKey>, pages: PageTable) {
    this.#blocks = blocks;
    this.#pages = pages;
  }

  put(id: number, from: number, data: Buffer): void {
    this.#blocks.putSync([id, from], data);
  }

  remove(id: number, from: number): void {
    this.#blocks.removeSync([id, from]);
  }

  /** The lines of a block or a sealed page. */
  lines(id: number, { from, header, data }: HeldBlock): readonly Line[] {
    if (!header.isSealed) return decodeBlock(data);
    const name = `${id} ${from}`;
    const lines = this.#decoded.get(name) ?? decodePage(header, this.#pages.get(id, pageLocation(data)));
    if (header.bytes <= LIMITS.pageBytes) this.#remember(name, lines);
    return lines;
  }

  /** The block that begins with this line. */
  at(id: number, from: number): HeldBlock | undefined {
    const held = this.#blocks.getBinaryFast([id, from]);
    if (held === undefined) return undefined;
    const data = Buffer.from(held.buffer, held.byteOffset, held.length);
    const header = blockHeader(data);
    if (header.count === 0) throw new DamagedLogError('A block of lines is empty.');
    return { from, header, data };
  }

  /** The block that contains a line, if that is held. */
  of(id: number, line: number): HeldBlock | undefined {
    const isIn = (block: HeldBlock): boolean => line < block.from + block.header.count;
    // Of a long log nearly all lines are in sealed pages, nearly all of which begin where a range does: there is no need to search.
    const likely = this.at(id, line - ((line - 1) % LIMITS.pageLines));
    if (likely !== undefined && isIn(likely)) return likely;
    const [key] = this.#blocks.getKeys({ start: [id, line], end: [id, 0], reverse: true, limit: 1 });
    const block = key === undefined ? undefined : this.at(id, key[1]);
    return block !== undefined && isIn(block) ? block : undefined;
  }

  /**
   * The blocks that contain the lines from `start` to the head. There are no gaps, so that each tells where the next one is.
   * Each is valid until the next one, or anything else, is read.
   */
  *from({ id, tail }: SearchedLog, start: number): Generator<HeldBlock> {
    if (start < tail.first || start > tail.head) return;
    for (let block = this.of(id, start), from = start; from <= tail.head; block = this.at(id, from)) {
      if (block === undefined) throw new DamagedLogError(`The block of lines from ${from} on is missing.`);
      // The consumer may read, which overwrites the block.
      from = block.from + block.header.count;
      yield block;
    }
  }

  /** The first block that passes `test`, which all later blocks must pass too. */
  first({ id, tail }: SearchedLog, test: (header: BlockHeader) => boolean): Pick<HeldBlock, 'from' | 'header'> | undefined {
    let low = tail.first;
    let high = tail.head;
    let found: Pick<HeldBlock, 'from' | 'header'> | undefined;
    while (low <= high) {
      const block = this.of(id, Math.floor((low + high) / 2));
      if (block === undefined) throw new DamagedLogError('A block of lines is missing.');
      if (test(block.header)) {
        found = { from: block.from, header: block.header };
        high = block.from - 1;
      } else {
        low = block.from + block.header.count;
      }
    }
    return found;
  }

  /** The first line held that was written at this time or later; head + 1 if there is none. */
  lineAtTime(log: SearchedLog, time: number): number {
    const { first, head } = log.tail;
    const next = this.first(log, (header) => header.time >= time)?.from ?? head + 1;
    if (next <= first) return first;
    // The lines of a sealed page have different times: the first of these may be in the one before.
    const block = this.of(log.id, next - 1);
    const at = block?.header.isSealed === true ? lineAtTime(indexOf(block.data), time) : undefined;
    return block === undefined || at === undefined ? next : Math.max(first, block.from + at);
  }

  /** Deletes at most `limit` blocks all of whose lines are below `first`; returns whether there may be more. */
  sweep(id: number, first: number, limit: number): boolean {
    const keys = [...this.#blocks.getKeys({ start: [id, 0], end: [id, first], limit: limit + 1 })];
    const more = keys.length > limit;
    // All blocks but the last end before `first`; the last one may contain lines from `first` on.
    const last = more ? undefined : keys.pop();
    for (const key of keys) this.#blocks.removeSync(key);
    if (last !== undefined && last[1] + (this.at(id, last[1])?.header.count ?? 0) <= first) this.#blocks.removeSync(last);
    return more;
  }

  #remember(name: string, lines: readonly Line[]): void {
    this.#decoded.delete(name);
    this.#decoded.set(name, lines);
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size > DECODED && oldest !== undefined) this.#decoded.delete(oldest);
  }
}
