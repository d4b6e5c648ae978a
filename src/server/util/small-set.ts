/** A set that mostly has one member, for which it needs no `Set`: that takes 200 bytes, and there may be very many. */
export class SmallSet<T extends object> {
  #single: T | undefined;
  /** Created with the second member. */
  #many: Set<T> | undefined;

  get size(): number {
    return this.#many?.size ?? (this.#single === undefined ? 0 : 1);
  }

  has(member: T): boolean {
    return this.#many?.has(member) ?? this.#single === member;
  }

  add(member: T): void {
    if (this.#many !== undefined) this.#many.add(member);
    else if (this.#single === undefined) this.#single = member;
    else if (this.#single !== member) {
      this.#many = new Set([this.#single, member]);
      this.#single = undefined;
    }
  }

  delete(member: T): void {
    this.#many?.delete(member);
    if (this.#single === member) this.#single = undefined;
  }

  /** A snapshot of the members, in the order in which they were added. */
  members(): readonly T[] {
    if (this.#many !== undefined) return [...this.#many];
    return this.#single === undefined ? [] : [this.#single];
  }
}
