import { performance } from 'node:perf_hooks';
import type { Line } from '../../protocol/line.ts';
import { contain } from '../util/contain.ts';
import type { Logger } from '../log/logger.ts';
import type { AppendResult, Batch, JsonPage, LogStore, LogTail, News, ReadRange, ReadResult, Retention } from '../store.ts';
import type { ServerMetrics, StoreOperation } from './server-metrics.ts';

/**
 * A store that counts what is asked of it, and behind which no store, however it fails, reaches the process: a question that
 * throws is one that rejects, and what nobody waits for only fails in the log.
 */
export class MeasuredStore implements LogStore {
  /** There where the store has it. */
  readonly readJson?: (channel: string, range: ReadRange) => Promise<JsonPage>;
  readonly #store: LogStore;
  readonly #metrics: ServerMetrics;
  readonly #logger: Pick<Logger, 'error'>;

  constructor(store: LogStore, metrics: ServerMetrics, logger: Pick<Logger, 'error'>) {
    this.#store = store;
    this.#metrics = metrics;
    this.#logger = logger;
    const readJson = store.readJson?.bind(store);
    if (readJson !== undefined) this.readJson = (channel, range) => this.#measure('read', () => readJson(channel, range));
  }

  tail(channel: string): Promise<LogTail> {
    return this.#measure('tail', () => this.#store.tail(channel));
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    const result = await this.#measure('append', () => this.#store.append(channel, batch));
    if (result.ok) {
      this.#metrics.appendedLines.add(batch.lines.length);
      this.#metrics.appendedBytes.add(batch.lines.reduce((sum, [text]) => sum + Buffer.byteLength(text), 0));
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

  watch(channel: string, listener: (news: News) => void): () => void {
    const unwatch = this.#store.watch(channel, (news) => contain(() => listener(news), this.#failed));
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
    this.#logger.error(
      { event: 'store-failed', err: error },
      'The store failed, or said what cannot be read, where nobody waits for an answer.',
    );
  };

  async #measure<T>(operation: StoreOperation, ask: () => Promise<T>): Promise<T> {
    const from = performance.now();
    let failed = true;
    try {
      const answer = await ask();
      failed = false;
      return answer;
    } finally {
      this.#metrics.asked(operation, (performance.now() - from) / 1_000, failed);
    }
  }
}
