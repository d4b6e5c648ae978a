import {
  StoreUnavailable,
  type AppendResult,
  type Batch,
  type LogStore,
  type LogTail,
  type News,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../../../src/server/store.ts';
import type { Line } from '../../../src/protocol/line.ts';
import { MemoryStore } from '../../../src/server/stores/memory.ts';

/** A store in memory that can go down, and whose appends and reads can be held up. */
export class FaultyStore implements LogStore {
  readonly #store = new MemoryStore();
  readonly batches: Batch[] = [];
  readonly parts: (Line | null)[] = [];
  readonly reads: ReadRange[] = [];
  isDown = false;
  /** Called before each append; may hold it up, fail it, or write something else first. */
  beforeAppend: (batch: Batch) => Promise<void> | void = () => undefined;
  /** Called before each read. */
  beforeRead: (range: ReadRange) => Promise<void> | void = () => undefined;

  /** The store without faults. */
  get sound(): LogStore {
    return this.#store;
  }

  async tail(channel: string): Promise<LogTail> {
    this.#check();
    return this.#store.tail(channel);
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    await this.beforeAppend(batch);
    this.#check();
    this.batches.push(batch);
    return this.#store.append(channel, batch);
  }

  async read(channel: string, range: ReadRange): Promise<ReadResult> {
    await this.beforeRead(range);
    this.#check();
    this.reads.push(range);
    return this.#store.read(channel, range);
  }

  async trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    this.#check();
    return this.#store.trim(channel, retain, now);
  }

  async remove(channel: string): Promise<boolean> {
    this.#check();
    return this.#store.remove(channel);
  }

  watch(channel: string, listener: (news: News) => void): () => void {
    return this.#store.watch(channel, listener);
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    this.parts.push(line);
    this.#store.publishPart(channel, writer, line);
  }

  channels(): AsyncIterable<string> {
    return this.#store.channels();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #check(): void {
    if (this.isDown) throw new StoreUnavailable('The store is down.');
  }
}

/** A door that is shut until it is opened. */
export class Gate {
  readonly passed: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
