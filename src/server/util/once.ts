/** Tells whether something comes for the first time. It remembers so many keys; of more the oldest is forgotten. */
export class Once {
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
