import { encodeSubscribe, encodeUnsubscribe } from '../../protocol/messages.ts';
import { formatPosition } from '../../protocol/position.ts';
import type { Effect } from './events.ts';
import type { HistoryRequests } from './history-requests.ts';
import type { SubscriptionRegistry } from './registry/subscription-registry.ts';
import type { Connection } from './socket/connection.ts';
import type { Subscription } from './subscription/subscription.ts';
import type { Now } from './timing.ts';

/** The parts of a session that a settler uses. */
export interface SettlerOptions {
  readonly effects: Effect[];
  readonly connection: Connection;
  readonly registry: SubscriptionRegistry;
  readonly history: HistoryRequests;
}

/**
 * Collects the subscriptions that an event touches, and emits what those need: fresh topics from their pages, subscribes and
 * history requests from the server, batches for their tabs.
 */
export class SubscriptionSettler {
  readonly #effects: Effect[];
  readonly #connection: Connection;
  readonly #registry: SubscriptionRegistry;
  readonly #history: HistoryRequests;
  /** Subscriptions to settle. */
  readonly #touched = new Set<Subscription>();

  constructor({ effects, connection, registry, history }: SettlerOptions) {
    this.#effects = effects;
    this.#connection = connection;
    this.#registry = registry;
    this.#history = history;
  }

  /** Something happened to a subscription. */
  touch(subscription: Subscription): void {
    this.#touched.add(subscription);
  }

  /** Something happened that concerns every subscription. */
  touchAll(): void {
    for (const subscription of this.#registry.all()) this.#touched.add(subscription);
  }

  /** Ends a subscription that is not followed any more. */
  remove(subscription: Subscription): void {
    this.#unsubscribe([subscription]);
    this.#touched.delete(subscription);
  }

  /** Asks pages for the fresh topics that the touched subscriptions need. */
  requestTopics(now: Now): void {
    for (const { tokenRefresh } of this.#touched) {
      const log = tokenRefresh.nextRequest(now);
      if (log !== undefined) this.#effects.push({ do: 'refresh', log });
    }
  }

  /**
   * Emits what the touched subscriptions need: subscribes, history requests, batches. Returns whether any of them is done, so
   * that the connection may not be needed any more.
   */
  settle(now: Now): boolean {
    /** Positions by topic, by the number of lines to ask for. */
    const subscribe = new Map<number | undefined, Map<string, string>>();
    const done: Subscription[] = [];
    // The set may grow and shrink meanwhile: separating handles touches other subscriptions, which are visited as well.
    for (const subscription of this.#touched) {
      const { state, backfill } = subscription;
      this.#registry.separateUnverified(subscription);
      if (state.handles.size === 0) continue;
      if (this.#connection.ready && !this.#registry.unverified.has(subscription) && this.#mustSubscribe(subscription, now)) {
        const tail = this.#connection.has('tail') ? state.wantedTail : undefined;
        const topic = subscription.subscribe(now, tail);
        this.#registry.sentTokens.sent(state.channel, topic);
        const topics = subscribe.get(tail) ?? new Map<string, string>();
        subscribe.set(tail, topics.set(topic, state.position === undefined ? '' : formatPosition(state.position)));
      }
      this.#history.plan(subscription, now);
      if (state.phase === 'acked' && !backfill.busy && state.isComplete()) done.push(subscription);
      for (const [log, handle] of state.handles) {
        this.#effects.push({ do: 'dirty', log });
        if (handle.granted !== undefined) this.#effects.push({ do: 'granted', log, topic: handle.granted });
        handle.granted = undefined;
      }
    }
    this.#touched.clear();
    for (const [tail, topics] of subscribe) this.#send(encodeSubscribe(topics, tail));
    this.#unsubscribe(done);
    for (const { state } of done) state.finish();
    return done.length > 0;
  }

  #mustSubscribe(subscription: Subscription, now: Now): boolean {
    return subscription.canSubscribe(now) || (this.#connection.has('tail') && subscription.canMove(now));
  }

  #unsubscribe(subscriptions: readonly Subscription[]): void {
    const subscribed = subscriptions.filter(({ state }) => state.phase === 'subscribing' || state.phase === 'acked');
    if (this.#connection.ready) this.#send(encodeUnsubscribe(subscribed.map(({ topic }) => topic)));
  }

  #send(frames: readonly string[]): void {
    for (const text of frames) this.#effects.push({ do: 'send', generation: this.#connection.generation, text });
  }
}
