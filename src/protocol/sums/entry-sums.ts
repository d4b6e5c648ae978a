import { countFrom, NO_ENTRIES, type Sums } from './ranks.ts';

/** Lines that are summed together. */
const CHUNK = 256;

interface Chunk {
  /** Entries of each rank in all earlier lines. */
  readonly before: Sums;
  /** The rank of each line, plus 1; 0 for a line that is no entry. */
  readonly ranks: Uint8Array;
}

/** Counts the entries of a log in memory: how many there are up to a line, and where the next one is. */
export class EntrySums {
  #chunks: Chunk[] = [];
  /** How many chunks were dropped from the start. */
  #dropped = 0;
  #totals: number[] = [...NO_ENTRIES];
  #head = 0;

  /** Adds the next line. @param rank -1 if it is no entry. */
  add(rank: number): void {
    const at = this.#head % CHUNK;
    if (at === 0) this.#chunks.push({ before: [...this.#totals], ranks: new Uint8Array(CHUNK) });
    const ranks = this.#chunks.at(-1)?.ranks;
    if (ranks !== undefined) ranks[at] = rank + 1;
    if (rank >= 0) this.#totals[rank] = (this.#totals[rank] ?? 0) + 1;
    this.#head += 1;
  }

  /** Forgets lines before `first`, as far as they fill chunks. Later questions concern lines from `first - 1` on. */
  drop(first: number): void {
    const whole = Math.floor(Math.max(0, first - 2) / CHUNK) - this.#dropped;
    if (whole <= 0) return;
    this.#chunks = this.#chunks.slice(whole);
    this.#dropped += whole;
  }

  /** Entries of each rank in lines 1 to `line`. */
  upTo(line: number): Sums {
    if (line >= this.#head) return this.#totals;
    const chunk = this.#chunk(line + 1);
    if (chunk === undefined) return NO_ENTRIES;
    const sums = [...chunk.before];
    for (let at = 0; at < line % CHUNK; at += 1) {
      const rank = (chunk.ranks[at] ?? 0) - 1;
      if (rank >= 0) sums[rank] = (sums[rank] ?? 0) + 1;
    }
    return sums;
  }

  /** The first line after `after` with this rank or a higher one. */
  next(rank: number, after: number): number | undefined {
    return this.#nth(rank, countFrom(this.upTo(after), rank) + 1);
  }

  /** The last line before `before` with this rank or a higher one. */
  previous(rank: number, before: number): number | undefined {
    return this.#nth(rank, countFrom(this.upTo(before - 1), rank));
  }

  /** The line of the entry with this number, among those of this rank or a higher one. */
  #nth(rank: number, number: number): number | undefined {
    if (number <= countFrom(this.#chunks[0]?.before ?? [], rank) || number > countFrom(this.#totals, rank)) return undefined;
    let low = 0;
    let high = this.#chunks.length;
    // The last chunk with fewer entries before it.
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (countFrom(this.#chunks[middle]?.before ?? NO_ENTRIES, rank) < number) low = middle;
      else high = middle;
    }
    const chunk = this.#chunks[low];
    if (chunk === undefined) return undefined;
    let left = number - countFrom(chunk.before, rank);
    for (let at = 0; at < CHUNK; at += 1) {
      if ((chunk.ranks[at] ?? 0) > rank) left -= 1;
      if (left === 0) return (this.#dropped + low) * CHUNK + at + 1;
    }
    return undefined;
  }

  #chunk(line: number): Chunk | undefined {
    return this.#chunks[Math.floor((line - 1) / CHUNK) - this.#dropped];
  }
}
