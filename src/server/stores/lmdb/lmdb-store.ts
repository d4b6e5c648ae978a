import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from '../../../protocol/line.ts';
import { isOpenToOthers } from '../../util/file-modes.ts';
import {
  NO_LOG,
  StoreUnavailableError,
  type AppendResult,
  type Batch,
  type JsonPage,
  type LogStore,
  type LogTail,
  type News,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../../store.ts';
import { GroupCommit } from './group-commit.ts';
import { LmdbEnvironment, message } from './lmdb-environment.ts';
import { DirectoryLock } from './directory-lock.ts';
import { closedError, refusal, stamp } from '../rules.ts';
import { Watchers } from '../watchers.ts';

/** Where an {@link LmdbStore} keeps its data. */
export interface LmdbStoreOptions {
  /** Directory of the environment; made when it is not there. One directory holds one store, which one process uses. */
  readonly dir: string;
  /** Told when other users of the machine can get at the files. @default a warning of the process */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Names read at once by `channels()`, so that no snapshot is held while the caller takes its time. */
const CHANNEL_PAGE = 1_000;

/**
 * Keeps logs on disk with LMDB (package `lmdb`). An append resolves once it has been synced to disk, and nobody sees
 * a line earlier: what was acknowledged is there, with its epoch and number, however the process or the machine ends.
 * Appends under way at the same time share a transaction, so many writers cost few syncs.
 *
 * One process uses a directory: a second one is refused, since its viewers would hear late of what the first one
 * appends. The file does not shrink; the room of removed and trimmed lines is used again.
 */
export class LmdbStore implements LogStore {
  readonly #environment: LmdbEnvironment;
  readonly #lock: DirectoryLock;
  readonly #commits: GroupCommit;
  readonly #watchers = new Watchers();
  #sweeping: Promise<void> | undefined;
  /** There may be something to sweep since the sweep under way looked last. */
  #unswept = false;
  #closing: Promise<void> | undefined;

  private constructor(environment: LmdbEnvironment, lock: DirectoryLock) {
    this.#environment = environment;
    this.#lock = lock;
    this.#commits = new GroupCommit((work) => environment.transact(work));
    this.#startSweep();
  }

  /** Opens or makes a store. Rejects with {@link StoreUnavailableError} when the directory cannot be used. */
  static async open({
    dir,
    onWarning = (message) => process.emitWarning(message, 'LogStreamWarning'),
  }: LmdbStoreOptions): Promise<LmdbStore> {
    const { open } = await import('lmdb');
    const options = {
      path: dir,
      noSubdir: false,
      // Of the files that are made; logs hold what is not for others.
      permissionsMode: 0o600,
      encoding: 'binary',
      // With overlapping syncs a commit is seen before it is on disk; a line must not be seen before it is durable.
      overlappingSync: false,
      // The implicit batches leave promises that nobody handles when a commit fails, and GroupCommit batches anyway.
      eventTurnBatching: false,
    } as const;
    let lock: DirectoryLock | string | undefined;
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const root = open(options);
      // Within a transaction, of which LMDB lets only one process have one at a time.
      lock = root.transactionSync(() => DirectoryLock.take(dir));
      await root.close();
      if (typeof lock === 'string') throw new Error(`${lock}. Stop it, or use another directory; servers that share logs need Redis`);
      if (['.', 'data.mdb', 'lock.mdb'].some((name) => isOpenToOthers(statSync(join(dir, name)))))
        onWarning(`Other users of this machine can get at the logs in ${dir}: chmod -R go= ${dir}`);
      return new LmdbStore(new LmdbEnvironment(() => open<Buffer, string>(options)), lock);
    } catch (error) {
      if (lock instanceof DirectoryLock) lock.release();
      throw new StoreUnavailableError(`Cannot open the LMDB store in ${dir}: ${message(error)}`, { cause: error });
    }
  }

  async tail(channel: string): Promise<LogTail> {
    return this.#read(() => this.#environment.tables.record(channel)?.tail ?? NO_LOG);
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    return this.#write(
      textLength(batch),
      (): AppendResult => {
        const record = this.#environment.tables.record(channel);
        const tail = record?.tail ?? NO_LOG;
        const reason = refusal(tail, batch);
        if (reason !== undefined) return { ok: false, reason, tail };
        if (batch.lines.length === 0 && batch.end === undefined) return { ok: true, tail };
        return { ok: true, tail: this.#environment.tables.append(channel, record, batch) };
      },
      (result) => {
        if (result.ok) this.#tellAppended(channel, batch, result.tail);
      },
    );
  }

  async read(channel: string, range: ReadRange): Promise<ReadResult> {
    return this.#read(() => this.#environment.tables.read(channel, range));
  }

  async readJson(channel: string, range: ReadRange): Promise<JsonPage> {
    return this.#read(() => this.#environment.tables.readJson(channel, range));
  }

  async trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    // Most often there is nothing to do: found out without waiting for a transaction.
    const kept = this.#read(() => {
      const record = this.#environment.tables.record(channel);
      if (record === undefined) return NO_LOG;
      return this.#environment.tables.floor(record, retain, now) <= record.tail.first ? record.tail : undefined;
    });
    if (kept !== undefined) return kept;
    const { tail } = await this.#write(
      0,
      () => {
        const record = this.#environment.tables.record(channel);
        if (record === undefined) return { tail: NO_LOG, moved: false };
        const first = this.#environment.tables.floor(record, retain, now);
        const moved = first > record.tail.first;
        return { tail: moved ? this.#environment.tables.raiseFirst(channel, record, first) : record.tail, moved };
      },
      ({ moved }) => {
        if (moved) this.#changed(channel);
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
        if (removed) this.#changed(channel);
      },
    );
  }

  watch(channel: string, listener: (news: News) => void): () => void {
    return this.#watchers.add(channel, listener);
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    this.#watchers.tell(channel, { kind: 'part', writer, line });
  }

  async *channels(): AsyncIterable<string> {
    for (let after: string | undefined; ;) {
      const page = this.#read(() => this.#environment.tables.channels(after, CHANNEL_PAGE));
      yield* page;
      if (page.length < CHANNEL_PAGE) return;
      after = page.at(-1);
    }
  }

  /** Resolves once everything that was begun is on disk and the environment is closed. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#sweeping;
      await this.#commits.idle();
      this.#watchers.clear();
      await this.#environment.close();
      this.#lock.release();
    })();
    return this.#closing;
  }

  #tellAppended(channel: string, batch: Batch, tail: LogTail): void {
    if (!this.#watchers.has(channel)) return;
    if (batch.lines.length > 0) this.#watchers.tell(channel, { kind: 'lines', tail, lines: stamp(tail.time, batch.lines) });
    else if (batch.end !== undefined) this.#watchers.tell(channel, { kind: 'wake' });
  }

  #changed(channel: string): void {
    this.#watchers.tell(channel, { kind: 'wake' });
    this.#startSweep();
  }

  #startSweep(): void {
    this.#unswept = true;
    this.#sweeping ??= this.#sweep();
  }

  async #sweep(): Promise<void> {
    try {
      while (this.#unswept && this.#closing === undefined) {
        this.#unswept = false;
        const more = await this.#write(
          0,
          () => this.#environment.tables.sweep(),
          () => undefined,
        );
        this.#unswept ||= more;
      }
    } catch {
      // Nothing is lost but room: what is left to sweep is on disk, and the next trim or opening goes on with it.
    }
    this.#sweeping = undefined;
  }

  #read<T>(work: () => T): T {
    if (this.#closing !== undefined) throw closedError();
    try {
      return work();
    } catch (error) {
      throw new StoreUnavailableError(`The log cannot be read: ${message(error)}`, { cause: error });
    }
  }

  #write<T>(bytes: number, work: () => T, then: (result: T) => void): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    return this.#commits.submit(bytes, work, then);
  }
}

function textLength({ lines }: Batch): number {
  return lines.reduce((sum, [text]) => sum + text.length, 0);
}
