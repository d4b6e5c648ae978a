import { backoff, type Client, type Dial } from './dial.ts';

/** Who hears what comes over a connection. */
export interface ShardListener {
  /** It stands, and nothing is subscribed on it. */
  onReady(): void;
  /** It broke, and with it all that was subscribed on it. */
  onLost(): void;
  onMessage(channel: string, message: string): void;
  /** The node does not serve this shard channel any more, and has ended the subscription. */
  onMoved(channel: string): void;
}

/** A connection for shard channels, as the subscriptions need it. */
export interface ShardSubscriber {
  readonly isReady: boolean;
  /** Rejects with what the node said, or when the connection breaks. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Makes sure that the node sees as many subscriptions as this side; if not, the connection is given up and made anew. */
  audit(): Promise<void>;
  close(): void;
}

/**
 * A connection to one node that shard channels are subscribed on, coming back by itself. It subscribes to nothing by
 * itself when it does: the node may serve something else by then, and only who subscribes hears of that.
 */
export class ShardConnection implements ShardSubscriber {
  readonly #dial: Dial;
  readonly #name: string;
  readonly #listener: ShardListener;
  #client: Client | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #subscribed = new Set<string>();
  /** Commands whose answer is awaited, and how many there were in all. */
  #underWay = 0;
  #commands = 0;

  constructor(dial: Dial, name: string, listener: ShardListener) {
    this.#dial = dial;
    this.#name = name;
    this.#listener = listener;
    this.#connect();
  }

  get isReady(): boolean {
    return this.#client !== undefined;
  }

  async subscribe(channel: string): Promise<void> {
    await this.#command((client) => client.sSubscribe(channel, this.#onMessage));
    this.#subscribed.add(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#subscribed.delete(channel);
    await this.#command((client) => client.sUnsubscribe(channel, this.#onMessage));
  }

  async audit(): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#underWay > 0) return;
    const commands = this.#commands;
    const info: unknown = await client.sendCommand(['CLIENT', 'INFO']).catch(() => undefined);
    // Whoever changed something meanwhile has changed the number too.
    if (this.#client !== client || commands !== this.#commands) return;
    const count = /(?:^| )ssub=(\d+)/.exec(String(info))?.[1];
    if (count === undefined || Number(count) === this.#subscribed.size) return;
    // The client misses that a node ends a subscription while another answer is awaited.
    this.#lose(client);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#client !== undefined) this.#lose(this.#client);
  }

  #connect(): void {
    const client = this.#dial(this.#name, (_retries, cause) => cause);
    client.on('error', () => this.#lose(client));
    client.on('sharded-channel-moved', (channel: unknown) => {
      if (this.#client === client && typeof channel === 'string' && this.#subscribed.delete(channel)) this.#listener.onMoved(channel);
    });
    client.connect().then(
      () => {
        if (this.#closed || !client.isReady) {
          client.destroy();
          this.#again();
          return;
        }
        this.#failures = 0;
        this.#client = client;
        this.#listener.onReady();
      },
      () => {
        client.destroy();
        this.#again();
      },
    );
  }

  #lose(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#subscribed = new Set();
    client.destroy();
    this.#listener.onLost();
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#connect(), backoff(this.#failures)).unref();
    this.#failures += 1;
  }

  async #command(send: (client: Client) => Promise<void>): Promise<void> {
    const client = this.#client;
    if (client === undefined) throw new Error('The connection is not there.');
    this.#underWay += 1;
    this.#commands += 1;
    try {
      await send(client);
    } finally {
      this.#underWay -= 1;
    }
    if (this.#client !== client) throw new Error('The connection broke.');
  }

  readonly #onMessage = (message: string, channel: string): void => {
    this.#listener.onMessage(channel, message);
  };
}
