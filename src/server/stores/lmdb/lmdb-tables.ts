import type { Database, RootDatabase } from 'lmdb';
import type { Line } from '../../../protocol/line.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import {
  NO_LOG,
  type Batch,
  type BlocksRange,
  type BlocksResult,
  type JsonPage,
  type LogTail,
  type ReadRange,
  type ReadResult,
  type Retention,
  type SealedPage,
  type StoredBlock,
} from '../../store.ts';
import { BufferPool } from '../../util/buffer-pool.ts';
import { BlockJson } from './block-json.ts';
import { BlockTable } from './block-table.ts';
import { DamagedLogError, eachBlock, type MarksBefore } from './block.ts';
import { JsonBufferPool } from './json-buffer-pool.ts';
import { LmdbMarks } from './lmdb-marks.ts';
import { GroupChanges, LogGroups } from './log-groups.ts';
import { decodeRecord, encodeRecord, newRecord, type LogRecord } from './log-record.ts';
import type { PackedLines } from '../../lines/packed-lines.ts';
import { PageBound } from '../page-bound.ts';
import { SealedPageBuilder, unsealedBytes, type CompressedPage, type PageDraft } from './sealed-page-builder.ts';
import { PageTable } from './page-table.ts';
import { pageLocation } from './sealed-page.ts';
import { advance, retainFrom } from '../store-rules.ts';

/** The most blocks, and the most groups, that one transaction of a sweep deletes, so that appends do not wait long for it. */
const SWEEP = 256;
/** A block of this size or less is encoded in memory that is used again: most blocks have a little more than 128 KiB of text. */
const MEMORY = 256 * 1_024;
/** The same for bundles of sealed pages, which are larger. */
const SWEEP_BUNDLES = 64;

/** A sealed page of ordinary lines fits; 4 MiB of unused memory at most. */
const GZIPS = { size: 64 * 1_024, kept: 64 };

const NEXT_ID = 'next id';
const FORMAT = 'format';
/** The format that is written; docs/STORAGE.md describes it. */
const FORMAT_VERSION = '2';
/** A format that is read as it is, and raised by the first write. */
const OLDER_VERSION = '1';

/**
 * The tables of an environment. Reads without an await between them see one snapshot; methods that write must be called
 * inside a transaction.
 */
export class LmdbTables {
  /** Channel to {@link LogRecord}. */
  readonly #logs: Database<Buffer, string>;
  readonly #blocks: BlockTable;
  readonly #groups: LogGroups;
  readonly #pages: PageTable;
  readonly #pageBuilder: SealedPageBuilder;
  /** Ids of epochs with blocks to delete, each with the first line that is still needed. */
  readonly #swept: Database<Buffer, number>;
  readonly #info: Database<Buffer, string>;
  readonly #buffers = new JsonBufferPool();
  readonly #gzips = new BufferPool(GZIPS);
  #memory: Buffer | undefined;
  readonly marks: LmdbMarks;

