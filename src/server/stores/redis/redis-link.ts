import { setTimeout as pause } from 'node:timers/promises';
import type * as redis from 'redis';
import { StoreUnavailableError } from '../../store.ts';
import { merge } from '../../util/merge.ts';
import { parseNodeName, type RedisAddress } from './address.ts';
import { discover } from './discover.ts';
import { dialSentinels, dialServers, readTls, type Client, type Dial } from './dial.ts';
import { isDemoted, isSlotUnserved, isSelectRefused, classifyFailure, reasonOf, unavailable, UnsentError } from './failures.ts';
import { NodePool } from './node-pool.ts';
import { redirectOf } from './routes.ts';
import type { Script } from './scripts.ts';
import type { Topology } from './topology.ts';

type Redis = typeof redis;

export interface RedisLinkOptions {
  readonly address: RedisAddress;
  /** ms for which a command is retried whose reply was lost with the connection. */
  readonly retryTimeout: number;
  readonly warn: (message: string) => void;
}

const ONE_DATABASE = 'A Redis cluster has one database only. Remove the number from the URL.';
/** Redirects of one command that are followed; more are a fault of the cluster. */
const MAX_REDIRECTS = 16;
/** Minimum ms between two refreshes of the topology. */
const MIN_REFRESH_INTERVAL = 250;

/**
 * Sends commands to a single server, to the node of a cluster that serves their key, or to the master that Sentinels name.
 * It builds on plain clients of the package; docs/decisions/redis-client.md says why.
 */
export class RedisLink {
  readonly dial: Dial;
  readonly #redis: Redis;
  readonly #retryTimeout: number;
  readonly #pool: NodePool;
  readonly #topology: Topology;
  readonly #routeListeners = new Set<() => void>();
  #refreshing: Promise<void> | undefined;
  /** Why the last refresh failed. */
  #refreshError: unknown;
  #closed = false;

  private constructor(redis: Redis, dial: Dial, pool: NodePool, topology: Topology, retryTimeout: number) {
    this.#redis = redis;
    this.dial = dial;
    this.#pool = pool;
    this.#topology = topology;
    this.#retryTimeout = retryTimeout;
  }

  /** Connects. Rejects with {@link StoreUnavailableError} when that fails. */
  static async open({ address, retryTimeout, warn }: RedisLinkOptions): Promise<RedisLink> {
    const { tls: files, sentinel } = address;
    const tls = files === undefined ? undefined : await readTls(files);
    const redis = await import('redis');
    const dial = dialServers(redis, address, tls);
    const pool = new NodePool(dial, { reconnects: sentinel === undefined });
    try {
      const topology = await discover(address, pool, (credentials) => dialSentinels(redis, credentials, tls), warn);
      const link = new RedisLink(redis, dial, pool, topology, retryTimeout);
      link.#connectOwners();
      return link;
    } catch (error) {
      await pool.close();
      throw unavailable(address.database !== 0 && isSelectRefused(error) ? new StoreUnavailableError(ONE_DATABASE) : error);
    }
  }

  /** The name of the node that serves a key; undefined when none is known. */
  ownerOf(key: string): string | undefined {
    return this.#topology.ownerOf(key);
  }

  /** Whether a node serves any keys. */
  serves(name: string): boolean {
    return this.#topology.owners.has(name);
  }

  /** Records that a node redirected this key to another one. */
  moved(key: string, owner: string): void {
    this.#topology.setOwner(key, owner);
    void this.refresh();
  }

  /** Calls `listener` whenever any key may have another owner. */
  onRoutesChanged(listener: () => void): void {
    this.#routeListeners.add(listener);
  }

