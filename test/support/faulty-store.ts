import type { Line } from '../../src/protocol/line.ts';
import {
  StoreUnavailableError,
  type AppendResult,
  type Batch,
  type LogStore,
  type LogTail,
  type LogEvent,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../../src/server/store.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';

/** A memory store that can be down, lose news, replace news by mere wake-ups, and answer late. */
export class FaultyStore implements LogStore {
  /** Every question is refused. */
  isDown = false;
  /** What is done with news of lines on their way to watchers. */
  news: 'delivered' | 'lost' | 'changed' = 'delivered';
  /** How often the store was asked. */
  readonly calls = { tail: 0, read: 0, trim: 0 };
  /** Listeners at the moment. */
  watchers = 0;
  readonly #inner: LogStore;
  #held: (() => void)[] | undefined;

  constructor(inner: LogStore = new MemoryStore()) {
    this.#inner = inner;
  }

  /** From now on answers to `tail` and `read` wait, already made, for {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  /** How many answers are held. */
  get held(): number {
    return this.#held?.length ?? 0;
  }

  /** Lets one held answer go, the one at this index modulo how many there are; the others are still held. */
  releaseOne(index: number): void {
    if (this.#held === undefined || this.#held.length === 0) return;
    const [go] = this.#held.splice(index % this.#held.length, 1);
    go?.();
  }

  /** Lets the held answers go, and holds none any more. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  /** The tail as it is, whatever the store's mood. */
  peek(channel: string): Promise<LogTail> {
    return this.#inner.tail(channel);
  }

  tail(channel: string): Promise<LogTail> {
    this.calls.tail += 1;
    return this.#answer(() => this.#inner.tail(channel));
  }

  read(channel: string, range: ReadRange): Promise<ReadResult> {
    this.calls.read += 1;
    return this.#answer(() => this.#inner.read(channel, range));
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    this.#check();
    return this.#inner.append(channel, batch);
  }

  async trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    this.calls.trim += 1;
    this.#check();
    return this.#inner.trim(channel, retain, now);
  }

  async remove(channel: string): Promise<boolean> {
    this.#check();
    return this.#inner.remove(channel);
  }

  watch(channel: string, listener: (news: LogEvent) => void): () => void {
    this.watchers += 1;
    const stop = this.#inner.watch(channel, (news) => {
      if (news.kind === 'part' || this.news === 'delivered') listener(news);
      else if (this.news === 'changed') listener({ kind: 'changed' });
    });
    return () => {
      this.watchers -= 1;
      stop();
    };
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    this.#inner.publishPart(channel, writer, line);
  }

  channels(): AsyncIterable<string> {
    return this.#inner.channels();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #answer<T>(ask: () => Promise<T>): Promise<T> {
    this.#check();
    const answer = await ask();
    const held = this.#held;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    this.#check();
    return answer;
  }

  #check(): void {
    if (this.isDown) throw new StoreUnavailableError('The store is down for a test.');
  }
}
