import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { SharedBySockets } from './context.ts';
import type { SubscriptionsByChannel } from './heads.ts';
import { ReadyQueue } from './ready-queue.ts';
import type { SocketWriter } from './socket-writer.ts';
import type { SocketSubscription, SubscriptionHost } from './subscription.ts';

/** Shared by sockets that follow no log: there may be very many, most of them idle. */
const NO_LOGS: SubscriptionsByChannel = new Map();

/** The socket session that a {@link DeliveryScheduler} belongs to. */
export interface DeliveryHost {
  /** There may be something to send. */
  advance(): void;
  /** The lines that a subscribe asks for cannot be read: `signed` is its topic. */
  unavailable(signed: string, error: unknown): void;
  /** Something threw that should not: the session closes its socket. */
  failed(error: unknown): void;
}

/**
 * The subscriptions of one socket. They send in turn, while the socket has room, and one at a time reads from the store:
 *
 *     changed() ──▶ #ready ── step ──▶ frames
 *                     ▲        │
 *                     └────────┴──▶ load, the part timer, or the next turn
 */
export class DeliveryScheduler implements SubscriptionHost {
  readonly #shared: SharedBySockets;
  readonly #writer: SocketWriter;
  readonly #host: DeliveryHost;
  /** By channel; undefined while the log is being opened. */
  #followed: Map<string, SocketSubscription | undefined> | undefined;
  /** Subscriptions that may have something to send, served in turn. */
  readonly #ready = new ReadyQueue<SocketSubscription>();
  /** Subscriptions waiting to read from the store: one reads at a time, so that no more than one replay is held. */
  #toLoad: Set<SocketSubscription> | undefined;
  #isLoading = false;

  constructor(shared: SharedBySockets, writer: SocketWriter, host: DeliveryHost) {
    this.#shared = shared;
    this.#writer = writer;
    this.#host = host;
  }

  get followed(): SubscriptionsByChannel {
    return this.#followed ?? NO_LOGS;
  }

  get metrics(): ServerMetrics {
    return this.#shared.context.metrics;
  }

  get turn(): number {
    return this.#shared.turns.turn;
  }

  /** Whether no subscription has anything to send or to read. */
  get isIdle(): boolean {
    return this.#ready.isEmpty && !this.#toLoad?.size;
  }

  /** Whether exactly one subscription may have something to send. */
  get isSingle(): boolean {
    return this.#ready.isSingle;
  }

  /** Follows a log: `subscription` is undefined while it is being opened. */
  follow(channel: string, subscription: SocketSubscription | undefined): void {
    this.#followed ??= new Map();
    this.#followed.set(channel, subscription);
  }

  /** A log could not be opened. */
  forget(channel: string): void {
    this.#followed?.delete(channel);
  }

  /** Ends the subscription of a channel, if there is one. */
  drop(channel: string): void {
    const subscription = this.followed.get(channel);
    this.forget(channel);
    if (subscription === undefined) return;
    subscription.end();
    this.#toLoad?.delete(subscription);
    this.#shared.context.hub.release(subscription.log);
  }

  /** Ends all subscriptions. */
  dropAll(): void {
    for (const channel of this.followed.keys()) this.drop(channel);
  }

  /** The head of a log was sent: the heads of the others come first in the next heartbeats. */
  moveToEnd(channel: string): void {
    const subscription = this.followed.get(channel);
    this.forget(channel);
    this.follow(channel, subscription);
  }

  /** Puts a subscription in line to be served; one that is in line keeps its place. */
  enqueue(subscription: SocketSubscription): void {
    this.#ready.add(subscription);
  }

  /** A subscription may have something to send; it may have ended meanwhile. */
  changed(subscription: SocketSubscription): void {
    if (subscription.isEnded) return;
    this.enqueue(subscription);
    this.#host.advance();
  }

  /** Serves ready subscriptions in turn, while the socket has room. */
  serve(): void {
    while (this.#writer.hasRoom) {
      const subscription = this.#ready.dequeue();
      if (subscription === undefined) return;
      if (subscription.isEnded) continue;
      switch (subscription.step(this.#writer)) {
        case 'more':
          this.#ready.add(subscription);
          break;
        case 'load':
          this.#toLoad ??= new Set();
          this.#toLoad.add(subscription);
          break;
        case 'later':
          this.#shared.partTimer.wait(subscription);
          break;
        case 'turn':
          this.#shared.turns.wait(subscription);
          break;
        case 'idle':
      }
    }
  }

  /** Lets the next subscription read from the store, if none is reading and the socket has room. */
  startLoad(): void {
    if (this.#toLoad === undefined || this.#isLoading || !this.#writer.hasRoom) return;
    for (const subscription of this.#toLoad) {
      this.#toLoad.delete(subscription);
      this.#isLoading = true;
      this.#load(subscription).catch((error: unknown) => this.#host.failed(error));
      return;
    }
  }

  async #load(subscription: SocketSubscription): Promise<void> {
    try {
      await subscription.load(this.#writer);
    } catch (error) {
      this.#loadFailed(subscription, error);
    } finally {
      this.#isLoading = false;
      this.changed(subscription);
      this.#host.advance();
    }
  }

  #loadFailed(subscription: SocketSubscription, error: unknown): void {
    const { pendingAck } = subscription;
    if (pendingAck === undefined) {
      subscription.skip(this.#writer);
      return;
    }
    if (subscription.wasPlaced) subscription.giveUp();
    else this.drop(subscription.log.channel);
    this.#host.unavailable(pendingAck, error);
  }
}
