import type { Effect, HistoryResult } from './events.ts';
import { FALLBACK, type HttpFallback } from './http-fallback/http-fallback.ts';
import type { Subscription } from './subscription/subscription.ts';
import type { Now } from './timing.ts';

/** The history requests of a session: which are under way, for which subscription, and how many may be. */
export class HistoryRequests {
  readonly #effects: Effect[];
  readonly #nextId: () => number;
  readonly #fallback: Pick<HttpFallback, 'active'>;
  readonly #limit: number;
  readonly #underWay = new Map<number, Subscription>();
  #count = 0;

  /** `limit`: how many are under way at a time, where the HTTP fallback does not need the connections. */
  constructor(effects: Effect[], nextId: () => number, fallback: Pick<HttpFallback, 'active'>, limit: number) {
    this.#effects = effects;
    this.#nextId = nextId;
    this.#fallback = fallback;
    this.#limit = limit;
  }

  /** How many were made since the session began. */
  get count(): number {
    return this.#count;
  }

  /** Makes the requests that a subscription needs, as far as there are free slots. */
  plan(subscription: Subscription, now: Now): void {
    const { backfill, tokenRefresh } = subscription;
    const limit = this.#fallback.active ? Math.min(this.#limit, FALLBACK.fetches) : this.#limit;
    // A refused topic would be refused again.
    const slots = tokenRefresh.isRefused ? 0 : limit - this.#underWay.size;
    for (const request of backfill.plan(slots, this.#nextId, now)) {
      this.#underWay.set(request.id, subscription);
      this.#count += 1;
      this.#effects.push({ do: 'fetch', request });
    }
  }

  /** A request was answered. */
  fetched(id: number, result: HistoryResult, now: Now): void {
    const subscription = this.#underWay.get(id);
    this.#underWay.delete(id);
    subscription?.fetched(id, result, now);
  }

  /** Cancels requests whose answers are of no use any more. */
  abort(ids: readonly number[]): void {
    for (const id of ids) {
      this.#underWay.delete(id);
      this.#effects.push({ do: 'abort', id });
    }
  }
}
