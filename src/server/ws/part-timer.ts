import type { Subscription } from './subscription.ts';

/** ms between two looks at the parts that wait for their turn. */
const TICK = 50;

/** Wakes subscriptions whose unfinished line may not be told yet: one timer for all sockets, none while nobody waits. */
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
