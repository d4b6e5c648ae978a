import { Fenwick } from './fenwick.ts';

/** Lines counted together: what is beside a sum of whole chunks is added line by line. */
export const BLOCK_LINES = 1_024;

/** Chunks whose lines are known one by one, at most; the others are estimated. 4 kB each. */
const MAX_BLOCKS = 64;

interface CountBlock {
  /** Rows of each line; 0 for one that was not counted. */
  readonly rows: Float32Array;
  known: number;
  sum: number;
}

/**
 * How many rows lines take where long ones are broken: exact for those that were counted, the mean of those for the
 * rest. A sum of rows and the line at a row are found in O(log n); memory does not grow with what was looked at.
 */
export class RowCounts {
  readonly #maxBlocks: number;
  /** In the order of their last change. */
  readonly #blocks = new Map<number, CountBlock>();
  readonly #rows = new Fenwick();
  readonly #known = new Fenwick();
  #seenRows = 0;
  #seenLines = 0;
  #end = 0;

  constructor(maxChunks: number = MAX_BLOCKS) {
    this.#maxBlocks = maxChunks;
  }

  /** Rows of a line that was not counted. */
  get mean(): number {
    return this.#seenLines === 0 ? 1 : this.#seenRows / this.#seenLines;
  }

  /** Rows of a line, if it was counted. */
  get(line: number): number | undefined {
    const { chunk, at } = place(line);
    return this.#blocks.get(chunk)?.rows[at] || undefined;
  }

  /** `rows` need not be whole: a font may draw a line taller than its grid. */
  set(line: number, rows: number): void {
    const { chunk: index, at } = place(line);
    let chunk = this.#blocks.get(index);
    const before = chunk?.rows[at] ?? 0;
    if (chunk !== undefined && before === Math.fround(rows)) return;
    chunk ??= { rows: new Float32Array(BLOCK_LINES), known: 0, sum: 0 };
    this.#blocks.delete(index);
    this.#blocks.set(index, chunk);
    this.#end = Math.max(this.#end, index + 1);
    chunk.rows[at] = rows;
    const change = (chunk.rows[at] ?? 0) - before;
    chunk.sum += change;
    this.#rows.add(index, change);
    this.#seenRows += change;
    if (before > 0) return;
    chunk.known += 1;
    this.#known.add(index, 1);
    this.#seenLines += 1;
    if (this.#blocks.size > this.#maxBlocks) this.#forgetOldest();
  }

  /** Forgets the rows of a line: it is one that was not counted. */
  remove(line: number): void {
    const { chunk: index, at } = place(line);
    const chunk = this.#blocks.get(index);
    const rows = chunk?.rows[at] ?? 0;
    if (chunk === undefined || rows === 0) return;
    chunk.rows[at] = 0;
    chunk.known -= 1;
    chunk.sum -= rows;
    this.#rows.add(index, -rows);
    this.#known.add(index, -1);
    this.#seenRows -= rows;
    this.#seenLines -= 1;
  }

  /** Rows of all lines before `line`. */
  before(line: number): number {
    const { chunk: index, at } = place(line);
    let rows = this.#beforeBlock(index);
    const chunk = this.#blocks.get(index);
    if (chunk === undefined) return rows + at * this.mean;
    let unknown = 0;
    for (let inner = 0; inner < at; inner += 1) {
      const own = chunk.rows[inner] ?? 0;
      if (own === 0) unknown += 1;
      else rows += own;
    }
    return rows + unknown * this.mean;
  }

  /** The line in which the row lies that has `rows` rows before it. */
  lineAt(rows: number): number {
    // Behind the last chunk with a counted line all is mean.
    const beyond = this.#beforeBlock(this.#end);
    if (rows >= beyond) return this.#end * BLOCK_LINES + 1 + Math.floor((rows - beyond) / this.mean);
    let low = 0;
    let high = this.#end;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#beforeBlock(middle) <= rows) low = middle;
      else high = middle;
    }
    let left = rows - this.#beforeBlock(low);
    const chunk = this.#blocks.get(low);
    if (chunk === undefined) return low * BLOCK_LINES + 1 + Math.min(BLOCK_LINES - 1, Math.floor(left / this.mean));
    for (let at = 0; at < BLOCK_LINES; at += 1) {
      left -= chunk.rows[at] || this.mean;
      if (left < 0) return low * BLOCK_LINES + 1 + at;
    }
    return low * BLOCK_LINES + BLOCK_LINES;
  }

  clear(): void {
    this.#blocks.clear();
    this.#rows.clear();
    this.#known.clear();
    this.#seenRows = this.#seenLines = this.#end = 0;
  }

  /** Rows of all chunks before a chunk. */
  #beforeBlock(index: number): number {
    return this.#rows.sum(index) + (index * BLOCK_LINES - this.#known.sum(index)) * this.mean;
  }

  #forgetOldest(): void {
    for (const [index, { known, sum }] of this.#blocks) {
      this.#blocks.delete(index);
      this.#rows.add(index, -sum);
      this.#known.add(index, -known);
      return;
    }
  }
}

function place(line: number): { chunk: number; at: number } {
  const at = (line - 1) % BLOCK_LINES;
  return { chunk: (line - 1 - at) / BLOCK_LINES, at };
}
