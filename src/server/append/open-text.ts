const NONE: Buffer = Buffer.alloc(0);

/** The bytes of a line whose end has not arrived, in memory that grows with them. */
export class OpenText {
  #memory = NONE;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view, valid until more is added. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Adds a copy: a view of a few bytes would keep the whole chunk in memory. */
  add(bytes: Buffer): void {
    const length = this.#length + bytes.length;
    if (length > this.#memory.length) {
      const grown = Buffer.allocUnsafe(this.#length === 0 ? length : Math.max(length, 2 * this.#memory.length));
      this.#memory.copy(grown, 0, 0, this.#length);
      this.#memory = grown;
    }
    bytes.copy(this.#memory, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#memory = NONE;
    this.#length = 0;
  }
}
