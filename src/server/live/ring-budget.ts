/** A ring, as its budget sees it. */
export interface Budgeted {
  /** Encoded bytes held. */
  readonly bytes: number;
  /** Drops everything; followers that still need it read it from the store. */
  clear(): void;
}

/** Bounds all rings together: where they grow too large, those not appended to for the longest time are emptied. */
export class RingBudget {
  readonly capacity: number;
  /** Rings that hold something, the one that grew longest ago first. */
  readonly #members = new Set<Budgeted>();
  #bytes = 0;

  /** `capacity` in encoded bytes. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Encoded bytes that all rings hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** To be called when a member has grown by `bytes`. That member is never emptied. */
  grew(member: Budgeted, bytes: number): void {
    this.#bytes += bytes;
    this.#members.delete(member);
    this.#members.add(member);
    for (const oldest of this.#members) {
      if (this.#bytes <= this.capacity || oldest === member) return;
      oldest.clear();
    }
  }

  /** To be called when a member has shrunk by `bytes`. */
  shrank(member: Budgeted, bytes: number): void {
    this.#bytes -= bytes;
    if (member.bytes === 0) this.#members.delete(member);
  }
}
