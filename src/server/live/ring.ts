import type { Budgeted, RingBudget } from './ring-budget.ts';
import type { EncodedLines } from './followed-log.ts';

/** The newest chunks of one log, without a gap, at most so many bytes of them: what its followers read from. */
export class Ring implements Budgeted {
  readonly #capacity: number;
  readonly #budget: RingBudget | undefined;
  /** Oldest first; those before `#begin` are gone. */
  #chunks: EncodedLines[] = [];
  #begin = 0;
  #bytes = 0;

  /** `capacity` in encoded bytes; the newest chunk is kept whatever its size. `budget` is shared with other rings. */
  constructor(capacity: number, budget?: RingBudget) {
    this.#capacity = budget === undefined ? capacity : Math.min(capacity, budget.capacity);
    this.#budget = budget;
  }

  /** Encoded bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the oldest line held; undefined when empty. */
  get from(): number | undefined {
    return this.#chunks[this.#begin]?.from;
  }

  /** Number of the newest line held; undefined when empty. */
  get to(): number | undefined {
    return this.#chunks.at(-1)?.to;
  }

  /** Adds a chunk behind the newest one; one that does not continue it replaces everything. */
  append(chunk: EncodedLines): void {
    const newest = this.#chunks.at(-1);
    if (newest !== undefined && (newest.to + 1 !== chunk.from || newest.epoch !== chunk.epoch)) this.clear();
    this.#chunks.push(chunk);
    this.#bytes += chunk.wire.length;
    while (this.#bytes > this.#capacity && this.#chunks.length - this.#begin > 1) this.#dropOldest();
    this.#budget?.grew(this, chunk.wire.length);
  }

  /** Puts older chunks before those held, where they join them and there is room for all; else does nothing. */
  prepend(chunks: readonly EncodedLines[]): void {
    const last = chunks.at(-1);
    const oldest = this.#chunks[this.#begin];
    if (last === undefined || (oldest !== undefined && (last.to + 1 !== oldest.from || last.epoch !== oldest.epoch))) return;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.wire.length, 0);
    if (this.#bytes + bytes > this.#capacity) return;
    this.#chunks = [...chunks, ...this.#chunks.slice(this.#begin)];
    this.#begin = 0;
    this.#bytes += bytes;
    this.#budget?.grew(this, bytes);
  }

  /** The chunk that holds line `after + 1`. */
  chunkAfter(after: number): EncodedLines | undefined {
    return this.#chunks[this.#indexAfter(after)];
  }

  /** All chunks from the one that holds line `after + 1`; empty when it is not held. */
  chunksAfter(after: number): readonly EncodedLines[] {
    const index = this.#indexAfter(after);
    return index === -1 ? [] : this.#chunks.slice(index);
  }

  /** Drops the chunks that lie wholly below line `first`. */
  dropBelow(first: number): void {
    for (;;) {
      const oldest = this.#chunks[this.#begin];
      if (oldest === undefined || oldest.to >= first) return;
      this.#dropOldest();
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#begin = 0;
    this.#shrink(this.#bytes);
  }

  #indexAfter(after: number): number {
    const line = after + 1;
    const newest = this.#chunks.at(-1);
    if (newest === undefined || line > newest.to || line < (this.from ?? Infinity)) return -1;
    // Nearly every follower lacks the newest chunk alone.
    if (line >= newest.from) return this.#chunks.length - 1;
    let low = this.#begin;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.to ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropOldest(): void {
    this.#shrink(this.#chunks[this.#begin]?.wire.length ?? 0);
    this.#begin += 1;
    // Move the rest down only now and then, so that dropping costs the same however many are held.
    if (this.#begin * 2 >= this.#chunks.length) {
      this.#chunks.splice(0, this.#begin);
      this.#begin = 0;
    }
  }

  #shrink(bytes: number): void {
    this.#bytes -= bytes;
    this.#budget?.shrank(this, bytes);
  }
}
