import { setTimeout as pause } from 'node:timers/promises';
import type * as redis from 'redis';
import { StoreUnavailableError } from '../../store.ts';
import { nodeOf, type RedisAddress } from './address.ts';
import { dialSentinels, dialServers, readTls, type Client, type Dial } from './dial.ts';
import { isDemoted, isHeadless, isSelectRefused, judge, reasonOf, unavailable, UnsentError } from './failures.ts';
import { Nodes } from './nodes.ts';
import { redirectOf } from './routes.ts';
import type { Script } from './scripts.ts';
import { discover, type Topology } from './topology.ts';

type Redis = typeof redis;

export interface RedisLinkOptions {
  readonly address: RedisAddress;
  /** ms in which the answer to something that was sent is got, over a new connection if need be. */
  readonly patience: number;
  readonly warn: (message: string) => void;
}

const ONE_DATABASE = 'A Redis cluster has one database only: leave the number out of the URL.';
/** How often a command is sent on to another node before that is taken for a mistake of the cluster. */
const MAX_REDIRECTS = 16;
/** ms at least between two questions who serves what. */
const REFRESH_PAUSE = 250;

/**
 * Commands to one server, to the node of a cluster that serves their key, or to the master that Sentinels name. Written upon
 * plain clients of the package: its client for clusters subscribes anew without looking whether that worked, and waits
 * without end for a node that does not come.
 */
export class RedisLink {
  /** How to connect to a node. */
  readonly dial: Dial;
  readonly #redis: Redis;
  readonly #patience: number;
  readonly #nodes: Nodes;
  readonly #topology: Topology;
  readonly #onRoutes = new Set<() => void>();
  #refreshing: Promise<void> | undefined;
  /** Why the last question who serves what was not answered. */
  #trouble: unknown;
  #closed = false;

  private constructor(redis: Redis, dial: Dial, nodes: Nodes, topology: Topology, patience: number) {
    this.#redis = redis;
    this.dial = dial;
    this.#nodes = nodes;
    this.#topology = topology;
    this.#patience = patience;
  }

  /** Connects, or rejects with {@link StoreUnavailableError} at the first failure. */
  static async open({ address, patience, warn }: RedisLinkOptions): Promise<RedisLink> {
    const { tls: files, sentinel } = address;
    const tls = files === undefined ? undefined : await readTls(files);
    const redis = await import('redis');
    const dial = dialServers(redis, address, tls);
    const nodes = new Nodes(dial, { returning: sentinel === undefined });
    try {
      const topology = await discover(address, nodes, (credentials) => dialSentinels(redis, credentials, tls), warn);
      const link = new RedisLink(redis, dial, nodes, topology, patience);
      link.#adopt();
      return link;
    } catch (error) {
      await nodes.close();
      throw unavailable(address.database !== 0 && isSelectRefused(error) ? new StoreUnavailableError(ONE_DATABASE) : error);
    }
  }

  /** The name of the node that serves a key; undefined when none is known. */
  owner(key: string): string | undefined {
    return this.#topology.owner(key);
  }

  /** Whether a node serves anything. */
  serves(name: string): boolean {
    return this.#topology.owners.has(name);
  }

  /** A node answered that another one serves this key. */
  moved(key: string, owner: string): void {
    this.#topology.learn(key, owner);
    void this.refresh();
  }

  /** Calls `listener` whenever keys may be served by other nodes than before. */
  onRoutes(listener: () => void): void {
    this.#onRoutes.add(listener);
  }

