import type { SearchQuery } from '../../protocol/search/query.ts';
import type { Logger } from '../log/logger.ts';
import { StoreUnavailableError, type LogStore, type LogTail } from '../store.ts';
import { readBlocks, type ReadBlocks } from './block-reader.ts';
import { LineStarts } from './line-starts.ts';
import { packBlocks } from './scan/packed-blocks.ts';
import type { HitForm, ScanResult, ScanTask } from './scan/scan-task.ts';
import { SearchUnavailableError, SlowSearchError } from './search-error.ts';
import type { SearchPool } from './search-pool.ts';

/** What is searched, and how its hits are reported. */
export interface LogSearchOptions {
  readonly channel: string;
  readonly epoch: string;
  readonly query: SearchQuery;
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one, which must not be beyond the head. */
  readonly upto: number;
  readonly form: HitForm;
  /** After so many hits they are only counted. */
  readonly limit: number;
  readonly isBackwards: boolean;
}

/** What a search works with. */
export interface SearchResources {
  readonly store: LogStore;
  readonly pool: Pick<SearchPool, 'turns' | 'run'>;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/**
 * How a search ended: `slow`, because its pattern takes too long; `reset`, because the log was removed; `unavailable`, because the
 * store or the threads failed, or the server closes; `stopped` by its signal.
 */
export type SearchEnd = 'done' | 'slow' | 'reset' | 'unavailable' | 'stopped';

/** Receives hits as NDJSON. A promise is returned if the reader must read before it is sent more. */
export type HitSink = (output: Uint8Array<ArrayBuffer>) => Promise<void> | undefined;

/** Stored bytes read at a time. */
const CHUNK = 1_024 * 1_024;
const SMALLEST_CHUNK = 64 * 1_024;
/** Lines of a window, going backwards: from page to page at least. */
const PAGE = 1_000;
const WIDEST_WINDOW = 8 * PAGE;
/** A window of ordinary lines fits. */
const WINDOW_BYTES = 4 * CHUNK;

/** Blocks that were read in their turn. */
interface Chunk extends ReadBlocks {
  readonly giveBack: () => void;
}

class ResetError extends Error {
  override readonly name = 'ResetError';
}

/** One search in one log. */
export class LogSearch {
  readonly #resources: SearchResources;
  readonly #options: LogSearchOptions;
  readonly #signal: AbortSignal;
  readonly #starts: LineStarts;
  /** Forwards: the lines up to this one were looked at. Backwards: those after it. */
  #reached: number;
  #found = 0;
  #given = 0;

  constructor(resources: SearchResources, options: LogSearchOptions, signal: AbortSignal) {
    this.#resources = resources;
    this.#options = options;
    this.#signal = signal;
    this.#starts = new LineStarts(resources.store, options.channel);
    this.#reached = options.isBackwards ? options.upto : options.after;
  }

  /** How many lines were looked at. */
  get scanned(): number {
    const { after, upto, isBackwards } = this.#options;
    return isBackwards ? upto - this.#reached : this.#reached - after;
  }

  get found(): number {
    return this.#found;
  }

  /** The line that was looked at last. */
  get line(): number {
    return this.#options.isBackwards ? this.#reached + 1 : this.#reached;
  }