  /**
   * Runs a script on the node that serves its keys. Rejects with {@link StoreUnavailableError} when it did not run, or when
   * that could not be found out in time. Scripts may run twice: those that change something recognise a repetition.
   */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    let deadline: number | undefined;
    for (;;) {
      try {
        return await this.#runOnOwner(script, keys, args);
      } catch (error) {
        const failure = classifyFailure(error, this.#redis);
        if (isSlotUnserved(error)) void this.refresh();
        if (failure === 'refused' || (failure === 'unsent' && deadline === undefined)) throw unavailable(error);
        // The connection broke after the command was sent, so it may have run; or its slot is being moved.
        deadline ??= Date.now() + this.#retryTimeout;
        await pause(10 + Math.random() * 90);
        if (this.#closed || Date.now() >= deadline) throw unavailable(error);
      }
    }
  }

  /** Publishes to a shard channel if its node is connected; otherwise the message is dropped. */
  publish(channel: string, message: string): void {
    const name = this.ownerOf(channel);
    if (name === undefined || !this.#pool.isReady(name)) return;
    const client = this.#pool.get(name);
    if (client instanceof Promise) return;
    client.sPublish(channel, message).catch((error: unknown) => {
      const redirect = redirectOf(error, parseNodeName(name).host);
      if (redirect?.kind === 'MOVED') this.moved(channel, redirect.to);
    });
  }

  /**
   * The matching keys of all nodes. A key may appear more than once. Rejects with {@link StoreUnavailableError} after the keys
   * of the other nodes when one fails or hangs.
   */
  async *keys(pattern: string): AsyncIterable<string> {
    try {
      const { owners } = this.#topology;
      if (owners.size === 0) throw new StoreUnavailableError(this.#noOwnerReason());
      for await (const keys of merge([...owners].map((name) => this.#pagesOfKeys(name, pattern)))) yield* keys;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Refreshes the topology when it may have changed without an error. To be called at intervals. */
  check(): void {
    if (this.#topology.needsPolling || !this.#isFullyConnected) void this.refresh();
  }

  /** Refreshes the topology, once at a time and at a limited rate. Never rejects. */
  refresh(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#refreshing ??= this.#refreshTopology()
      .then(() => pause(MIN_REFRESH_INTERVAL, undefined, { ref: false }))
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#topology.close(), this.#pool.close()]);
  }

  async *#pagesOfKeys(name: string, pattern: string): AsyncGenerator<readonly string[]> {
    const client = await this.#pool.get(name);
    yield* client.scanIterator({ MATCH: pattern, COUNT: 1_000 });
  }

  /** Whether every node that serves keys is connected. */
  get #isFullyConnected(): boolean {
    const { owners } = this.#topology;
    return owners.size > 0 && [...owners].every((name) => this.#pool.isReady(name));
  }

  async #refreshTopology(): Promise<void> {
    try {
      const changed = await this.#topology.refresh();
      this.#refreshError = undefined;
      if (!changed || this.#closed) return;
    } catch (error) {
      // The next command and the next check refresh again.
      this.#refreshError = error;
      return;
    }
    this.#connectOwners();
    for (const listener of this.#routeListeners) listener();
  }

  /** Connects to all nodes that serve keys, and disconnects from all others. */
  #connectOwners(): void {
    const { owners } = this.#topology;
    if (owners.size > 0) this.#pool.keepOnly(owners);
    for (const owner of owners) void this.#pool.get(owner);
  }

  /** Why no owner is known. */
  #noOwnerReason(): string {
    return this.#refreshError === undefined ? 'no server serves this log at the moment' : reasonOf(this.#refreshError);
  }

  async #runOnOwner(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const [key = ''] = keys;
    let to = this.ownerOf(key);
    let isAsking = false;
    for (let redirects = 0; ; redirects += 1) {
      if (this.#closed) throw new UnsentError('The store is closed.');
      if (to === undefined) {
        void this.refresh();
        throw new UnsentError(this.#noOwnerReason(), { cause: this.#refreshError });
      }
      const reaching = this.#clientOf(to);
      const client = reaching instanceof Promise ? await reaching : reaching;
      try {
        return await evaluate(client, script, { keys: [...keys], arguments: [...args] }, isAsking);
      } catch (error) {
        if (isDemoted(error)) this.#pool.drop(to, client);
        const redirect = redirectOf(error, parseNodeName(to).host);
        if (redirect === undefined || redirects === MAX_REDIRECTS) throw error;
        if (redirect.kind === 'MOVED') this.moved(key, redirect.to);
        ({ to } = redirect);
        isAsking = redirect.kind === 'ASK';
      }
    }
  }

  /** A connected client. It is returned synchronously if there is one, so that commands are sent in the order of their calls. */
  #clientOf(name: string): Client | Promise<Client> {
    const client = this.#pool.get(name);
    if (client instanceof Promise) {
      return client.catch((error: unknown) => {
        void this.refresh();
        throw new UnsentError(reasonOf(error), { cause: error });
      });
    }
    if (client.isReady) return client;
    void this.refresh();
    const cause = this.#pool.lastErrorOf(name);
    throw new UnsentError(reasonOf(cause ?? 'still connecting'), { cause });
  }
}

async function evaluate(
  client: Client,
  { source, sha }: Script,
  options: { keys: string[]; arguments: string[] },
  isAsking: boolean,
): Promise<unknown> {
  // ASKING applies to the next command on the connection, so both are sent together.
  const send = async (command: () => Promise<unknown>): Promise<unknown> =>
    isAsking ? (await Promise.all([client.sendCommand(['ASKING']), command()]))[1] : command();
  try {
    return await send(() => client.evalSha(sha, options));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return send(() => client.eval(source, options));
  }
}
