import { randomBytes } from 'node:crypto';
import type { Line } from '../../protocol/line.ts';
import type { AppendResult, Batch, LogStore, LogTail, News, ReadRange, ReadResult, Retention } from '../store.ts';
import { connect, unavailable, type Link } from './redis-link.ts';
import { SCRIPTS, type Script } from './redis-scripts.ts';
import {
  appendArguments,
  encodePart,
  parseAppend,
  parseNews,
  parseRead,
  parseRemove,
  parseTrim,
  readArguments,
  trimArguments,
} from './redis-wire.ts';
import { Subscriptions } from './redis-subscriptions.ts';
import { closedError, mintEpoch } from './rules.ts';
import { Watchers } from './watchers.ts';

/** Which Redis a {@link RedisStore} uses, and how. */
export interface RedisStoreOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss:` for TLS. */
  readonly url: string;
  /** Begins the name of every key and shard channel; letters, digits, `.`, `_`, `:` and `-`. @default 'log-stream:' */
  readonly prefix?: string;
  /** ms for which an answer that was lost with its connection is asked for again. @default 10000 */
  readonly patience?: number;
}

/** Logs whose newest head is remembered, to notice when a failover lost lines. */
const SEEN = 10_000;

/**
 * Keeps logs in Redis Streams (Redis 7 or later, or Valkey; package `redis`), for any number of server processes. An
 * append is one atomic script, so its order is Redis's and nobody else's. It resolves once Redis has it: how durable
 * that is, Redis's own settings say (`appendonly yes`, `appendfsync always` for a sync each). The server must not evict
 * (`maxmemory-policy noeviction`). When a failover lost lines that this process has seen acknowledged, the log goes on
 * in a new epoch.
 */
export class RedisStore implements LogStore {
  readonly #link: Link;
  readonly #prefix: string;
  readonly #watchers = new Watchers();
  readonly #subscriptions: Subscriptions;
  readonly #seen = new Map<string, { readonly epoch: string; readonly head: number }>();
  #closing: Promise<void> | undefined;

  private constructor(link: Link, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
    this.#subscriptions = new Subscriptions(link.news, {
      wanted: () => this.#watchers.channels().map((channel) => this.#key(channel, 'n')),
      isWanted: (name) => this.#watchers.has(this.#channelOf(name)),
      onMessage: (name, message) => this.#hear(this.#channelOf(name), message),
      onGap: (name) => this.#watchers.tell(this.#channelOf(name), { kind: 'wake' }),
    });
  }

  /** Connects. Rejects with StoreUnavailable when Redis cannot be reached or is too old. */
  static async open({ url, prefix = 'log-stream:', patience = 10_000 }: RedisStoreOptions): Promise<RedisStore> {
    if (!/^[A-Za-z0-9._:-]*$/.test(prefix)) throw new Error('The prefix of Redis keys may hold letters, digits and . _ : - only.');
    return new RedisStore(await connect(url, patience), prefix);
  }

  async tail(channel: string): Promise<LogTail> {
    const { tail } = await this.read(channel, { after: 0, limit: 0, bytes: 0 });
    return tail;
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    const result = await this.#run(SCRIPTS.append, channel, appendArguments(newId(), batch), parseAppend);
    this.#see(channel, result.tail);
    return result;
  }

  async read(channel: string, range: ReadRange): Promise<ReadResult> {
    const result = await this.#run(SCRIPTS.read, channel, readArguments(range), parseRead);
    this.#see(channel, result.tail);
    return result;
  }

  async trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    for (;;) {
      const { more, tail } = await this.#run(SCRIPTS.trim, channel, trimArguments(retain, now), parseTrim);
      if (!more) return tail;
    }
  }

  async remove(channel: string): Promise<boolean> {
    return this.#run(SCRIPTS.remove, channel, [newId()], parseRemove);
  }

  watch(channel: string, listener: (news: News) => void): () => void {
    const unwatch = this.#watchers.add(channel, listener);
    this.#subscriptions.settle(this.#key(channel, 'n'));
    return () => {
      unwatch();
      this.#subscriptions.settle(this.#key(channel, 'n'));
    };
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    if (this.#closing !== undefined) return;
    // A part is gone in a moment anyway: one that cannot be sent is not missed.
    this.#link.commands.sPublish(this.#key(channel, 'n'), encodePart(writer, line)).catch(() => undefined);
  }

  async *channels(): AsyncIterable<string> {
    this.#checkOpen();
    const suffix = '}:m';
    const start = `${this.#prefix}{`;
    // SCAN may name a key more than once.
    const named = new Set<string>();
    try {
      for await (const keys of this.#link.commands.scanIterator({ MATCH: `${start}*${suffix}`, COUNT: 1_000 })) {
        for (const key of keys) {
          if (named.has(key)) continue;
          named.add(key);
          yield key.slice(start.length, -suffix.length);
        }
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.close();
    this.#watchers.clear();
    return this.#closing;
  }

  #hear(channel: string, message: string): void {
    const news = parseNews(message);
    if (news.kind === 'lines') this.#see(channel, news.tail);
    this.#watchers.tell(channel, news);
  }

  async #run<T>(script: Script, channel: string, args: readonly string[], parse: (reply: unknown) => T): Promise<T> {
    this.#checkOpen();
    const seen = this.#seen.get(channel);
    const keys = [this.#key(channel, 'm'), this.#key(channel, 's'), this.#key(channel, 'i')];
    try {
      return parse(
        await this.#link.run(script, keys, [this.#key(channel, 'n'), mintEpoch(), seen?.epoch ?? '', String(seen?.head ?? 0), ...args]),
      );
    } catch (error) {
      throw unavailable(error);
    }
  }

  #see(channel: string, { epoch, head }: LogTail): void {
    const seen = this.#seen.get(channel);
    // Answers and news come over two connections: an older one must not undo a newer.
    if (seen?.epoch === epoch && seen.head >= head) return;
    this.#seen.delete(channel);
    this.#seen.set(channel, { epoch, head });
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= SEEN) break;
      this.#seen.delete(oldest);
    }
  }

  /** All keys of a log carry its name as hash tag, so that a cluster keeps them together. */
  #key(channel: string, part: 'm' | 's' | 'i' | 'n'): string {
    return `${this.#prefix}{${channel}}:${part}`;
  }

  #channelOf(name: string): string {
    return name.slice(this.#prefix.length + '{'.length, -'}:n'.length);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}

function newId(): string {
  return randomBytes(12).toString('base64url');
}
