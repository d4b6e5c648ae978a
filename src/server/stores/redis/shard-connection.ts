import { backoff, type Client, type Dial } from './dial.ts';

/** Handles the events of a {@link ShardConnection}. */
export interface ShardListener {
  /** It is connected, with no subscriptions. */
  onReady(): void;
  /** The connection broke, and all of its subscriptions ended. */
  onLost(): void;
  onMessage(channel: string, message: string): void;
  /** The node no longer serves this shard channel, and has ended the subscription. */
  onMoved(channel: string): void;
}

/** A connection for shard channels, as {@link Subscriptions} needs it. */
export interface ShardSubscriber {
  readonly isReady: boolean;
  /** Rejects with the error of the node, or when the connection breaks. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Reconnects if the node holds another number of subscriptions than this side does. */
  audit(): Promise<void>;
  close(): void;
}

type Phase =
  | { readonly name: 'connecting' | 'ready'; readonly client: Client }
  | { readonly name: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly name: 'closed' };

/**
 * A connection to one node for subscriptions to shard channels.
 *
 *     connecting ⇄ waiting        close() leads to closed from any phase
 *          ↓          ↑
 *        ready ───────┘
 *
 * It reconnects by itself but does not resubscribe: the node may serve other slots by then, and only the reply to a subscription
 * tells.
 */
export class ShardConnection implements ShardSubscriber {
  readonly #dial: Dial;
  readonly #name: string;
  readonly #listener: ShardListener;
  #phase: Phase;
  #failedAttempts = 0;
  #subscribed = new Set<string>();
  #pendingCommands = 0;
  /** How many commands have been sent in all. */
  #commandCount = 0;

  constructor(dial: Dial, name: string, listener: ShardListener) {
    this.#dial = dial;
    this.#name = name;
    this.#listener = listener;
    this.#phase = this.#connect();
  }

  get isReady(): boolean {
    return this.#phase.name === 'ready';
  }

  async subscribe(channel: string): Promise<void> {
    await this.#run((client) => client.sSubscribe(channel, this.#onMessage));
    this.#subscribed.add(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#subscribed.delete(channel);
    await this.#run((client) => client.sUnsubscribe(channel, this.#onMessage));
  }

  async audit(): Promise<void> {
    const phase = this.#phase;
    if (phase.name !== 'ready' || this.#pendingCommands > 0) return;
    const commandCount = this.#commandCount;
    const info: unknown = await phase.client.sendCommand(['CLIENT', 'INFO']).catch(() => undefined);
    // A command that was sent meanwhile may have changed the number.
    if (this.#phase !== phase || commandCount !== this.#commandCount) return;
    const count = /(?:^| )ssub=(\d+)/.exec(String(info))?.[1];
    if (count === undefined || Number(count) === this.#subscribed.size) return;
    // The package misses the end of a subscription that arrives while the reply to a command is due.
    this.#reconnectLater();
  }

  close(): void {
    this.#enter({ name: 'closed' });
  }

  /** The only writer of the phase: ends whatever the last one held. */
  #enter(next: Phase): void {
    const last = this.#phase;
    this.#phase = next;
    if (last.name === 'waiting') clearTimeout(last.timer);
    if ('client' in last && next.name !== 'ready') last.client.destroy();
    if (last.name !== 'ready') return;
    this.#subscribed = new Set();
    this.#listener.onLost();
  }

  /** Begins to connect, and returns the phase to enter. */
  #connect(): Phase {
    const client = this.#dial(this.#name, (_retries, cause) => cause);
    const isIn = (name: Phase['name']): boolean => 'client' in this.#phase && this.#phase.client === client && this.#phase.name === name;
    client.on('error', () => {
      if (isIn('ready')) this.#reconnectLater();
    });
    client.on('sharded-channel-moved', (channel: unknown) => {
      if (isIn('ready') && typeof channel === 'string' && this.#subscribed.delete(channel)) this.#listener.onMoved(channel);
    });
    client.connect().then(
      () => {
        if (!isIn('connecting')) {
          // The package finishes connecting even when the client was destroyed meanwhile.
          client.destroy();
        } else if (client.isReady) {
          this.#failedAttempts = 0;
          this.#enter({ name: 'ready', client });
          this.#listener.onReady();
        } else {
          this.#reconnectLater();
        }
      },
      () => {
        if (isIn('connecting')) this.#reconnectLater();
      },
    );
    return { name: 'connecting', client };
  }

  #reconnectLater(): void {
    const timer = setTimeout(() => this.#enter(this.#connect()), backoff(this.#failedAttempts)).unref();
    this.#failedAttempts += 1;
    this.#enter({ name: 'waiting', timer });
  }

  async #run(command: (client: Client) => Promise<void>): Promise<void> {
    const phase = this.#phase;
    if (phase.name !== 'ready') throw new Error('Not connected.');
    this.#pendingCommands += 1;
    this.#commandCount += 1;
    try {
      await command(phase.client);
    } finally {
      this.#pendingCommands -= 1;
    }
    if (this.#phase !== phase) throw new Error('The connection broke.');
  }

  readonly #onMessage = (message: string, channel: string): void => {
    this.#listener.onMessage(channel, message);
  };
}
