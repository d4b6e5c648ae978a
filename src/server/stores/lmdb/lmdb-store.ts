import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../protocol/message-of.ts';
import type { Line } from '../../../protocol/line.ts';
import { isOpenToOthers } from '../../util/file-modes.ts';
import {
  NO_LOG,
  StoreUnavailableError,
  type AppendResult,
  type Batch,
  type BlocksRange,
  type BlocksResult,
  type JsonPage,
  type LogStore,
  type LogTail,
  type LogEvent,
  type MarkIndex,
  type ReadRange,
  type ReadResult,
  type Retention,
  type SealedPage,
} from '../../store.ts';
import { GroupCommit } from './group-commit.ts';
import { LmdbEnvironment } from './lmdb-environment.ts';
import type { LmdbTables } from './lmdb-tables.ts';
import { SealingScheduler } from './sealing-scheduler.ts';
import { unsealedBytes } from './sealed-page-builder.ts';
import { DirectoryLock } from './directory-lock.ts';
import { unpackLines } from '../../lines/packed-lines.ts';
import { closedError, refusal } from '../store-rules.ts';
import { LogEmitter } from '../log-emitter.ts';

/** Where an {@link LmdbStore} keeps its data. */
export interface LmdbStoreOptions {
  /** Directory of the environment; created if missing. It holds one store, and only one process at a time may use it. */
  readonly dir: string;
  /** Called with a message if other users of the machine can read the files. @default process.emitWarning */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Names that `channels()` reads at a time, so that no snapshot stays open while the caller works. */
const CHANNEL_PAGE = 1_000;

/**
 * Keeps logs on disk with LMDB (package `lmdb`). An append resolves once it is synced to disk, and no line is visible
 * earlier: acknowledged lines survive any crash of the process or the machine, with their epoch and numbers. Concurrent
 * appends share a transaction, so that many writers cost few syncs.
 *
 * One process uses a directory. A second one is refused, since its viewers would not be notified of lines that the first
 * one appends. The file does not shrink; the space of removed lines is reused.
 */
export class LmdbStore implements LogStore {
  readonly #environment: LmdbEnvironment;
  readonly #lock: DirectoryLock;
  readonly #commits: GroupCommit;
  readonly #emitter = new LogEmitter();
  readonly #sealing: SealingScheduler;
  #sweeping: Promise<void> | undefined;
  /** Whether more became sweepable since the sweep under way began. */
  #hasUnswept = false;
  #closing: Promise<void> | undefined;

