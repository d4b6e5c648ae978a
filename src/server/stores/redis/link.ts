import { setTimeout as pause } from 'node:timers/promises';
import type * as redis from 'redis';
import { StoreUnavailable } from '../../store.ts';
import { nameOf, nodeOf, type RedisAddress } from './address.ts';
import { readFacts, type ServerFacts } from './facts.ts';
import { isDemoted, isHeadless, isSelectRefused, judge, reasonOf, unavailable, Unsent } from './failures.ts';
import { Nodes, type Client } from './nodes.ts';
import { redirectOf, Routes } from './routes.ts';
import type { Script } from './scripts.ts';

type Redis = typeof redis;

export interface LinkOptions {
  readonly address: RedisAddress;
  /** ms in which the answer to something that was sent is got, over a new connection if need be. */
  readonly patience: number;
  readonly warn: (message: string) => void;
}

const ONE_DATABASE = 'A Redis cluster has one database only: leave the number out of the URL.';
/** How often a command is sent on to another node before that is taken for a mistake of the cluster. */
const MAX_REDIRECTS = 16;
/** ms at least between two questions for the slots of a cluster. */
const REFRESH_PAUSE = 250;

/**
 * Commands to one server, or to the node of a cluster that serves their key. Written upon plain clients of the package:
 * its client for clusters subscribes anew without looking whether that worked, and waits without end for a node that
 * does not come.
 */
export class Link {
  readonly #redis: Redis;
  readonly #address: RedisAddress;
  readonly #patience: number;
  readonly #nodes: Nodes;
  /** Undefined for a single server. */
  #routes: Routes | undefined;
  /** Whether a part of the routes came from elsewhere than the last refresh. */
  #learned = false;
  readonly #onRoutes = new Set<() => void>();
  #refreshing: Promise<void> | undefined;
  #closed = false;

  private constructor(redis: Redis, { address, patience }: LinkOptions) {
    this.#redis = redis;
    this.#address = address;
    this.#patience = patience;
    this.#nodes = new Nodes(redis, address);
  }

