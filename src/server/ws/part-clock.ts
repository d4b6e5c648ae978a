import type { Subscription } from './subscription.ts';

/** ms between two looks at the parts that wait for their turn. */
const TICK = 50;

/** Wakes subscriptions whose unfinished line may not be told yet: one timer for all sockets, none while nobody waits. */
export class PartClock {
  #waiting = new Map<Subscription, (subscription: Subscription) => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `wake` at the next tick, once for each subscription. */
  wait(subscription: Subscription, wake: (subscription: Subscription) => void): void {
    this.#waiting.set(subscription, wake);
    this.#timer ??= setTimeout(() => this.#tick(), TICK).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #tick(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [subscription, wake] of waiting) wake(subscription);
  }
}
