/** Sockets without an accepted topic that nothing is done about. */
const MOST = 1_000;
/** ms that each of them has in any case. */
const PATIENCE = 30_000;

/**
 * Sockets that never had an accepted topic. A client may well connect before it knows what to follow, and stay so for long; only where
 * there are very many does the oldest have to go.
 */
export class Strangers<T> {
  /** When each came, ms, oldest first. */
  readonly #since = new Map<T, number>();

  get size(): number {
    return this.#since.size;
  }

  /** `now` in ms, as below. */
  add(member: T, now: number): void {
    this.#since.set(member, now);
  }

  /** It was given a topic that was accepted, or is gone. */
  delete(member: T): void {
    this.#since.delete(member);
  }

  /** Those that have to go, oldest first. */
  overdue(now: number): T[] {
    const excess = this.#since.size - MOST;
    const overdue: T[] = [];
    for (const [member, since] of this.#since) {
      if (overdue.length >= excess || now - since < PATIENCE) break;
      overdue.push(member);
    }
    return overdue;
  }
}
