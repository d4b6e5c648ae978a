/** What the rings of all logs may hold together. */
export interface Budgeted {
  /** Encoded bytes held. */
  readonly bytes: number;
  /** Lets go of everything; who still needs it finds it in the store. */
  clear(): void;
}

/** Bounds all rings together: where one grows too far, those that got nothing for the longest time are emptied. */
export class RingBudget {
  readonly capacity: number;
  /** Those that hold something, the one that grew longest ago first. */
  readonly #members = new Set<Budgeted>();
  #bytes = 0;

  /** `capacity` in encoded bytes. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Encoded bytes held by all. */
  get bytes(): number {
    return this.#bytes;
  }

  /** To be called when a member holds `bytes` more. The one that grew is never the one that is emptied. */
  grew(member: Budgeted, bytes: number): void {
    this.#bytes += bytes;
    this.#members.delete(member);
    this.#members.add(member);
    for (const oldest of this.#members) {
      if (this.#bytes <= this.capacity || oldest === member) return;
      oldest.clear();
    }
  }

  /** To be called when a member holds `bytes` less. */
  shrank(member: Budgeted, bytes: number): void {
    this.#bytes -= bytes;
    if (member.bytes === 0) this.#members.delete(member);
  }
}