  /**
   * Runs a script on the node of its keys. Rejects with {@link StoreUnavailableError} when it did not run, or when that cannot
   * be found out in time; scripts that change something recognise that they are run again.
   */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    let deadline: number | undefined;
    for (;;) {
      try {
        return await this.#route(script, keys, args);
      } catch (error) {
        const failure = judge(error, this.#redis);
        if (isHeadless(error)) void this.refresh();
        if (failure === 'refused' || (failure === 'unsent' && deadline === undefined)) throw unavailable(error);
        // It was sent and the connection broke, and only the server knows; or a slot is just being moved.
        deadline ??= Date.now() + this.#patience;
        await pause(10 + Math.random() * 90);
        if (this.#closed || Date.now() >= deadline) throw unavailable(error);
      }
    }
  }

  /** Publishes to a shard channel, if that is possible right now. */
  publish(channel: string, message: string): void {
    const name = this.owner(channel);
    if (name === undefined || !this.#nodes.isReady(name)) return;
    const client = this.#nodes.get(name);
    if (client instanceof Promise) return;
    client.sPublish(channel, message).catch((error: unknown) => {
      const redirect = redirectOf(error, nodeOf(name).host);
      if (redirect?.kind === 'MOVED') this.moved(channel, redirect.to);
    });
  }

  /** The keys that match, of all nodes; one may come more than once. */
  async *keys(pattern: string): AsyncIterable<string> {
    try {
      const { owners } = this.#topology;
      if (owners.size === 0) throw new StoreUnavailableError(this.#nobody());
      for (const name of owners) {
        const client = await this.#nodes.get(name);
        for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 1_000 })) yield* keys;
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** To be called now and then: finds out what changed without anybody saying so. */
  check(): void {
    if (this.#topology.isWatched || !this.#isWhole) void this.refresh();
  }

  /** Asks anew which node serves what; once at a time and not too often. Never rejects. */
  refresh(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#refreshing ??= this.#ask()
      .then(() => pause(REFRESH_PAUSE, undefined, { ref: false }))
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#topology.close(), this.#nodes.close()]);
  }

  /** Whether every node that serves something can be asked right now. */
  get #isWhole(): boolean {
    const { owners } = this.#topology;
    return owners.size > 0 && [...owners].every((name) => this.#nodes.isReady(name));
  }

  async #ask(): Promise<void> {
    try {
      const changed = await this.#topology.ask();
      this.#trouble = undefined;
      if (!changed || this.#closed) return;
    } catch (error) {
      // It is asked again when somebody wants something, and now and then.
      this.#trouble = error;
      return;
    }
    this.#adopt();
    for (const listener of this.#onRoutes) listener();
  }

  /** Holds connections to the nodes that serve anything, and to no others. */
  #adopt(): void {
    const { owners } = this.#topology;
    if (owners.size > 0) this.#nodes.keep(owners);
    for (const owner of owners) void this.#nodes.get(owner);
  }

  /** Why nobody is known who serves something. */
  #nobody(): string {
    return this.#trouble === undefined ? 'no server is known to have this log' : reasonOf(this.#trouble);
  }

  async #route(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const [key = ''] = keys;
    let to = this.owner(key);
    let asking = false;
    for (let redirects = 0; ; redirects += 1) {
      if (this.#closed) throw new UnsentError('The store is closed.');
      if (to === undefined) {
        void this.refresh();
        throw new UnsentError(this.#nobody(), { cause: this.#trouble });
      }
      const reached = this.#reach(to);
      const client = reached instanceof Promise ? await reached : reached;
      try {
        return await evaluate(client, script, { keys: [...keys], arguments: [...args] }, asking);
      } catch (error) {
        if (isDemoted(error)) this.#nodes.renew(to, client);
        const redirect = redirectOf(error, nodeOf(to).host);
        if (redirect === undefined || redirects === MAX_REDIRECTS) throw error;
        if (redirect.kind === 'MOVED') this.moved(key, redirect.to);
        ({ to } = redirect);
        asking = redirect.kind === 'ASK';
      }
    }
  }

  /** A connection to a node that is up; at once where there is one, so that what is asked first is sent first. */
  #reach(name: string): Client | Promise<Client> {
    const client = this.#nodes.get(name);
    if (client instanceof Promise) {
      return client.catch((error: unknown) => {
        void this.refresh();
        throw new UnsentError(reasonOf(error), { cause: error });
      });
    }
    if (client.isReady) return client;
    void this.refresh();
    const trouble = this.#nodes.troubleOf(name);
    throw new UnsentError(reasonOf(trouble ?? 'the connection is being made'), { cause: trouble });
  }
}

async function evaluate(
  client: Client,
  { source, sha }: Script,
  options: { keys: string[]; arguments: string[] },
  asking: boolean,
): Promise<unknown> {
  // The permission holds for the next command of the connection, and is sent with it.
  const send = async (command: () => Promise<unknown>): Promise<unknown> =>
    asking ? (await Promise.all([client.sendCommand(['ASKING']), command()]))[1] : command();
  try {
    return await send(() => client.evalSha(sha, options));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return send(() => client.eval(source, options));
  }
}