  /** Opens the tables; throws when they hold data of another format. */
  constructor(root: Pick<RootDatabase<Buffer, string>, 'openDB'>) {
    this.#logs = root.openDB('logs', { encoding: 'binary' });
    this.#swept = root.openDB('swept', { encoding: 'binary' });
    this.#info = root.openDB('info', { encoding: 'binary' });
    this.checkFormat();
    this.#pages = new PageTable(root.openDB('pages', { encoding: 'binary' }));
    this.#blocks = new BlockTable(root.openDB('blocks', { encoding: 'binary' }), this.#pages);
    this.#groups = new LogGroups(root.openDB('groups', { encoding: 'binary' }));
    this.#pageBuilder = new SealedPageBuilder(this.#blocks, this.#pages);
    this.marks = new LmdbMarks(this.#blocks, this.#groups);
  }

  /** Marks a new environment with its data format; throws if it has one that cannot be read. */
  checkFormat(): void {
    const format = this.#info.get(FORMAT)?.toString();
    if (format === undefined) this.#info.putSync(FORMAT, Buffer.from(FORMAT_VERSION));
    else if (format !== FORMAT_VERSION && format !== OLDER_VERSION)
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

  /** Appends a batch that passed the rules; returns the record after it. */
  append(channel: string, found: LogRecord | undefined, batch: Batch): LogRecord {
    const record = found ?? newRecord(this.#nextId());
    const tail = advance(record.tail, batch);
    const groups = new GroupChanges((line) => this.#groups.get(record.id, line));
    const place = { from: record.tail.head + 1, time: tail.time, timeBefore: record.tail.time };
    const open = groups.track(record.marks, batch.lines.extras, place);
    this.#raiseFormat();
    const { total, after } = this.#putBlocks(record, tail.time, batch.lines);
    for (const group of groups.changed) this.#groups.put(record.id, group);
    const appended = { ...record, tail, total, marks: { ...after, ...open } };
    this.#logs.putSync(channel, encodeRecord(appended));
    return appended;
  }

  read(channel: string, range: ReadRange): ReadResult {
    const record = this.record(channel);
    if (record === undefined) return { tail: NO_LOG, lines: [] };
    const lines: Line[] = [];
    const bound = new PageBound(range);
    for (const block of this.#blocks.from(record, range.after + 1)) {
      for (const line of this.#blocks.lines(record.id, block).slice(Math.max(0, range.after + 1 - block.from))) {
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

  /** The sealed page after line `after`, if that is what a request for the range of 1,000 lines is answered with. */
  readSealed(channel: string, after: number): SealedPage | undefined {
    const record = this.record(channel);
    if (record === undefined || after < record.tail.first - 1 || after % LIMITS.pageLines !== 0) return undefined;
    const block = this.#blocks.at(record.id, after + 1);
    if (block?.header.isSealed !== true) return undefined;
    const { count } = block.header;
    const location = pageLocation(block.data);
    const { bytes: gzip, release } = this.#gzips.acquire(location.length);
    this.#pages.copy(record.id, location, gzip);
    return { tail: record.tail, count, gzip, release };
  }

  readBlocks(channel: string, range: BlocksRange): BlocksResult {
    const record = this.record(channel);
    if (record === undefined) return { tail: NO_LOG, blocks: [] };
    const blocks: StoredBlock[] = [];
    let left = range.bytes;
    for (const { from, header, data } of this.#blocks.from(record, range.after + 1)) {
      const { count, bytes, isSealed } = header;
      const copy = isSealed ? this.#pages.get(record.id, pageLocation(data)) : new Uint8Array(data);
      blocks.push({ from, count, format: isSealed ? 'sealed' : 'block', data: copy });
      left -= bytes;
      if (left <= 0) break;
    }
    return { tail: record.tail, blocks };
  }

  /** Whether the format allows sealed pages; one of an older version is left as it is until something is appended. */
  get isSealable(): boolean {
    return this.#info.get(FORMAT)?.toString() === FORMAT_VERSION;
  }

  /** The next page of a log to seal, or the one after `previous`. */
  draft(channel: string, previous?: PageDraft): PageDraft | undefined {
    const record = this.record(channel);
    return record === undefined ? undefined : this.#pageBuilder.draft(record, previous);
  }

  /** Stores pages in place of their blocks; returns the bytes of text that still wait, or undefined if the log has changed. */
  seal(channel: string, pages: readonly CompressedPage[]): number | undefined {
    const record = this.record(channel);
    const sealed = record === undefined ? undefined : this.#pageBuilder.replace(record, pages);
    if (sealed === undefined) return undefined;
    this.#logs.putSync(channel, encodeRecord(sealed));
    return unsealedBytes(sealed);
  }

  /** The first line that retention keeps; head + 1 if it keeps none. */
  firstRetained(record: LogRecord, retain: Retention, now: number): number {
    const { tail, total, gone } = record;
    const from = retainFrom(tail, retain, now);
    let first = from.line;
    if (retain.age !== undefined) first = Math.max(first, this.#blocks.lineAtTime(record, from.time));
    const over = retain.bytes === undefined ? 0 : total - retain.bytes;
    if (over > gone) first = Math.max(first, this.#lineAfterBytes(record, over));
    return Math.min(first, tail.head + 1);
  }

  /** Removes the lines before `first`; their disk space is freed by a later sweep. */
  raiseFirst(channel: string, record: LogRecord, first: number): LogTail {
    this.#raiseFormat();
    const tail = { ...record.tail, first };
    this.#logs.putSync(channel, encodeRecord({ ...record, tail, gone: this.#bytesBefore(record, first) }));
    this.#scheduleSweep(record.id, first);
    return tail;
  }

  remove(channel: string, record: LogRecord): void {
    this.#raiseFormat();
    this.#logs.removeSync(channel);
    if (record.tail.head > 0) this.#scheduleSweep(record.id, Number.POSITIVE_INFINITY);
  }

  /** Deletes some of the blocks and groups that are no longer needed; returns whether there may be more. */
  sweep(): boolean {
    const [entry] = this.#swept.getRange({ limit: 1 });
    if (entry === undefined) return false;
    const { key: id, value } = entry;
    if (!this.#sweepLog(id, value.readDoubleLE(0))) this.#swept.removeSync(id);
    return true;
  }

  #sweepLog(id: number, first: number): boolean {
    try {
      if (this.#blocks.sweep(id, first, SWEEP) || this.#groups.sweep(id, first, SWEEP)) return true;
      const block = first === Number.POSITIVE_INFINITY ? undefined : this.#blocks.of(id, first);
      return this.#pages.sweep(id, block?.header.isSealed === true ? pageLocation(block.data).bundle : first, SWEEP_BUNDLES);
    } catch (error) {
      // The space of a damaged log is lost until it is removed; other logs are swept.
      if (error instanceof DamagedLogError) return false;
      throw error;
    }
  }

  #addBlocks(page: BlockJson, record: LogRecord, range: ReadRange): void {
    const bound = new PageBound(range);
    for (const block of this.#blocks.from(record, range.after + 1)) {
      const skip = Math.max(0, range.after + 1 - block.from);
      const isWhole = block.header.isSealed
        ? page.addLines(this.#blocks.lines(record.id, block), skip, bound)
        : page.add(block.data, skip, bound);
      if (!isWhole) return;
    }
  }

  /** Returns the bytes of text of the log, and what its next block begins with. */
  #putBlocks(record: LogRecord, time: number, lines: PackedLines): { readonly total: number; readonly after: MarksBefore } {
    let from = record.tail.head + 1;
    let { total } = record;
    let after: MarksBefore = record.marks;
    for (const block of eachBlock(lines, time, total, after, (bytes) => this.#memoryOf(bytes))) {
      this.#blocks.put(record.id, from, block.data);
      from += block.count;
      total += block.bytes;
      ({ after } = block);
    }
    return { total, after };
  }

  /** Memory for a block, until the next one: what is put is copied at once. */
  #memoryOf(bytes: number): Buffer {
    if (bytes > MEMORY) return Buffer.allocUnsafe(bytes);
    return (this.#memory ??= Buffer.allocUnsafeSlow(MEMORY)).subarray(0, bytes);
  }

  #raiseFormat(): void {
    if (this.#info.get(FORMAT)?.toString() === OLDER_VERSION) this.#info.putSync(FORMAT, Buffer.from(FORMAT_VERSION));
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

  /** The first line with at least `bytes` of text before it. */
  #lineAfterBytes(record: LogRecord, bytes: number): number {
    const found = this.#blocks.first(record, (header) => header.before + header.bytes >= bytes);
    const block = found === undefined ? undefined : this.#blocks.at(record.id, found.from);
    if (block === undefined) return record.tail.head + 1;
    let line = block.from;
    let { before } = block.header;
    for (const [, text] of this.#blocks.lines(record.id, block)) {
      if (before >= bytes) break;
      before += Buffer.byteLength(text);
      line += 1;
    }
    return line;
  }

  /** Bytes of text before a line. */
  #bytesBefore({ id, tail, total }: LogRecord, line: number): number {
    if (line > tail.head) return total;
    const block = this.#blocks.of(id, line);
    if (block === undefined) return total;
    const skipped = this.#blocks.lines(id, block).slice(0, line - block.from);
    return skipped.reduce((sum, [, text]) => sum + Buffer.byteLength(text), block.header.before);
  }
}