  /** Connects, or rejects with {@link StoreUnavailable} at the first failure. */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(await import('redis'), options);
    try {
      await link.#start(options.warn);
      return link;
    } catch (error) {
      await link.close();
      throw unavailable(options.address.database !== 0 && isSelectRefused(error) ? new StoreUnavailable(ONE_DATABASE) : error);
    }
  }

  /** The name of the node that serves a key; undefined when none is known. */
  owner(key: string): string | undefined {
    return this.#routes === undefined ? this.#first : this.#routes.owner(key);
  }

  /** Whether a node serves anything. */
  serves(name: string): boolean {
    return this.#routes === undefined ? name === this.#first : this.#routes.owners.has(name);
  }

  /** A node answered that another one serves this key. */
  moved(key: string, owner: string): void {
    if (this.#routes === undefined) return;
    this.#routes.learn(key, owner);
    this.#learned = true;
    void this.refresh();
  }

  /** Calls `listener` whenever keys may be served by other nodes than before. */
  onRoutes(listener: () => void): void {
    this.#onRoutes.add(listener);
  }

  get redis(): Redis {
    return this.#redis;
  }

  get address(): RedisAddress {
    return this.#address;
  }

  /**
   * Runs a script on the node of its keys. Rejects with {@link StoreUnavailable} when it did not run, or when that cannot
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
      for (const name of this.#routes?.owners ?? [this.#first]) {
        const client = await this.#nodes.get(name);
        for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 1_000 })) yield* keys;
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Asks a cluster anew which node serves what; once at a time and not too often. Never rejects. */
  refresh(): Promise<void> {
    if (this.#routes === undefined || this.#closed) return Promise.resolve();
    this.#refreshing ??= this.#askForRoutes(this.#routes)
      .then(() => pause(REFRESH_PAUSE, undefined, { ref: false }))
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  /** Whether every node that serves something can be asked right now. */
  get isWhole(): boolean {
    if (this.#routes === undefined) return this.#nodes.isReady(this.#first);
    const { owners } = this.#routes;
    return owners.size > 0 && [...owners].every((name) => this.#nodes.isReady(name));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#nodes.close();
  }

  /** The first server of the address; the only one, where it is no cluster. */
  get #first(): string {
    const [node] = this.#address.nodes;
    return node === undefined ? '' : nameOf(node);
  }

  async #start(warn: (message: string) => void): Promise<void> {
    const { client, name } = await this.#anySeed();
    const facts = readFacts(await client.info());
    if (!facts.isCluster) {
      if (this.#address.nodes.length > 1)
        throw new StoreUnavailable(
          `Several servers are given, but ${name} is not part of a cluster: give one, or start them with cluster-enabled yes.`,
        );
      check(facts.refusal);
      for (const warning of facts.warnings) warn(warning);
      return;
    }
    const routes = new Routes();
    routes.replace(await client.sendCommand(['CLUSTER', 'SLOTS']), nodeOf(name).host);
    this.#routes = routes;
    const said = new Set<string>();
    for (const { refusal, warnings } of await Promise.all([...routes.owners].map((owner) => this.#factsOf(owner)))) {
      check(refusal);
      for (const warning of warnings) said.add(warning);
    }
    for (const warning of said) warn(warning);
    if (routes.owners.size === 0)
      throw new StoreUnavailable('The Redis cluster serves nothing yet: give its nodes their slots (redis-cli --cluster create).');
    this.#nodes.keep(routes.owners);
  }

  /** One that is away cannot be asked: its logs are, once it or its replica is back. */
  async #factsOf(name: string): Promise<ServerFacts> {
    try {
      return readFacts(await (await this.#nodes.get(name)).info());
    } catch {
      return readFacts('');
    }
  }

  /** The first server of the address that answers. */
  async #anySeed(): Promise<{ readonly client: Client; readonly name: string }> {
    let failure: unknown;
    for (const name of this.#address.nodes.map(nameOf)) {
      try {
        return { client: await this.#nodes.get(name), name };
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #askForRoutes(routes: Routes): Promise<void> {
    const ready = this.#nodes.ready;
    // Any of them: one that is cut off from the others does not know better when it is asked again.
    ready.sort(() => Math.random() - 0.5);
    try {
      for (const { name, client } of ready.length > 0 ? ready : [await this.#anySeed()]) {
        const reply: unknown = await client.sendCommand(['CLUSTER', 'SLOTS']).catch(() => undefined);
        if (reply === undefined) continue;
        const changed = routes.replace(reply, nodeOf(name).host);
        if (!changed && !this.#learned) return;
        this.#learned = false;
        this.#adopt(routes.owners);
        for (const listener of this.#onRoutes) listener();
        return;
      }
    } catch {
      // No node answers: it is asked again when somebody wants something.
    }
  }

  /** Holds connections to the nodes that serve anything, and to no others. */
  #adopt(owners: ReadonlySet<string>): void {
    if (owners.size > 0) this.#nodes.keep(owners);
    for (const owner of owners) void this.#nodes.get(owner);
  }

  async #route(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const [key = ''] = keys;
    let to = this.owner(key);
    let asking = false;
    for (let redirects = 0; ; redirects += 1) {
      if (this.#closed) throw new Unsent('The store is closed.');
      if (to === undefined) throw new Unsent('no node of the cluster serves this log');
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
        throw new Unsent(reasonOf(error), { cause: error });
      });
    }
    if (client.isReady) return client;
    void this.refresh();
    const trouble = this.#nodes.troubleOf(name);
    throw new Unsent(reasonOf(trouble ?? 'the connection is being made'), { cause: trouble });
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

function check(refusal: string | undefined): void {
  if (refusal !== undefined) throw new StoreUnavailable(refusal);
}
