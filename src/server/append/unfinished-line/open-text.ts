/** What holds text of a line that has no end yet. */
export interface Holder {
  /** Has what it holds stored without waiting for the end of the line. Returns the UTF-8 bytes that it still holds. */
  letOut(): number;
}

/** How far is gone down from the bound when it is reached, so that what that costs is shared by much text. */
const FREED = 0.25;

/**
 * The bound on text that all writers of a server hold because its line has no end yet. Where it is reached those that hold
 * most let it out: it becomes durable as the beginning of a line that goes on. To stop reading from them would help nobody,
 * since what ends their lines is what would not be read.
 */
export class OpenText {
  readonly #limit: number;
  readonly #held = new Map<Holder, number>();
  #total = 0;

  /** @param limit - UTF-8 bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** UTF-8 bytes held by all. */
  get total(): number {
    return this.#total;
  }

  /** A holder holds this many UTF-8 bytes now. */
  set(holder: Holder, bytes: number): void {
    this.#set(holder, bytes);
    if (this.#total <= this.#limit) return;
    const goal = this.#limit * (1 - FREED);
    for (const [largest] of [...this.#held].sort(([, a], [, b]) => b - a)) {
      if (this.#total <= goal) return;
      this.#set(largest, largest.letOut());
    }
  }

  #set(holder: Holder, bytes: number): void {
    this.#total += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
  }
}
