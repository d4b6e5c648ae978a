import type { Redirect } from './routes.ts';
import type { ShardListener, ShardSubscriber } from './shard-connection.ts';

/** Knows where shard channels are served, and connects there. */
export interface ShardMap {
  /** The name of the node that serves a shard channel; undefined when none is known. */
  ownerOf(channel: string): string | undefined;
  /** Whether a node serves any slots. */
  serves(node: string): boolean;
  /** Records that a node redirected this shard channel to another one. */
  moved(channel: string, node: string): void;
  /** The redirect in an error of a node; undefined when the error is none. */
  redirectOf(error: unknown, node: string): Redirect | undefined;
  /** Starts connecting to a node. */
  connect(node: string, listener: ShardListener): ShardSubscriber;
}

/** Decides what is subscribed, and receives the messages. */
export interface SubscriptionsHost {
  /** The shard channels that should be subscribed now. */
  wanted(): Iterable<string>;
  isWanted(channel: string): boolean;
  onMessage(channel: string, message: string): void;
  /** Messages on this shard channel may have been missed. */
  onGap(channel: string): void;
}

/** Redirects of one subscription that are followed in a row. */
const MAX_REDIRECTS = 5;

/**
 * Keeps each wanted shard channel subscribed at the node that serves it. A channel has one command under way at a time, so that
 * subscribing and unsubscribing in quick succession cannot overtake each other. A failed subscription is tried again when a
 * connection is ready, when the routes change, and with each `check()`.
 */
export class Subscriptions {
  readonly #shards: ShardMap;
  readonly #host: SubscriptionsHost;
  readonly #connections = new Map<string, ShardSubscriber>();
  /** The node that each channel is subscribed at. */
  readonly #nodeOf = new Map<string, string>();
  /** Channels with a command under way. */
  readonly #busy = new Set<string>();
  /** Channels whose last attempt failed. */
  #failed = new Set<string>();
  #closed = false;

  constructor(shards: ShardMap, host: SubscriptionsHost) {
    this.#shards = shards;
    this.#host = host;
  }

  /** Subscribes to or unsubscribes from a channel, whichever is wanted now. */
  sync(channel: string): void {
    if (this.#busy.has(channel) || this.#closed) return;
    this.#busy.add(channel);
    this.#failed.delete(channel);
    void this.#reconcile(channel);
  }

  /** Retries failed subscriptions and audits the others. To be called at intervals. */
  check(): void {
    this.#retryFailed();
    for (const connection of this.#connections.values()) void connection.audit();
  }

  /** Moves the subscriptions to their current nodes. To be called when the routes change. */
  reroute(): void {
    for (const [node, connection] of this.#connections) if (!this.#shards.serves(node)) this.#drop(node, connection);
    for (const channel of this.#host.wanted()) this.sync(channel);
  }

  close(): void {
    this.#closed = true;
    for (const [node, connection] of this.#connections) this.#drop(node, connection);
  }

  async #reconcile(channel: string): Promise<void> {
    try {
      for (let redirects = 0; !this.#closed;) {
        const isWanted = this.#host.isWanted(channel);
        const owner = isWanted ? this.#shards.ownerOf(channel) : undefined;
        const node = this.#nodeOf.get(channel);
        if (node === undefined && !isWanted) return;
        if (node !== undefined && node === owner) return;
        const step = node === undefined ? await this.#subscribe(channel, owner) : await this.#unsubscribe(channel, node);
        if (step === 'failed' || (step === 'moved' && redirects === MAX_REDIRECTS)) break;
        if (step === 'moved') redirects += 1;
      }
      this.#failed.add(channel);
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
      const redirect = this.#shards.redirectOf(error, owner);
      if (redirect?.kind !== 'MOVED') return 'failed';
      this.#shards.moved(channel, redirect.to);
      return 'moved';
    }
    if (this.#connections.get(owner) !== connection) return 'failed';
    this.#nodeOf.set(channel, owner);
    // Messages from before the subscription were missed.
    this.#host.onGap(channel);
    return 'done';
  }

  async #unsubscribe(channel: string, node: string): Promise<'done'> {
    this.#nodeOf.delete(channel);
    // A failure means that the connection broke or that the node no longer serves the channel: it is unsubscribed anyway.
    await this.#connections
      .get(node)
      ?.unsubscribe(channel)
      .catch(() => undefined);
    return 'done';
  }

  #retryFailed(): void {
    const channels = this.#failed;
    this.#failed = new Set();
    for (const channel of channels) this.sync(channel);
  }

  #connectionTo(node: string): ShardSubscriber {
    const existing = this.#connections.get(node);
    if (existing !== undefined) return existing;
    const isCurrent = (): boolean => this.#connections.get(node) === connection;
    const connection = this.#shards.connect(node, {
      onReady: () => {
        if (isCurrent()) this.#retryFailed();
      },
      onLost: () => {
        if (isCurrent()) this.#onNodeLost(node);
      },
      onMessage: (channel, message) => this.#host.onMessage(channel, message),
      onMoved: (channel) => {
        if (!isCurrent() || this.#nodeOf.get(channel) !== node) return;
        this.#nodeOf.delete(channel);
        this.sync(channel);
      },
    });
    this.#connections.set(node, connection);
    return connection;
  }

  #drop(node: string, connection: ShardSubscriber): void {
    this.#connections.delete(node);
    connection.close();
    this.#onNodeLost(node);
  }

  #onNodeLost(node: string): void {
    for (const [channel, at] of this.#nodeOf) {
      if (at !== node) continue;
      this.#nodeOf.delete(channel);
      this.#failed.add(channel);
    }
  }
}
