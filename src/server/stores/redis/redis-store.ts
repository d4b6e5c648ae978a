import { randomBytes } from 'node:crypto';
import type { Line } from '../../../protocol/line.ts';
import type { AppendResult, Batch, LogStore, LogTail, LogEvent, ReadRange, ReadResult, Retention } from '../../store.ts';
import { closedError, mintEpoch } from '../rules.ts';
import { LogEmitter } from '../log-emitter.ts';
import { nodeOf, parseAddress } from './address.ts';
import { unavailable } from './failures.ts';
import { RedisLink } from './redis-link.ts';
import { PartLeases } from './part-leases.ts';
import { redirectOf } from './routes.ts';
import { SCRIPTS, type KeyPart, type Script } from './scripts.ts';
import { seenArguments, SeenTails } from './seen-tails.ts';
import { ShardConnection } from './shard-connection.ts';
import { Subscriptions } from './subscriptions.ts';
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
  type RedisReply,
} from './replies.ts';

/** Which Redis a {@link RedisStore} uses, and how. */
export interface RedisStoreOptions {
  /**
   * `redis://[user:password@]host[:port][/database]`. Any node of a cluster will do, or several of them with commas between,
   * of which one has to be up when the store is opened. Or `redis+sentinel://[user:password@]host[:port],…/master[/database]`
   * with all Sentinels of a master; they are asked as `?sentinel-user=…&sentinel-password=…` where they want that. With `rediss`
   * in place of `redis` all connections use TLS: `?ca=FILE` names the authorities that are believed (those of Node.js, where
   * left out), `cert=FILE` and `key=FILE` the certificate that this side shows; all in PEM.
   */
  readonly url: string;
  /** Begins the name of every key and shard channel; letters, digits, `.`, `_`, `:` and `-`. @default 'log-stream:' */
  readonly prefix?: string;
  /** ms for which an answer that was lost with its connection is asked for again. @default 10000 */
  readonly patience?: number;
  /** Told, when the store is opened, what about the server may lose lines. @default a warning of the process */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** ms between two looks at whether the subscriptions stand, and who has fallen silent. */
const CHECK = 1_000;

/**
 * Keeps logs in Redis Streams (Redis 7 or later, or Valkey, alone or as a cluster; package `redis`), for any number of
 * server processes. An append is one atomic script, so its order is Redis's and nobody else's. It resolves once Redis has
 * it: how durable that is, Redis's own settings say (`appendonly yes`, `appendfsync always` for a sync each,
 * `min-replicas-to-write 1` where a failover should find it). The server must not evict (`maxmemory-policy noeviction`).
 * When a failover or a restart lost lines that this process has seen acknowledged, the log goes on in a new epoch, also
 * when others have appended as many since.
 */
export class RedisStore implements LogStore {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #watchers = new LogEmitter();
  readonly #subscriptions: Subscriptions;
  readonly #seen = new SeenTails();
  readonly #parts = new PartLeases();
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  private constructor(link: RedisLink, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
    this.#subscriptions = new Subscriptions(
      {
        owner: (name) => link.owner(name),
        serves: (node) => link.serves(node),
        moved: (name, node) => link.moved(name, node),
        redirectOf: (error, node) => redirectOf(error, nodeOf(node).host),
        connect: (node, listener) => new ShardConnection(link.dial, node, listener),
      },
      {
        wanted: () => this.#watchers.channels().map((channel) => this.#key(channel, 'n')),
        isWanted: (name) => this.#watchers.has(this.#channelOf(name)),
        onMessage: (name, message) => this.#hear(this.#channelOf(name), message),
        onGap: (name) => this.#watchers.emit(this.#channelOf(name), { kind: 'changed' }),
      },
    );
    link.onRoutes(() => this.#subscriptions.reroute());
    this.#timer = setInterval(() => {
      link.check();
      this.#subscriptions.check();
      for (const { channel, news } of this.#parts.expire(performance.now())) this.#watchers.emit(channel, news);
    }, CHECK).unref();
  }

  /** Connects. Rejects with StoreUnavailableError when Redis cannot be reached or is too old. */
  static async open({
    url,
    prefix = 'log-stream:',
    patience = 10_000,
    onWarning = (message) => process.emitWarning(message, 'LogStreamWarning'),
  }: RedisStoreOptions): Promise<RedisStore> {
    if (!/^[A-Za-z0-9._:-]*$/.test(prefix)) throw new Error('The prefix of Redis keys may hold letters, digits and . _ : - only.');
    return new RedisStore(await RedisLink.open({ address: parseAddress(url), patience, warn: onWarning }), prefix);
  }

  async tail(channel: string): Promise<LogTail> {
    const { tail } = await this.read(channel, { after: 0, limit: 0, bytes: 0 });
    return tail;
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    return this.#run(SCRIPTS.append, channel, appendArguments(newId(), batch), parseAppend);
  }

  async read(channel: string, range: ReadRange): Promise<ReadResult> {
    return this.#run(SCRIPTS.read, channel, readArguments(range), parseRead);
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

  watch(channel: string, listener: (news: LogEvent) => void): () => void {
    const unwatch = this.#watchers.add(channel, listener);
    this.#subscriptions.settle(this.#key(channel, 'n'));
    return () => {
      unwatch();
      if (!this.#watchers.has(channel)) this.#parts.forget(channel);
      this.#subscriptions.settle(this.#key(channel, 'n'));
    };
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    if (this.#closing !== undefined) return;
    // A part is gone in a moment anyway: one that cannot be sent is not missed.
    this.#link.publish(this.#key(channel, 'n'), encodePart(writer, line));
  }

  async *channels(): AsyncIterable<string> {
    this.#checkOpen();
    const suffix = '}:m';
    const start = `${this.#prefix}{`;
    // SCAN may name a key more than once.
    const named = new Set<string>();
    for await (const key of this.#link.keys(`${start}*${suffix}`)) {
      if (named.has(key)) continue;
      named.add(key);
      yield key.slice(start.length, -suffix.length);
    }
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#watchers.clear();
    this.#subscriptions.close();
    this.#closing ??= this.#link.close();
    return this.#closing;
  }

  #hear(channel: string, message: string): void {
    const { news, seen } = parseNews(message);
    if (seen !== undefined && !this.#seen.heard(channel, seen)) {
      this.#watchers.emit(channel, { kind: 'changed' });
      return;
    }
    if (news.kind === 'part' && this.#watchers.has(channel)) this.#parts.hear(channel, news, performance.now());
    this.#watchers.emit(channel, news);
  }

  async #run<T>(script: Script, channel: string, args: readonly string[], parse: (reply: unknown) => RedisReply<T>): Promise<T> {
    this.#checkOpen();
    const keys = script.keys.map((part) => this.#key(channel, part));
    const asked = this.#seen.get(channel);
    try {
      const { result, seen } = parse(
        await this.#link.run(script, keys, [this.#key(channel, 'n'), mintEpoch(), ...seenArguments(asked), ...args]),
      );
      if (seen !== undefined) this.#seen.answered(channel, seen, asked);
      return result;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** All keys of a log carry its name as hash tag, so that a cluster keeps them together. */
  #key(channel: string, part: KeyPart | 'n'): string {
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
