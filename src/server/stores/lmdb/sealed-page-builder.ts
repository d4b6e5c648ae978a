import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { LogTail, NewLine } from '../../store.ts';
import { PageBound } from '../page-bound.ts';
import { BlockJson } from './block-json.ts';
import type { BlockTable, HeldBlock } from './block-table.ts';
import { decodeBlock, encodeAgain, type BlockHeader } from './block.ts';
import { JsonBufferPool } from './json-buffer-pool.ts';
import { LineIndexBuilder } from './line-index-builder.ts';
import { sumsAt, timeOf, type LineIndex } from './line-index.ts';
import type { LogRecord } from './log-record.ts';
import type { PageTable } from './page-table.ts';
import { encodePage, indexOf, pageLocation, pageOpening } from './sealed-page.ts';

/** A page that may be sealed. */
export interface PageDraft extends Pick<BlockHeader, 'count' | 'bytes' | 'time' | 'before' | 'sums'> {
  /** Of the record of its log. */
  readonly id: number;
  /** Its first line. */
  readonly from: number;
  readonly index: LineIndex;
  /** How many blocks it is made of. */
  readonly blocks: number;
  /** The answer to the request for it. */
  readonly json: Buffer;
}

/** A page that is compressed, but not stored yet. */
export type CompressedPage = Omit<PageDraft, 'json'> & { readonly gzip: Buffer };

/** The first lines after `sealed` that can no longer change: what is left of a range of 1,000. Undefined if there are none. */
export function nextSealable({ first, head, end }: LogTail, sealed: number): { readonly from: number; readonly upto: number } | undefined {
  const size = LIMITS.pageLines;
  // A range whose first lines are gone is not sealed.
  const from = first <= sealed + 1 ? sealed + 1 : Math.ceil((first - 1) / size) * size + 1;
  const upto = Math.ceil(from / size) * size;
  if (upto <= head) return { from, upto };
  return end !== undefined && from <= head ? { from, upto: head } : undefined;
}

/** UTF-8 bytes of text that wait to be sealed, and maybe of lines that the next ones must complete; at least 1 if any line waits. */
export function unsealedBytes({ tail, total, gone, sealed }: LogRecord): number {
  return nextSealable(tail, sealed.line) === undefined ? 0 : Math.max(1, total - Math.max(gone, sealed.bytes));
}

/** Makes sealed pages of blocks. */
export class SealedPageBuilder {
  readonly #blocks: BlockTable;
  readonly #pages: PageTable;
  readonly #buffers = new JsonBufferPool();

  constructor(blocks: BlockTable, pages: PageTable) {
    this.#blocks = blocks;
    this.#pages = pages;
  }

  /** The next page of a log to seal, or the one after `previous`. */
  draft(record: LogRecord, previous?: PageDraft): PageDraft | undefined {
    const { id, tail } = record;
    const sealed = previous === undefined ? record.sealed.line : previous.from + previous.count - 1;
    const range = nextSealable(tail, sealed);
    if (range === undefined || (previous !== undefined && (previous.id !== id || range.from !== sealed + 1))) return undefined;
    const { from, upto } = range;
    const bound = new PageBound({ limit: upto - from + 1, bytes: LIMITS.pageBytes });
    const buffer = this.#buffers.acquire();
    const page = new BlockJson(buffer);
    const index = new LineIndexBuilder();
    let start: Pick<PageDraft, 'time' | 'before' | 'sums'> | undefined;
    let blocks = 0;
    for (const block of this.#blocks.from(record, from)) {
      const skip = Math.max(0, from - block.from);
      const own = indexOf(block.data);
      start ??= {
        time: timeOf(own, skip),
        before: previous === undefined ? block.header.before + bytesBefore(block, skip) : previous.before + previous.bytes,
        sums: sumsAt(block.header.sums, own.entries, skip),
      };
      const { count } = page;
      const isWhole = page.add(block.data, skip, bound);
      index.add(own, skip, skip + page.count - count);
      blocks += 1;
      if (!isWhole || from + page.count > upto) break;
    }
    const { count, bytes } = page;
    const json = Buffer.concat([Buffer.from(pageOpening(tail.epoch, from - 1)), page.end().json, CLOSING]);
    this.#buffers.release(buffer);
    return start === undefined ? undefined : { id, from, count, bytes, ...start, index: index.build(), blocks, json };
  }

  /**
   * Stores consecutive pages in place of their blocks, inside a transaction. Returns the record that is to be stored with them;
   * undefined if the log has changed and nothing was done.
   */
  replace(record: LogRecord, pages: readonly CompressedPage[]): LogRecord | undefined {
    const [first, last] = [pages[0], pages.at(-1)];
    if (first === undefined || last === undefined || record.id !== first.id) return undefined;
    if (nextSealable(record.tail, record.sealed.line)?.from !== first.from) return undefined;
    const line = last.from + last.count - 1;
    const rest = this.#removeBlocks(record, first.from, line);
    const before = this.#blocks.of(record.id, first.from - 1);
    const places = this.#pages.add(record.id, before?.header.isSealed === true ? pageLocation(before.data) : undefined, pages);
    for (const [at, page] of pages.entries()) {
      const place = places[at];
      if (place !== undefined) this.#blocks.put(record.id, page.from, encodePage(page, page.index, place));
    }
    for (const { from, data } of rest) this.#blocks.put(record.id, from, data);
    return { ...record, sealed: { line, bytes: last.before + last.bytes } };
  }

  /** Removes the blocks with lines `from` to `upto`; returns blocks of their other lines. */
  #removeBlocks(record: LogRecord, from: number, upto: number): StoredLines[] {
    const rest: StoredLines[] = [];
    const removed: number[] = [];
    for (const block of this.#blocks.from(record, from)) {
      if (block.from > upto) break;
      removed.push(block.from);
      const { count } = block.header;
      if (block.from < from) rest.push(...cut(block, 0, from - block.from));
      if (block.from + count - 1 > upto) rest.push(...cut(block, upto + 1 - block.from, count));
    }
    for (const line of removed) this.#blocks.remove(record.id, line);
    return rest;
  }
}

/** A block, and the number of its first line. */
interface StoredLines {
  readonly from: number;
  readonly data: Buffer;
}

/** Blocks of the lines with the indexes `start` to `end - 1` of a block. */
function cut({ from, header, data }: HeldBlock, start: number, end: number): StoredLines[] {
  const lines = decodeBlock(data);
  const isPiece = start === 0 ? header.isPiece : lines[start - 1]?.[2]?.p === 1;
  const marks = { sums: sumsAt(header.sums, indexOf(data).entries, start), isPiece };
  const kept = lines.slice(start, end).map(([, text, extra]): NewLine => (extra === undefined ? [text] : [text, extra]));
  let next = from + start;
  return encodeAgain(kept, header.time, header.before + bytesOf(lines, start), marks).map((block) => {
    next += block.count;
    return { from: next - block.count, data: block.data };
  });
}

const CLOSING = Buffer.from('}');

/** UTF-8 bytes of the texts of the first lines of a block. */
function bytesBefore({ data }: HeldBlock, lines: number): number {
  return lines === 0 ? 0 : bytesOf(decodeBlock(data), lines);
}

/** UTF-8 bytes of the texts of the first lines. */
function bytesOf(lines: readonly Line[], count: number): number {
  return lines.slice(0, count).reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
}