  private constructor(environment: LmdbEnvironment, lock: DirectoryLock) {
    this.#environment = environment;
    this.#lock = lock;
    this.#commits = new GroupCommit((work) => environment.transact(work));
    this.#startSweep();
    this.#sealing = new SealingScheduler({
      isSealable: () => environment.tables.isSealable,
      channels: (after, limit) => environment.tables.channels(after, limit),
      draft: (channel, previous) => environment.tables.draft(channel, previous),
      seal: (channel, pages) =>
        this.#write(
          0,
          () => environment.tables.seal(channel, pages),
          () => undefined,
        ),
    });
  }

  /** Opens or creates a store. Rejects with {@link StoreUnavailableError} when the directory cannot be used. */
  static async open({
    dir,
    onWarning = (message) => process.emitWarning(message, 'LogStreamWarning'),
  }: LmdbStoreOptions): Promise<LmdbStore> {
    const { open } = await import('lmdb');
    const options = {
      path: dir,
      noSubdir: false,
      // For new files: logs are private.
      permissionsMode: 0o600,
      encoding: 'binary',
      // With overlapping syncs a commit is visible before it is on disk; a line must not be visible before it is durable.
      overlappingSync: false,
      // Implicit batches leave unhandled rejections when a commit fails, and GroupCommit batches anyway.
      eventTurnBatching: false,
    } as const;
    let lock: DirectoryLock | string | undefined;
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const root = open(options);
      // Within a transaction, so that only one process at a time tries.
      lock = root.transactionSync(() => DirectoryLock.acquire(dir));
      await root.close();
      if (typeof lock === 'string') throw new Error(`${lock}. Stop it, or use another directory; servers that share logs need Redis`);
      if (['.', 'data.mdb', 'lock.mdb'].some((name) => isOpenToOthers(statSync(join(dir, name)))))
        onWarning(`Other users of this machine can read the logs in ${dir}: chmod -R go= ${dir}`);
      return new LmdbStore(new LmdbEnvironment(() => open<Buffer, string>(options)), lock);
    } catch (error) {
      if (lock instanceof DirectoryLock) lock.release();
      throw new StoreUnavailableError(`Cannot open the LMDB store in ${dir}: ${messageOf(error)}`, { cause: error });
    }
  }

  async tail(channel: string): Promise<LogTail> {
    return this.#read((tables) => tables.record(channel)?.tail ?? NO_LOG);
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    const length = batch.lines.bytes;
    const { result } = await this.#write(
      length,
      (): { readonly result: AppendResult; readonly unsealed: number } => {
        const { tables } = this.#environment;
        const record = tables.record(channel);
        const tail = record?.tail ?? NO_LOG;
        const reason = refusal(tail, batch);
        if (reason !== undefined) return { result: { ok: false, reason, tail }, unsealed: 0 };
        if (batch.lines.count === 0 && batch.end === undefined) return { result: { ok: true, tail }, unsealed: 0 };
        const appended = tables.append(channel, record, batch);
        return { result: { ok: true, tail: appended.tail }, unsealed: unsealedBytes(appended) };
      },
      ({ result: { ok, tail }, unsealed }) => {
        if (ok) this.#emitAppended(channel, batch, tail);
        this.#sealing.appended(channel, length, unsealed);
      },
    );
    await this.#sealing.room(channel);
    return result;
  }

  async read(channel: string, range: ReadRange): Promise<ReadResult> {
    return this.#read((tables) => tables.read(channel, range));
  }

  async readJson(channel: string, range: ReadRange): Promise<JsonPage> {
    return this.#read((tables) => tables.readJson(channel, range));
  }

  async readSealed(channel: string, after: number): Promise<SealedPage | undefined> {
    return this.#read((tables) => tables.readSealed(channel, after));
  }

  async readBlocks(channel: string, range: BlocksRange): Promise<BlocksResult> {
    return this.#read((tables) => tables.readBlocks(channel, range));
  }

  readonly marks: MarkIndex = {
    levels: async (channel, query) => this.#read((tables) => tables.marks.levels(tables.record(channel), query)),
    groups: async (channel, query) => this.#read((tables) => tables.marks.groups(tables.record(channel), query)),
    seek: async (channel, query) => this.#read((tables) => tables.marks.seek(tables.record(channel), query)),
  };

  async trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    // Mostly there is nothing to remove, which needs no transaction to find out.
    const kept = this.#read((tables) => {
      const record = tables.record(channel);
      if (record === undefined) return NO_LOG;
      return tables.firstRetained(record, retain, now) <= record.tail.first ? record.tail : undefined;
    });
    if (kept !== undefined) return kept;
    const { tail } = await this.#write(
      0,
      () => {
        const record = this.#environment.tables.record(channel);
        if (record === undefined) return { tail: NO_LOG, moved: false };
        const first = this.#environment.tables.firstRetained(record, retain, now);
        const moved = first > record.tail.first;
        return { tail: moved ? this.#environment.tables.raiseFirst(channel, record, first) : record.tail, moved };
      },
      ({ moved }) => {
        if (moved) this.#emitChanged(channel);
      },
    );
    return tail;
  }

  async remove(channel: string): Promise<boolean> {
    return this.#write(
      0,
      () => {
        const record = this.#environment.tables.record(channel);
        if (record !== undefined) this.#environment.tables.remove(channel, record);
        return record !== undefined;
      },
      (removed) => {
        if (removed) this.#emitChanged(channel);
      },
    );
  }

  watch(channel: string, listener: (event: LogEvent) => void): () => void {
    return this.#emitter.add(channel, listener);
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    this.#emitter.emit(channel, { kind: 'part', writer, line });
  }

  async *channels(): AsyncIterable<string> {
    for (let after: string | undefined; ;) {
      const page = this.#read((tables) => tables.channels(after, CHANNEL_PAGE));
      yield* page;
      if (page.length < CHANNEL_PAGE) return;
      after = page.at(-1);
    }
  }

  /** Resolves once everything under way is on disk and the environment is closed. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.all([this.#sweeping, this.#sealing.close()]);
      await this.#commits.idle();
      this.#emitter.clear();
      await this.#environment.close();
      this.#lock.release();
    })();
    return this.#closing;
  }

  #emitAppended(channel: string, batch: Batch, tail: LogTail): void {
    if (!this.#emitter.has(channel)) return;
    if (batch.lines.count > 0) this.#emitter.emit(channel, { kind: 'lines', tail, lines: unpackLines(batch.lines, tail.time) });
    else if (batch.end !== undefined) this.#emitter.emit(channel, { kind: 'changed' });
  }

  #emitChanged(channel: string): void {
    this.#emitter.emit(channel, { kind: 'changed' });
    this.#startSweep();
  }

  #startSweep(): void {
    this.#hasUnswept = true;
    this.#sweeping ??= this.#sweep();
  }

  async #sweep(): Promise<void> {
    try {
      while (this.#hasUnswept && this.#closing === undefined) {
        this.#hasUnswept = false;
        const more = await this.#write(
          0,
          () => this.#environment.tables.sweep(),
          () => undefined,
        );
        this.#hasUnswept ||= more;
      }
    } catch {
      // Only disk space is lost: the next trim or opening continues the sweep.
    }
    this.#sweeping = undefined;
  }

  #read<T>(work: (tables: LmdbTables) => T): T {
    if (this.#closing !== undefined) throw closedError();
    try {
      return work(this.#environment.tables);
    } catch (error) {
      throw new StoreUnavailableError(`The log cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  #write<T>(bytes: number, work: () => T, then: (result: T) => void): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    return this.#commits.submit(bytes, work, then);
  }
}
