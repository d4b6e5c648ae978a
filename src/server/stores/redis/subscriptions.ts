import type { Redirect } from './routes.ts';
import type { ShardListener, ShardSubscriber } from './shard-connection.ts';

/** Where shard channels are served. */
export interface ShardMap {
  /** The name of the node that serves a shard channel; undefined when none is known. */
  owner(channel: string): string | undefined;
  /** Whether a node serves anything. */
  serves(node: string): boolean;
  /** A node said that another one serves this shard channel. */
  moved(channel: string, node: string): void;
  /** What an error of a node says about who serves it. */
  redirectOf(error: unknown, node: string): Redirect | undefined;
  /** Begins to connect to a node. */
  connect(node: string, listener: ShardListener): ShardSubscriber;
}

/** Who decides what is subscribed, and hears of it. */
export interface SubscriptionsHost {
  /** The shard channels that should be subscribed now. */
  wanted(): Iterable<string>;
  isWanted(channel: string): boolean;
  onMessage(channel: string, message: string): void;
  /** Messages of this shard channel may have been missed. */
  onGap(channel: string): void;
}

/** How often in a row a node is believed that another one serves a shard channel. */
const MAX_REDIRECTS = 5;

/**
 * Keeps the subscriptions what they should be, each at the node that serves it. For each shard channel one command is under
 * way at a time, so that subscribing and unsubscribing in quick turn cannot overtake each other; what failed is
 * tried again when a connection stands, the routes change, or time has passed.
 */
export class Subscriptions {
  readonly #map: ShardMap;
  readonly #host: SubscriptionsHost;
  readonly #connections = new Map<string, ShardSubscriber>();
  /** The node each one is subscribed at. */
  readonly #at = new Map<string, string>();
  readonly #busy = new Set<string>();
  /** Those whose last attempt failed. */
  #unsettled = new Set<string>();
  #closed = false;

  constructor(map: ShardMap, host: SubscriptionsHost) {
    this.#map = map;
    this.#host = host;
  }

  /** Makes the subscription what is wanted now. */
  settle(channel: string): void {
    if (this.#busy.has(channel) || this.#closed) return;
    this.#busy.add(channel);
    this.#unsettled.delete(channel);
    void this.#work(channel);
  }

  /** To be called now and then: tries again what failed, and looks whether what stands still does. */
  check(): void {
    this.#retry();
    for (const connection of this.#connections.values()) void connection.audit();
  }

  /** To be called when shard channels may be served by other nodes than before. */
  reroute(): void {
    for (const [node, connection] of this.#connections) if (!this.#map.serves(node)) this.#drop(node, connection);
    for (const channel of this.#host.wanted()) this.settle(channel);
  }

  close(): void {
    this.#closed = true;
    for (const [node, connection] of this.#connections) this.#drop(node, connection);
  }

  async #work(channel: string): Promise<void> {
    try {
      for (let redirects = 0; !this.#closed;) {
        const isWanted = this.#host.isWanted(channel);
        const owner = isWanted ? this.#map.owner(channel) : undefined;
        const node = this.#at.get(channel);
        if (node === undefined && !isWanted) return;
        if (node !== undefined && node === owner) return;
        const step = node === undefined ? await this.#subscribe(channel, owner) : await this.#unsubscribe(channel, node);
        if (step === 'failed' || (step === 'moved' && redirects === MAX_REDIRECTS)) break;
        if (step === 'moved') redirects += 1;
      }
      this.#unsettled.add(channel);
    } finally {
      this.#busy.delete(channel);
    }
  }

  async #subscribe(channel: string, owner: string | undefined): Promise<'done' | 'moved' | 'failed'> {
    const connection = owner === undefined ? undefined : this.#connectionTo(owner);
    if (owner === undefined || connection?.isReady !== true) return 'failed';
    try {
      await connection.subscribe(channel);
    } catch (error) {
      const redirect = this.#map.redirectOf(error, owner);
      if (redirect?.kind !== 'MOVED') return 'failed';
      this.#map.moved(channel, redirect.to);
      return 'moved';
    }
    if (this.#connections.get(owner) !== connection) return 'failed';
    this.#at.set(channel, owner);
    // What was told before the subscription stood was missed.
    this.#host.onGap(channel);
    return 'done';
  }

  async #unsubscribe(channel: string, node: string): Promise<'done'> {
    this.#at.delete(channel);
    // Where that fails the connection is gone, or the node does not serve it any more.
    await this.#connections
      .get(node)
      ?.unsubscribe(channel)
      .catch(() => undefined);
    return 'done';
  }

  #retry(): void {
    const channels = this.#unsettled;
    this.#unsettled = new Set();
    for (const channel of channels) this.settle(channel);
  }

  #connectionTo(node: string): ShardSubscriber {
    const known = this.#connections.get(node);
    if (known !== undefined) return known;
    const isCurrent = (): boolean => this.#connections.get(node) === connection;
    const connection = this.#map.connect(node, {
      onReady: () => {
        if (isCurrent()) this.#retry();
      },
      onLost: () => {
        if (isCurrent()) this.#lost(node);
      },
      onMessage: (channel, message) => this.#host.onMessage(channel, message),
      onMoved: (channel) => {
        if (!isCurrent() || this.#at.get(channel) !== node) return;
        this.#at.delete(channel);
        this.settle(channel);
      },
    });
    this.#connections.set(node, connection);
    return connection;
  }

  #drop(node: string, connection: ShardSubscriber): void {
    this.#connections.delete(node);
    connection.close();
    this.#lost(node);
  }

  #lost(node: string): void {
    for (const [channel, at] of this.#at) {
      if (at !== node) continue;
      this.#at.delete(channel);
      this.#unsettled.add(channel);
    }
  }
}
