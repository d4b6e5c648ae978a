import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { forEachLimited } from '../../util/concurrency.ts';
import { DamagedLogError } from './block.ts';
import type { CompressedPage, PageDraft } from './sealed-page-builder.ts';

/** What is sealed. */
export interface SealedLogs {
  /** Whether the format allows sealed pages. */
  isSealable(): boolean;
  /** At most `limit` channels after `after`, in order. */
  channels(after: string | undefined, limit: number): string[];
  /** The next page of a log to seal, or the one after `previous`. */
  draft(channel: string, previous?: PageDraft): PageDraft | undefined;
  /** Stores pages in place of their blocks; resolves to the bytes of text that still wait, or undefined if the log has changed. */
  seal(channel: string, pages: readonly CompressedPage[]): Promise<number | undefined>;
}

/** Each level above saves a few hundredths of the size and costs half as much time again. */
const LEVEL = 6;
/** Compressed, nearly every page fits into one chunk of a quarter of its size. */
const LEAST_CHUNK = 1_024;
/** Pages that are compressed at the same time, in the threads of libuv. */
const LANES = 2;
/** The most that is replaced in one transaction: pages, bytes of text and blocks. */
const STEP_PAGES = 8;
const STEP_BYTES = 2 * 1_024 * 1_024;
const STEP_BLOCKS = 1_024;
/** Bytes of text that may wait; beyond that, appends to a log that waits are acknowledged only once there is room. */
const WAITING_BYTES = 4 * 1_024 * 1_024;
/** Logs that may wait; further ones are found by going through all logs again. */
const WAITING_LOGS = 10_000;
/** Channels that are read at a time when going through all logs. */
const CHANNELS = 256;
/** ms until it is tried again after a failure, such as a full disk. */
const RETRY = 5_000;

const compress = promisify(gzip);

/**
 * Seals pages in the background: those that appends complete, and once after the start all that are left from before. What
 * waits is bounded by acknowledging appends later, so that the blocks that pages replace do not pile up on disk.
 */
export class SealingScheduler {
  readonly #logs: SealedLogs;
  /** The logs that wait, each with the bytes of text that were appended to it and may be sealed. */
  readonly #waiting = new Map<string, number>();
  #bytes = 0;
  /** Where going through all logs has come to; undefined at the start. */
  #scanned: string | undefined;
  #isScanning = true;
  /** Logs that were found in this way. */
  #found: string[] = [];
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #isClosed = false;

  constructor(logs: SealedLogs) {
    this.#logs = logs;
    this.#start();
  }

  /** Lines were appended. @param bytes Their text. @param unsealed Bytes of text of the log that can be sealed now; 0 if no line can. */
  appended(channel: string, bytes: number, unsealed: number): void {
    if (unsealed === 0 || this.#isClosed) return;
    const waiting = this.#waiting.get(channel);
    if (waiting === undefined && this.#waiting.size >= WAITING_LOGS) this.#scanAgain();
    else this.#set(channel, Math.min(unsealed, (waiting ?? 0) + bytes));
    this.#start();
  }

  /** Resolves once there is room for more lines of this log; undefined if there is. */
  room(channel: string): Promise<void> | undefined {
    if (this.#hasRoom || !this.#waiting.has(channel)) return undefined;
    if (this.#room === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#room = { promise, resolve };
    }
    return this.#room.promise;
  }

  /** Stops after what is being stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#release();
    await this.#running;
  }

  /** While sealing fails, appends do not wait for it. */
  get #hasRoom(): boolean {
    return this.#bytes <= WAITING_BYTES || this.#retry !== undefined || this.#isClosed;
  }

  #start(): void {
    if (this.#isClosed || this.#retry !== undefined) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    // The transaction that made pages complete comes first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      for await (const channel of this.#next()) await this.#sealStep(channel);
    } catch {
      if (!this.#isClosed) this.#pause();
    }
  }

  /** The logs with something to seal, one after the other. */
  async *#next(): AsyncGenerator<string> {
    while (!this.#isClosed && this.#logs.isSealable()) {
      const [waiting] = this.#waiting.keys();
      if (waiting !== undefined) {
        yield waiting;
        continue;
      }
      const found = this.#found.pop();
      if (found !== undefined) yield found;
      else if (this.#isScanning) await this.#scan();
      else return;
    }
  }

  /** Goes on through all logs. */
  async #scan(): Promise<void> {
    this.#found = this.#logs.channels(this.#scanned, CHANNELS);
    this.#scanned = this.#found.at(-1);
    this.#isScanning = this.#found.length === CHANNELS;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Seals some pages of a log. */
  async #sealStep(channel: string): Promise<void> {
    try {
      const pages: CompressedPage[] = [];
      await forEachLimited(this.#drafts(channel), LANES, async ([at, { json, ...page }]) => {
        pages[at] = { ...page, gzip: await compress(json, { level: LEVEL, chunkSize: Math.max(LEAST_CHUNK, json.length >> 2) }) };
      });
      const left = pages.length === 0 ? 0 : await this.#logs.seal(channel, pages);
      if (left === undefined) return;
      const waiting = this.#waiting.get(channel);
      const sealed = pages.reduce((sum, { bytes }) => sum + bytes, 0);
      this.#delete(channel);
      if (left > 0) this.#set(channel, Math.max(0, Math.min(left, (waiting ?? 0) - sealed)));
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#delete(channel);
    }
    if (this.#hasRoom) this.#release();
  }

  /** The next pages of a log, as many as one transaction replaces. */
  *#drafts(channel: string): Generator<readonly [at: number, page: PageDraft]> {
    let previous: PageDraft | undefined;
    for (let [pages, bytes, blocks] = [0, 0, 0]; pages < STEP_PAGES && bytes < STEP_BYTES && blocks < STEP_BLOCKS; pages += 1) {
      previous = this.#logs.draft(channel, previous);
      if (previous === undefined) return;
      bytes += previous.bytes;
      blocks += previous.blocks;
      yield [pages, previous];
    }
  }

  #pause(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#start();
    }, RETRY).unref();
    this.#scanAgain();
    this.#release();
  }

  #scanAgain(): void {
    this.#isScanning = true;
    this.#scanned = undefined;
  }

  #release(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #set(channel: string, bytes: number): void {
    this.#bytes += bytes - (this.#waiting.get(channel) ?? 0);
    this.#waiting.set(channel, bytes);
  }

  #delete(channel: string): void {
    this.#bytes -= this.#waiting.get(channel) ?? 0;
    this.#waiting.delete(channel);
  }
}

/** Whether only one log is concerned. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedLogError || (error instanceof Error && error.cause instanceof DamagedLogError);
}
