/** What of a Redis client the subscriptions need. */
export interface ShardSubscriber {
  sSubscribe(channel: string, listener: (message: string, channel: string) => void): Promise<void>;
  sUnsubscribe(channel: string, listener: (message: string, channel: string) => void): Promise<void>;
  on(event: 'ready', listener: () => void): unknown;
}

/** Who decides what is subscribed, and hears of it. */
export interface SubscriptionsHost {
  /** The shard channels that should be subscribed now. */
  wanted(): Iterable<string>;
  isWanted(name: string): boolean;
  onMessage(name: string, message: string): void;
  /** Messages of this shard channel may have been missed. */
  onGap(name: string): void;
}

/**
 * Keeps the subscriptions of a client what they should be. For each shard channel one command is under way at a time,
 * so that subscribing and unsubscribing in quick turn cannot overtake each other; what failed with the connection is
 * done once that is back.
 */
export class Subscriptions {
  readonly #client: ShardSubscriber;
  readonly #host: SubscriptionsHost;
  readonly #subscribed = new Set<string>();
  readonly #busy = new Set<string>();

  constructor(client: ShardSubscriber, host: SubscriptionsHost) {
    this.#client = client;
    this.#host = host;
    client.on('ready', () => {
      // The client has subscribed anew by itself to what it was subscribed to.
      for (const name of this.#subscribed) host.onGap(name);
      for (const name of new Set([...host.wanted(), ...this.#subscribed])) this.settle(name);
    });
  }

  /** Makes the subscription what is wanted now. */
  settle(name: string): void {
    if (this.#busy.has(name)) return;
    this.#busy.add(name);
    void this.#settle(name);
  }

  async #settle(name: string): Promise<void> {
    try {
      while (this.#host.isWanted(name) !== this.#subscribed.has(name)) {
        if (this.#subscribed.has(name)) {
          await this.#client.sUnsubscribe(name, this.#onMessage);
          this.#subscribed.delete(name);
        } else {
          await this.#client.sSubscribe(name, this.#onMessage);
          this.#subscribed.add(name);
          // What was told before the subscription stood was missed.
          this.#host.onGap(name);
        }
      }
    } catch {
      // The connection broke: all is settled again when it is back.
    }
    this.#busy.delete(name);
  }

  readonly #onMessage = (message: string, name: string): void => {
    this.#host.onMessage(name, message);
  };
}
