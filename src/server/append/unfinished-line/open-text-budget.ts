/** Holds text of a line whose end has not arrived. */
export interface OpenTextHolder {
  /** Stores the text without waiting for the end of the line. Returns the UTF-8 bytes it still holds. */
  flush(): number;
}

/** The share of the limit that is freed when it is reached, so that the cost of freeing is spread over much text. */
const FREED = 0.25;

/**
 * Bounds the text that all writers of a server together hold of lines without an end. At the limit those that hold most
 * flush it: it becomes durable as the beginning of a continued line. Not reading from them would be a deadlock, since the
 * end of their lines would not be read either.
 */
export class OpenTextBudget {
  readonly #limit: number;
  readonly #held = new Map<OpenTextHolder, number>();
  #total = 0;

  /** @param limit - UTF-8 bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** UTF-8 bytes that all holders hold. */
  get total(): number {
    return this.#total;
  }

  /** Records how many UTF-8 bytes a holder holds; may flush this holder and others. */
  set(holder: OpenTextHolder, bytes: number): void {
    this.#set(holder, bytes);
    if (this.#total <= this.#limit) return;
    const goal = this.#limit * (1 - FREED);
    for (const [largest] of [...this.#held].sort(([, a], [, b]) => b - a)) {
      if (this.#total <= goal) return;
      this.#set(largest, largest.flush());
    }
  }

  #set(holder: OpenTextHolder, bytes: number): void {
    this.#total += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
  }
}
