/** Something that is served in turn. It keeps its own place, so that a queue of them costs nothing while nobody waits. */
export interface Queued<T> {
  /** Who comes behind it; null for the last one, undefined for one that does not wait. */
  next: T | null | undefined;
}

/** Those that wait for their turn, each once, in the order in which they came. */
export class ReadyQueue<T extends Queued<T>> {
  #first: T | null = null;
  #last: T | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  get isSingle(): boolean {
    return this.#first !== null && this.#first === this.#last;
  }

  /** Puts one at the end; one that waits already keeps its place. */
  add(member: T): void {
    if (member.next !== undefined) return;
    member.next = null;
    if (this.#last === null) this.#first = member;
    else this.#last.next = member;
    this.#last = member;
  }

  /** Takes the one whose turn it is. */
  dequeue(): T | undefined {
    const member = this.#first;
    if (member === null) return undefined;
    this.#first = member.next ?? null;
    if (this.#first === null) this.#last = null;
    member.next = undefined;
    return member;
  }
}
