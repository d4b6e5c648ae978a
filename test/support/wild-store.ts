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

/** What a method of a store does when it is called. */
export type Mood = 'well' | 'throws' | 'rejects' | 'hangs';

/** Methods that a mood is for. */
export const STORE_METHODS = ['tail', 'append', 'read', 'trim', 'remove', 'watch', 'unwatch', 'publishPart', 'channels'] as const;
export type StoreMethod = (typeof STORE_METHODS)[number];

/** What a store may throw, however odd. */
export const FAILURES: readonly unknown[] = [
  new StoreUnavailableError('down'),
  new Error('broken'),
  new TypeError("Cannot read properties of undefined (reading 'x')"),
  undefined,
  null,
  'text',
  0,
  Symbol('failure'),
  Object.create(null),
  {
    get message(): string {
      throw new Error('an error that cannot be read');
    },
  },
];

/** A memory store each of whose methods throws, rejects or never answers when it is told to. */
export class WildStore implements LogStore {
  readonly moods = new Map<StoreMethod, Mood>();
  failure: unknown = FAILURES[0];
  readonly #inner = new MemoryStore();

  tail(channel: string): Promise<LogTail> {
    return this.#ask('tail', () => this.#inner.tail(channel));
  }

  append(channel: string, batch: Batch): Promise<AppendResult> {
    return this.#ask('append', () => this.#inner.append(channel, batch));
  }

  read(channel: string, range: ReadRange): Promise<ReadResult> {
    return this.#ask('read', () => this.#inner.read(channel, range));
  }

  trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    return this.#ask('trim', () => this.#inner.trim(channel, retain, now));
  }

  remove(channel: string): Promise<boolean> {
    return this.#ask('remove', () => this.#inner.remove(channel));
  }

  watch(channel: string, listener: (news: LogEvent) => void): () => void {
    if (this.#mood('watch') !== 'well') throw this.failure;
    const stop = this.#inner.watch(channel, listener);
    return () => {
      stop();
      if (this.#mood('unwatch') !== 'well') throw this.failure;
    };
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    const mood = this.#mood('publishPart');
    if (mood === 'throws') throw this.failure;
    // A method of a store that is written in JavaScript may be async although nobody waits for it.
    if (mood === 'rejects') return this.#reject() as unknown as undefined;
    if (mood === 'well') this.#inner.publishPart(channel, writer, line);
  }

  channels(): AsyncIterable<string> {
    const mood = this.#mood('channels');
    if (mood === 'throws') throw this.failure;
    if (mood === 'rejects') return { [Symbol.asyncIterator]: () => ({ next: () => this.#reject() }) };
    return this.#inner.channels();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #ask<T>(method: StoreMethod, ask: () => Promise<T>): Promise<T> {
    switch (this.#mood(method)) {
      case 'well':
        return ask();
      case 'throws':
        throw this.failure;
      case 'rejects':
        return this.#reject();
      case 'hangs':
        return new Promise(() => undefined);
    }
  }

  async #reject(): Promise<never> {
    throw this.failure;
  }

  #mood(method: StoreMethod): Mood {
    return this.moods.get(method) ?? 'well';
  }
}
