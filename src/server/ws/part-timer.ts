import type { Subscription } from './subscription.ts';

/** How long a part that came too early waits before it is tried again, ms. */
const TICK = 50;

/** Wakes subscriptions whose part is throttled: one timer for all sockets, none while no subscription waits. */
export class PartTimer {
  #waiting = new Set<Subscription>();
  #timer: NodeJS.Timeout | undefined;

  /** Wakes a subscription at the next tick. */
  wait(subscription: Subscription): void {
    this.#waiting.add(subscription);
    this.#timer ??= setTimeout(() => this.#tick(), TICK).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #tick(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const subscription of waiting) subscription.wake();
  }
}
