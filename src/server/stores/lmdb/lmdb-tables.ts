import type { Database, RootDatabase } from 'lmdb';
import type { Line } from '../../../protocol/line.ts';
import {
  NO_LOG,
  type Batch,
  type JsonPage,
  type LogTail,
  type NewLine,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../../store.ts';
import { BlockJson } from './block-json.ts';
import { blockHeader, DamagedLogError, decodeBlock, encodeBlocks, type BlockHeader } from './block.ts';
import { JsonBufferPool } from './json-buffer-pool.ts';
import { decodeRecord, encodeRecord, newRecord, type LogRecord } from './log-record.ts';
import { PageBound } from '../page-bound.ts';
import { advance, retainFrom } from '../store-rules.ts';

/** [id of the epoch, number of the first line] */
type BlockKey = [number, number];

interface Block {
  readonly from: number;
  readonly header: BlockHeader;
  readonly data: Buffer;
}

/** The most blocks that one transaction of a sweep deletes, so that appends do not wait long for it. */
const SWEEP = 256;

const NEXT_ID = 'next id';
const FORMAT = 'format';
const FORMAT_VERSION = '1';

/**
 * The tables of an environment. Reads without an await between them see one snapshot; methods that write must be called
 * inside a transaction.
 */
export class LmdbTables {
  /** Channel to {@link LogRecord}. */
  readonly #logs: Database<Buffer, string>;
  readonly #blocks: Database<Buffer, BlockKey>;
  /** Ids of epochs with blocks to delete, each with the first line that is still needed. */
  readonly #swept: Database<Buffer, number>;
  readonly #info: Database<Buffer, string>;
  readonly #buffers = new JsonBufferPool();

  /** Opens the tables; throws when they hold data of another format. */
  constructor(root: Pick<RootDatabase<Buffer, string>, 'openDB'>) {
    this.#logs = root.openDB('logs', { encoding: 'binary' });
    this.#blocks = root.openDB('blocks', { encoding: 'binary' });
    this.#swept = root.openDB('swept', { encoding: 'binary' });
    this.#info = root.openDB('info', { encoding: 'binary' });
    this.checkFormat();
  }

  /** Marks a new environment with its data format; throws if it has another one. */
  checkFormat(): void {
    const format = this.#info.get(FORMAT)?.toString();
    if (format === undefined) this.#info.putSync(FORMAT, Buffer.from(FORMAT_VERSION));
    else if (format !== FORMAT_VERSION)
      throw new Error(
        `it holds data of format ${format}, this version reads format ${FORMAT_VERSION}: use the version that wrote it, or another directory`,
      );
  }

  record(channel: string): LogRecord | undefined {
    const data = this.#logs.get(channel);
    return data === undefined ? undefined : decodeRecord(data);
  }

  /** At most `limit` channels after `after`, in order. */
  channels(after: string | undefined, limit: number): string[] {
    return [...this.#logs.getKeys({ limit, ...(after === undefined ? {} : { start: after, exclusiveStart: true }) })];
  }

  /** Appends a batch that passed the rules; returns the tail after it. */
  append(channel: string, found: LogRecord | undefined, batch: Batch): LogTail {
    const record = found ?? newRecord(this.#nextId());
    const tail = advance(record.tail, batch);
    const total = record.total + this.#putBlocks(record, tail.time, batch.lines);
    this.#logs.putSync(channel, encodeRecord({ ...record, tail, total }));
    return tail;
  }

  read(channel: string, range: ReadRange): ReadResult {
    const record = this.record(channel);
    if (record === undefined) return { tail: NO_LOG, lines: [] };
    const lines: Line[] = [];
    const bound = new PageBound(range);
    for (const { data, from } of this.#blocksFrom(record, range.after + 1)) {
      for (const line of decodeBlock(data).slice(Math.max(0, range.after + 1 - from))) {
        if (!bound.admit(1, Buffer.byteLength(line[1]))) return { tail: record.tail, lines };
        lines.push(line);
      }
    }
    return { tail: record.tail, lines };
  }

  /** Like {@link LmdbTables.read}, as JSON. */
  readJson(channel: string, range: ReadRange): JsonPage {
    const record = this.record(channel);
    const memory = this.#buffers.acquire();
    const page = new BlockJson(memory);
    if (record !== undefined) this.#addBlocks(page, record, range);
    const release = (): void => this.#buffers.release(memory);
    return { tail: record?.tail ?? NO_LOG, ...page.end(), release };
  }

  /** The first line that retention keeps; head + 1 if it keeps none. */
  firstRetained(record: LogRecord, retain: Retention, now: number): number {
    const { tail, total, gone } = record;
    const from = retainFrom(tail, retain, now);
    let first = from.line;
    if (retain.age !== undefined)
      first = Math.max(first, this.#firstBlock(record, (header) => header.time >= from.time)?.from ?? tail.head + 1);
    const over = retain.bytes === undefined ? 0 : total - retain.bytes;
    if (over > gone) first = Math.max(first, this.#lineAfterBytes(record, over));
    return Math.min(first, tail.head + 1);
  }

  /** Removes the lines before `first`; their disk space is freed by a later sweep. */
  raiseFirst(channel: string, record: LogRecord, first: number): LogTail {
    const tail = { ...record.tail, first };
    this.#logs.putSync(channel, encodeRecord({ ...record, tail, gone: this.#bytesBefore(record, first) }));
    this.#scheduleSweep(record.id, first);
    return tail;
  }

  remove(channel: string, record: LogRecord): void {
    this.#logs.removeSync(channel);
    if (record.tail.head > 0) this.#scheduleSweep(record.id, Number.POSITIVE_INFINITY);
  }

  /** Deletes some of the blocks that are no longer needed; returns whether there may be more. */
  sweep(): boolean {
    const [entry] = this.#swept.getRange({ limit: 1 });
    if (entry === undefined) return false;
    const { key: id, value } = entry;
    const first = value.readDoubleLE(0);
    const keys = [...this.#blocks.getKeys({ start: [id, 0], end: [id, first], limit: SWEEP + 1 })];
    const more = keys.length > SWEEP;
    // All blocks but the last end before `first`; the last one may contain lines from `first` on.
    const last = more ? undefined : keys.pop();
    for (const key of keys) this.#blocks.removeSync(key);
    if (more) return true;
    if (last !== undefined && last[1] + this.#count(last) <= first) this.#blocks.removeSync(last);
    this.#swept.removeSync(id);
    return true;
  }

  #addBlocks(page: BlockJson, record: LogRecord, range: ReadRange): void {
    const bound = new PageBound(range);
    for (const { data, from } of this.#blocksFrom(record, range.after + 1))
      if (!page.add(data, Math.max(0, range.after + 1 - from), bound)) return;
  }

  #putBlocks(record: LogRecord, time: number, lines: readonly NewLine[]): number {
    let from = record.tail.head + 1;
    let bytes = 0;
    for (const block of encodeBlocks(lines, time, record.total)) {
      this.#blocks.putSync([record.id, from], block.data);
      from += block.count;
      bytes += block.bytes;
    }
    return bytes;
  }

  #nextId(): number {
    const id = Number(this.#info.get(NEXT_ID)?.toString() ?? 1);
    this.#info.putSync(NEXT_ID, Buffer.from(String(id + 1)));
    return id;
  }

  #scheduleSweep(id: number, first: number): void {
    const value = Buffer.alloc(8);
    value.writeDoubleLE(first);
    this.#swept.putSync(id, value);
  }

  #count(key: BlockKey): number {
    const data = this.#blocks.get(key);
    return data === undefined ? 0 : blockHeader(data).count;
  }

  /**
   * The blocks that contain the lines from `start` to the head. There are no gaps, so that each tells where the next one is.
   * The data of a block is valid until the next one, or anything else, is read.
   */
  *#blocksFrom({ id, tail }: LogRecord, start: number): Generator<Pick<Block, 'from' | 'data'>> {
    if (start < tail.first || start > tail.head) return;
    const [key] = this.#blocks.getKeys({ start: [id, start], end: [id, 0], reverse: true, limit: 1 });
    for (let from = key?.[1] ?? start; from <= tail.head;) {
      const held = this.#blocks.getBinaryFast([id, from]);
      if (held === undefined) throw new DamagedLogError(`The block of lines from ${from} on is missing.`);
      // A view of a shared buffer, which is reused for each read.
      const data = Buffer.from(held.buffer, held.byteOffset, held.length);
      const { count } = blockHeader(data);
      if (count === 0) throw new DamagedLogError('A block of lines is empty.');
      yield { from, data };
      from += count;
    }
  }

  /** The block that contains a line. */
  #blockOf(id: number, line: number): Block | undefined {
    const [entry] = this.#blocks.getRange({ start: [id, line], end: [id, 0], reverse: true, limit: 1 });
    return entry === undefined ? undefined : { from: entry.key[1], header: blockHeader(entry.value), data: entry.value };
  }

  /** The first block that passes `test`, which all later blocks must pass too. */
  #firstBlock({ id, tail }: LogRecord, test: (header: BlockHeader) => boolean): Block | undefined {
    let low = tail.first;
    let high = tail.head;
    let found: Block | undefined;
    while (low <= high) {
      const block = this.#blockOf(id, Math.floor((low + high) / 2));
      if (block === undefined) break;
      if (test(block.header)) {
        found = block;
        high = block.from - 1;
      } else {
        low = block.from + block.header.count;
      }
    }
    return found;
  }

  /** The first line with at least `bytes` of text before it. */
  #lineAfterBytes(record: LogRecord, bytes: number): number {
    const block = this.#firstBlock(record, (header) => header.before + header.bytes >= bytes);
    if (block === undefined) return record.tail.head + 1;
    let line = block.from;
    let before = block.header.before;
    for (const [, text] of decodeBlock(block.data)) {
      if (before >= bytes) break;
      before += Buffer.byteLength(text);
      line += 1;
    }
    return line;
  }

  /** Bytes of text before a line. */
  #bytesBefore({ id, tail, total }: LogRecord, line: number): number {
    if (line > tail.head) return total;
    const block = this.#blockOf(id, line);
    if (block === undefined) return total;
    const skipped = decodeBlock(block.data).slice(0, line - block.from);
    return skipped.reduce((sum, [, text]) => sum + Buffer.byteLength(text), block.header.before);
  }
}
