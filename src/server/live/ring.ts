import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import type { Budgeted, RingBudget } from './ring-budget.ts';
import type { EncodedLines } from './followed-log.ts';
import { countNewest } from './newest-lines.ts';

/** The newest lines of one log, without a gap, in a bounded number of bytes: its followers read from it. */
export class Ring implements Budgeted {
  readonly #capacity: number;
  readonly #budget: RingBudget | undefined;
  /** Oldest first; those before `#begin` are gone. */
  #entries: EncodedLines[] = [];
  #begin = 0;
  #bytes = 0;

  /** `capacity` in encoded bytes; the newest entry is kept whatever its size. `budget` is shared with other rings. */
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
    return this.#entries[this.#begin]?.from;
  }

  /** Number of the newest line held; undefined when empty. */
  get to(): number | undefined {
    return this.#entries.at(-1)?.to;
  }

  /** Appends an entry; one that does not continue the newest one replaces everything. */
  append(entry: EncodedLines): void {
    const newest = this.#entries.at(-1);
    if (newest !== undefined && (newest.to + 1 !== entry.from || newest.epoch !== entry.epoch)) this.clear();
    this.#entries.push(entry);
    this.#bytes += entry.wire.length;
    while (this.#bytes > this.#capacity && this.#entries.length - this.#begin > 1) this.#dropOldest();
    this.#budget?.grew(this, entry.wire.length);
  }

  /** Puts older entries before those held, if they join and there is room for all; else does nothing. */
  prepend(entries: readonly EncodedLines[]): void {
    const last = entries.at(-1);
    const oldest = this.#entries[this.#begin];
    if (last === undefined || (oldest !== undefined && (last.to + 1 !== oldest.from || last.epoch !== oldest.epoch))) return;
    const bytes = entries.reduce((sum, entry) => sum + entry.wire.length, 0);
    if (this.#bytes + bytes > this.#capacity) return;
    this.#entries = [...entries, ...this.#entries.slice(this.#begin)];
    this.#begin = 0;
    this.#bytes += bytes;
    this.#budget?.grew(this, bytes);
  }

  /** The entry that holds line `after + 1`. */
  entryAfter(after: number): EncodedLines | undefined {
    return this.#entries[this.#indexAfter(after)];
  }

  /** All entries from the one that holds line `after + 1`; empty when it is not held. */
  entriesAfter(after: number): readonly EncodedLines[] {
    const index = this.#indexAfter(after);
    return index === -1 ? [] : this.#entries.slice(index);
  }

  /**
   * Where the newest lines begin: the line after which the ring holds at most `limit` lines and 256 KiB of text. Never before
   * `after`, nor before the lines held; the newest line if none is held.
   */
  newestAfter(after: number, limit: number): number {
    const to = this.to ?? after;
    const least = Math.max(after, to - limit, (this.from ?? to + 1) - 1);
    let start = to;
    let encoded = 0;
    for (let index = this.#entries.length - 1; start > least; index -= 1) {
      const entry = this.#entries[index];
      encoded += entry?.frame.length ?? 0;
      // Encoded text is never shorter than the text itself, so that most lines need no counting.
      if (entry === undefined || encoded > LIMITS.replayBytes) return to - countNewest(this.#linesAfter(least));
      start = entry.from - 1;
    }
    return least;
  }

  #linesAfter(after: number): readonly Line[] {
    return this.entriesAfter(after).flatMap(({ from, lines }) => (from > after ? lines : lines.slice(after + 1 - from)));
  }

  /** Drops the entries that lie wholly below line `first`. */
  dropBelow(first: number): void {
    for (;;) {
      const oldest = this.#entries[this.#begin];
      if (oldest === undefined || oldest.to >= first) return;
      this.#dropOldest();
    }
  }

  clear(): void {
    this.#entries = [];
    this.#begin = 0;
    this.#shrink(this.#bytes);
  }

  #indexAfter(after: number): number {
    const line = after + 1;
    const newest = this.#entries.at(-1);
    if (newest === undefined || line > newest.to || line < (this.from ?? Infinity)) return -1;
    // Nearly every follower lacks only the newest entry.
    if (line >= newest.from) return this.#entries.length - 1;
    let low = this.#begin;
    let high = this.#entries.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.to ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropOldest(): void {
    this.#shrink(this.#entries[this.#begin]?.wire.length ?? 0);
    this.#begin += 1;
    // Moved down only now and then, so that dropping costs the same however many entries are held.
    if (this.#begin * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#begin);
      this.#begin = 0;
    }
  }

  #shrink(bytes: number): void {
    this.#bytes -= bytes;
    this.#budget?.shrank(this, bytes);
  }
}
