/** A set that mostly has one member, and costs next to nothing then: a `Set` takes 200 bytes, and there may be very many. */
export class SmallSet<T extends object> {
  #only: T | undefined;
  /** Made with the second member. */
  #many: Set<T> | undefined;

  get size(): number {
    return this.#many?.size ?? (this.#only === undefined ? 0 : 1);
  }

  has(member: T): boolean {
    return this.#many?.has(member) ?? this.#only === member;
  }

  add(member: T): void {
    if (this.#many !== undefined) this.#many.add(member);
    else if (this.#only === undefined) this.#only = member;
    else if (this.#only !== member) {
      this.#many = new Set([this.#only, member]);
      this.#only = undefined;
    }
  }

  delete(member: T): void {
    this.#many?.delete(member);
    if (this.#only === member) this.#only = undefined;
  }

  /** Those who are in the set at this moment, in the order in which they came. */
  members(): readonly T[] {
    if (this.#many !== undefined) return [...this.#many];
    return this.#only === undefined ? [] : [this.#only];
  }
}
