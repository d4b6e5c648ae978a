import { randomBytes } from 'node:crypto';
import type { Line } from '../../../protocol/line.ts';
import type { AppendResult, Batch, LogEvent, LogStore, LogTail, MarkIndex, ReadRange, ReadResult, Retention } from '../../store.ts';
import { closedError, mintEpoch } from '../store-rules.ts';
import { LogEmitter } from '../log-emitter.ts';
import { parseNodeName, parseAddress } from './address.ts';
import { unavailable } from './failures.ts';
import { RedisMarks } from './redis-marks.ts';
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

/** How a {@link RedisStore} connects to Redis, and what it does there. */
export interface RedisStoreOptions {
  /**
   * - **A server:** `redis://[user:password@]host[:port][/database]`.
   * - **A cluster:** the same without a database. Any node will do, or several separated by commas, one of which has to be up
   *   when the store is opened.
   * - **Sentinels:** `redis+sentinel://[user:password@]host[:port],…/master[/database]` with all Sentinels of a master, and
   *   `?sentinel-user=…&sentinel-password=…` if they require it.
   *
   * With `rediss` instead of `redis` all connections use TLS. `?ca=FILE` names the trusted authorities (default: those of
   * Node.js), `cert=FILE` and `key=FILE` the client certificate; all are PEM files.
   */
  readonly url: string;
  /** Prefix of every key and shard channel: letters, digits, `.`, `_`, `:` and `-`. @default 'log-stream:' */
  readonly prefix?: string;
  /** ms for which a command is retried whose reply was lost with its connection. @default 10000 */
  readonly retryTimeout?: number;
  /** Called for each setting of the server that may lose lines, once the store is opened. @default process.emitWarning */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** ms between two checks of the topology, the subscriptions and the unfinished lines. */
const CHECK_INTERVAL = 1_000;

/**
 * Keeps logs in Redis Streams for any number of server processes. It needs the package `redis`, and Redis 7 or later or
 * Valkey: one server, a cluster, or a master with Sentinels.
 *
 * An append is one atomic script, so that Redis alone decides the order. It resolves once Redis has the lines. How durable they are
 * then depends on its settings: `appendonly yes`, `appendfsync always` to sync each append, and `min-replicas-to-write 1` so that
 * a failover finds them. The server must not evict keys (`maxmemory-policy noeviction`).
 *
 * When a failover or a restart lost lines that this process has seen, the log continues in a new epoch, even if as many lines
 * were appended since.
 */
export class RedisStore implements LogStore {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #watchers = new LogEmitter();
  readonly #subscriptions: Subscriptions;
  readonly #seen = new SeenTails();
  readonly #parts = new PartLeases();
  readonly marks: MarkIndex = new RedisMarks((script, channel, args, parse) => this.#run(script, channel, args, parse));
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  private constructor(link: RedisLink, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
    this.#subscriptions = new Subscriptions(
      {
        ownerOf: (name) => link.ownerOf(name),
        serves: (node) => link.serves(node),
        moved: (name, node) => link.moved(name, node),
        redirectOf: (error, node) => redirectOf(error, parseNodeName(node).host),
        connect: (node, listener) => new ShardConnection(link.dial, node, listener),
      },
      {
        wanted: () => this.#watchers.channels().map((channel) => this.#key(channel, 'n')),
        isWanted: (name) => this.#watchers.has(this.#channelOf(name)),
        onMessage: (name, message) => this.#onMessage(this.#channelOf(name), message),
        onGap: (name) => this.#watchers.emit(this.#channelOf(name), { kind: 'changed' }),
      },
    );
    link.onRoutesChanged(() => this.#subscriptions.reroute());
    this.#timer = setInterval(() => {
      link.check();
      this.#subscriptions.check();
      for (const { channel, news } of this.#parts.expire(performance.now())) this.#watchers.emit(channel, news);
    }, CHECK_INTERVAL).unref();
  }

  /** Connects. Rejects with `StoreUnavailableError` when Redis cannot be reached or is too old. */
  static async open({
    url,
    prefix = 'log-stream:',
    retryTimeout = 10_000,
    onWarning = (message) => process.emitWarning(message, 'LogStreamWarning'),
  }: RedisStoreOptions): Promise<RedisStore> {
    if (!/^[A-Za-z0-9._:-]*$/.test(prefix)) throw new Error('The prefix of Redis keys may contain only letters, digits and . _ : -');
    return new RedisStore(await RedisLink.open({ address: parseAddress(url), retryTimeout, warn: onWarning }), prefix);
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
    this.#subscriptions.sync(this.#key(channel, 'n'));
    return () => {
      unwatch();
      if (!this.#watchers.has(channel)) this.#parts.forget(channel);
      this.#subscriptions.sync(this.#key(channel, 'n'));
    };
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    if (this.#closing !== undefined) return;
    // The writer repeats an unfinished line, so it may be lost.
    this.#link.publish(this.#key(channel, 'n'), encodePart(writer, line));
  }

  async *channels(): AsyncIterable<string> {
    this.#checkOpen();
    const suffix = '}:m';
    const start = `${this.#prefix}{`;
    // SCAN may return a key more than once.
    const seenKeys = new Set<string>();
    for await (const key of this.#link.keys(`${start}*${suffix}`)) {
      if (seenKeys.has(key)) continue;
      seenKeys.add(key);
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

  #onMessage(channel: string, message: string): void {
    const { news, seen } = parseNews(message);
    if (seen !== undefined && !this.#seen.onMessage(channel, seen)) {
      this.#watchers.emit(channel, { kind: 'changed' });
      return;
    }
    if (news.kind === 'part' && this.#watchers.has(channel)) this.#parts.renew(channel, news, performance.now());
    this.#watchers.emit(channel, news);
  }

  async #run<T>(script: Script, channel: string, args: readonly string[], parse: (reply: unknown) => RedisReply<T>): Promise<T> {
    this.#checkOpen();
    const keys = script.keys.map((part) => this.#key(channel, part));
    const sent = this.#seen.get(channel);
    try {
      const { result, seen } = parse(
        await this.#link.run(script, keys, [this.#key(channel, 'n'), mintEpoch(), ...seenArguments(sent), ...args]),
      );
      if (seen !== undefined) this.#seen.onReply(channel, seen, sent);
      return result;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The channel is the hash tag of all keys of a log, so that a cluster keeps them in one slot. */
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
