/** How many sockets without a valid topic are tolerated. */
const TOLERATED = 1_000;
/** How long each of them may stay in any case, ms. */
const GRACE = 30_000;

/**
 * Sockets that never presented a valid topic. A client may connect long before it knows what to follow; only where there
 * are very many do the oldest have to go.
 */
export class UnverifiedSockets<T> {
  /** When each connected, ms, oldest first. */
  readonly #since = new Map<T, number>();

  get size(): number {
    return this.#since.size;
  }

  /** `now` in ms, as below. */
  add(member: T, now: number): void {
    this.#since.set(member, now);
  }

  /** The socket presented a valid topic, or is gone. */
  delete(member: T): void {
    this.#since.delete(member);
  }

  /** The sockets to close, oldest first. */
  overdue(now: number): T[] {
    const excess = this.#since.size - TOLERATED;
    const overdue: T[] = [];
    for (const [member, since] of this.#since) {
      if (overdue.length >= excess || now - since < GRACE) break;
      overdue.push(member);
    }
    return overdue;
  }
}
