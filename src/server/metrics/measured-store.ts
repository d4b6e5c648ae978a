import { performance } from 'node:perf_hooks';
import type { Line } from '../../protocol/line.ts';
import { contain } from '../util/contain.ts';
import type { Logger } from '../log/logger.ts';
import type {
  AppendResult,
  Batch,
  BlocksRange,
  BlocksResult,
  JsonPage,
  LogStore,
  LogTail,
  LogEvent,
  MarkIndex,
  ReadRange,
  ReadResult,
  Retention,
  SealedPage,
} from '../store.ts';
import type { ServerMetrics, StoreOperation } from './server-metrics.ts';

/**
 * Wraps a store: measures its operations, and contains its failures. An operation that throws rejects instead; failures
 * that no caller waits for are logged.
 */
export class MeasuredStore implements LogStore {
  /** Present if the store has it. */
  readonly readJson?: (channel: string, range: ReadRange) => Promise<JsonPage>;
  /** Present if the store has it. */
  readonly readSealed?: (channel: string, after: number) => Promise<SealedPage | undefined>;
  /** Present if the store has it. */
  readonly readBlocks?: (channel: string, range: BlocksRange) => Promise<BlocksResult>;
  /** Present if the store has it. */
  readonly marks?: MarkIndex;
  readonly #store: LogStore;
  readonly #metrics: ServerMetrics;
  readonly #logger: Pick<Logger, 'error'>;

  constructor(store: LogStore, metrics: ServerMetrics, logger: Pick<Logger, 'error'>) {
    this.#store = store;
    this.#metrics = metrics;
    this.#logger = logger;
    const readJson = store.readJson?.bind(store);
    if (readJson !== undefined) this.readJson = (channel, range) => this.#measure('read', () => readJson(channel, range));
    const readSealed = store.readSealed?.bind(store);
    if (readSealed !== undefined) this.readSealed = (channel, after) => this.#measure('read', () => readSealed(channel, after), isFound);
    const readBlocks = store.readBlocks?.bind(store);
    if (readBlocks !== undefined) this.readBlocks = (channel, range) => this.#measure('read', () => readBlocks(channel, range));
    if (store.marks !== undefined) this.marks = this.#measureMarks(store.marks);
  }

  tail(channel: string): Promise<LogTail> {
    return this.#measure('tail', () => this.#store.tail(channel));
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    const result = await this.#measure('append', () => this.#store.append(channel, batch));
    if (result.ok) {
      this.#metrics.appendedLines.add(batch.lines.count);
      this.#metrics.appendedBytes.add(batch.lines.bytes);
    }
    return result;
  }

  read(channel: string, range: ReadRange): Promise<ReadResult> {
    return this.#measure('read', () => this.#store.read(channel, range));
  }

  trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    return this.#measure('trim', () => this.#store.trim(channel, retain, now));
  }

  remove(channel: string): Promise<boolean> {
    return this.#measure('remove', () => this.#store.remove(channel));
  }

  watch(channel: string, listener: (event: LogEvent) => void): () => void {
    const unwatch = this.#store.watch(channel, (event) => contain(() => listener(event), this.#failed));
    return () => contain(unwatch, this.#failed);
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    contain(() => this.#store.publishPart(channel, writer, line), this.#failed);
  }

  channels(): AsyncIterable<string> {
    return this.#store.channels();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  readonly #failed = (error: unknown): void => {
    this.#logger.error({ event: 'store-failed', err: error }, 'The store failed, or sent an invalid event, outside of a request.');
  };

  #measureMarks(marks: MarkIndex): MarkIndex {
    return {
      levels: (channel, query) => this.#measure('marks', () => marks.levels(channel, query)),
      groups: (channel, query) => this.#measure('marks', () => marks.groups(channel, query)),
      seek: (channel, query) => this.#measure('marks', () => marks.seek(channel, query)),
    };
  }

  /** @param counts Whether an operation with this result is counted. */
  async #measure<T>(operation: StoreOperation, run: () => Promise<T>, counts: (result: T) => boolean = () => true): Promise<T> {
    const from = performance.now();
    let isCounted = true;
    let failed = true;
    try {
      const result = await run();
      failed = false;
      isCounted = counts(result);
      return result;
    } finally {
      if (isCounted) this.#metrics.asked(operation, (performance.now() - from) / 1_000, failed);
    }
  }
}

/** A page that is not sealed is read from its lines then, which is counted. */
function isFound(page: SealedPage | undefined): boolean {
  return page !== undefined;
}
