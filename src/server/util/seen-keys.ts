/** Tells whether a key is seen for the first time. It remembers a bounded number of keys, and drops the oldest. */
export class SeenKeys {
  readonly #capacity: number;
  readonly #keys = new Set<string>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  isFirst(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > this.#capacity) {
      const [oldest = ''] = this.#keys;
      this.#keys.delete(oldest);
    }
    return true;
  }
}
