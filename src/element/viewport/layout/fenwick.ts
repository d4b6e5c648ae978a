/** Prefix sums of an array that changes: adding to a value and reading a sum take O(log n). Grows as needed. */
export class Fenwick {
  #tree = new Float64Array(64);

  /** Adds to the value at `index`, counted from 0. */
  add(index: number, delta: number): void {
    if (index + 1 >= this.#tree.length) this.#grow(index + 2);
    for (let at = index + 1; at < this.#tree.length; at += at & -at) this.#tree[at] = (this.#tree[at] ?? 0) + delta;
  }

  /** Sum of the first `count` values; values never set are 0. */
  sum(count: number): number {
    let sum = 0;
    for (let at = Math.min(count, this.#tree.length - 1); at > 0; at -= at & -at) sum += this.#tree[at] ?? 0;
    return sum;
  }

  clear(): void {
    this.#tree.fill(0);
  }

  #grow(length: number): void {
    const before = this.#tree;
    let size = before.length;
    while (size < length) size *= 2;
    const after = new Float64Array(size);
    after.set(before);
    // The new nodes that cover old values are those at powers of two: each holds the sum of all old values.
    const all = this.sum(before.length - 1);
    for (let at = before.length; at < size; at *= 2) after[at] = all;
    this.#tree = after;
  }
}
