/** A member of a {@link ReadyQueue}. It holds the link to the next one, so that an empty queue costs nothing. */
export interface Queued<T> {
  /** The next member; null for the last one, undefined for one that is not queued. */
  next: T | null | undefined;
}

/** A queue that holds each member at most once. */
export class ReadyQueue<T extends Queued<T>> {
  #first: T | null = null;
  #last: T | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  get isSingle(): boolean {
    return this.#first !== null && this.#first === this.#last;
  }

  /** Adds a member at the end; one that is queued already keeps its place. */
  add(member: T): void {
    if (member.next !== undefined) return;
    member.next = null;
    if (this.#last === null) this.#first = member;
    else this.#last.next = member;
    this.#last = member;
  }

  /** Removes and returns the first member. */
  dequeue(): T | undefined {
    const member = this.#first;
    if (member === null) return undefined;
    this.#first = member.next ?? null;
    if (this.#first === null) this.#last = null;
    member.next = undefined;
    return member;
  }
}