  /** Searches all lines, and passes the hits to `sink`. */
  async run(sink: HitSink): Promise<SearchEnd> {
    try {
      await (this.#options.isBackwards ? this.#backwards(sink) : this.#forwards(sink));
      return 'done';
    } catch (error) {
      return this.#endOf(error);
    }
  }

  async #forwards(sink: HitSink): Promise<void> {
    const { after, upto } = this.#options;
    if (after >= upto) return;
    let { from, isInside } = await this.#starts.upTo(after + 1);
    let bytes = CHUNK;
    let ahead: Promise<Chunk> | undefined;
    try {
      while (this.#reached < upto) {
        const chunk = await (ahead ?? this.#read(from, bytes));
        ahead = undefined;
        if (chunk.blocks.length === 0) {
          chunk.giveBack();
          // Retention took the line meanwhile.
          from = this.#firstOf(chunk.tail, from);
          isInside = false;
          this.#reached = Math.min(from - 1, upto);
          continue;
        }
        const scanning = this.#scan(chunk, { after, upto, from, isInside });
        ahead = chunk.last < upto ? this.#readAhead(chunk.last + 1, bytes) : undefined;
        const result = await scanning;
        const isProgress = result.reached >= from;
        if (result.reached < chunk.last) {
          discard(ahead);
          ahead = undefined;
          bytes = isProgress ? Math.max(SMALLEST_CHUNK, bytes / 2) : bytes * 2;
        } else bytes = Math.min(CHUNK, bytes * 2);
        ({ isInside } = result);
        from = result.reached + 1;
        this.#reached = Math.min(Math.max(this.#reached, result.reached), upto);
        const pending = this.#pass(result, sink);
        if (pending === undefined) continue;
        // Nothing is held for a reader that does not read.
        discard(ahead);
        ahead = undefined;
        await pending;
      }
    } finally {
      discard(ahead);
    }
  }

  /** Goes from window to window, since blocks can only be read forwards. */
  async #backwards(sink: HitSink): Promise<void> {
    let floor = this.#options.after;
    let lines = PAGE;
    let bytes = WINDOW_BYTES;
    while (this.#reached > floor) {
      const upto = this.#reached;
      const start = Math.max(floor, lines >= PAGE ? Math.floor((upto - lines) / PAGE) * PAGE : upto - lines);
      const { from, isInside } = await this.#starts.upTo(start + 1);
      const chunk = await this.#read(from, bytes);
      if (chunk.blocks.length === 0) {
        chunk.giveBack();
        // Retention took the line meanwhile.
        floor = this.#firstOf(chunk.tail, from) - 1;
        continue;
      }
      const result = await this.#scan(chunk, { after: start, upto, from, isInside });
      // A window that does not fit is made smaller; a single line that does not fit needs more bytes.
      if (result.reached < upto) bytes = WINDOW_BYTES;
      else if (upto - start === 1) bytes *= 2;
      lines = result.reached === start ? Math.min(WIDEST_WINDOW, lines * 2) : Math.max(1, Math.floor((upto - start) / 4));
      this.#reached = result.reached;
      await this.#pass(result, sink);
    }
    this.#reached = this.#options.after;
  }

  /** The first line that can be read instead of one that is no longer held. */
  #firstOf(tail: LogTail, from: number): number {
    if (tail.first <= from) throw new StoreUnavailableError('Lines that are held could not be read.');
    return tail.first;
  }

  #pass({ output, given, found }: ScanResult, sink: HitSink): Promise<void> | undefined {
    this.#given += given;
    this.#found += found;
    return output === undefined ? undefined : sink(output);
  }

  async #read(from: number, bytes: number): Promise<Chunk> {
    return this.#readInTurn(await this.#resources.pool.turns.take(), from, bytes);
  }

  /** Undefined if no turn is free: others come first. */
  #readAhead(from: number, bytes: number): Promise<Chunk> | undefined {
    const turn = this.#resources.pool.turns.takeIfFree();
    if (turn === undefined) return undefined;
    const chunk = this.#readInTurn(turn, from, bytes);
    // Whether it failed is seen when the chunk is used.
    chunk.catch(() => undefined);
    return chunk;
  }

  async #readInTurn(giveBack: () => void, from: number, bytes: number): Promise<Chunk> {
    try {
      if (this.#signal.aborted) throw new SearchUnavailableError('The search was stopped.');
      const { channel, epoch } = this.#options;
      const read = await readBlocks(this.#resources.store, channel, from, bytes);
      if (read.tail.epoch !== epoch) throw new ResetError();
      return { ...read, giveBack };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async #scan(chunk: Chunk, range: Pick<ScanTask, 'after' | 'upto' | 'from' | 'isInside'>): Promise<ScanResult> {
    const { query, form, limit, isBackwards } = this.#options;
    const { pool, logger } = this.#resources;
    try {
      const blocks = packBlocks(chunk.blocks);
      const isAtHead = chunk.last >= chunk.tail.head;
      const task: ScanTask = { query, form, limit: limit - this.#given, isBackwards, ...range, blocks, isAtHead };
      const answer = await pool.run({ kind: 'scan', task }, [blocks.data, blocks.index.buffer as ArrayBuffer], this.#signal);
      if (answer.kind === 'scanned' && answer.result !== undefined) return answer.result;
      if (answer.kind === 'hard') throw new SlowSearchError(answer.message);
      if (answer.kind === 'damaged') logger.error({ event: 'search-damaged', reason: answer.message }, 'Lines cannot be read.');
      throw new SearchUnavailableError('The blocks could not be searched.');
    } finally {
      chunk.giveBack();
    }
  }

  #endOf(error: unknown): SearchEnd {
    if (this.#signal.aborted) return 'stopped';
    if (error instanceof ResetError) return 'reset';
    if (error instanceof SlowSearchError) return 'slow';
    const { logger } = this.#resources;
    if (error instanceof StoreUnavailableError) logger.warn({ event: 'store-refused', err: error }, 'The store failed; a search ended.');
    else logger.error({ event: 'search-failed', err: error }, 'A search failed.');
    return 'unavailable';
  }
}

function discard(ahead: Promise<Chunk> | undefined): void {
  ahead?.then(
    ({ giveBack }) => giveBack(),
    () => undefined,
  );
}
