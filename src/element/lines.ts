import type { Line } from '../protocol/line.ts';
import type { Range, Run } from '../worker/api.ts';

/** Lines a view holds at most; the worker's cache and the server have the rest. */
export const HELD_LINES = 4_000;

/** The lines a view holds: those near what is looked at, and the newest. Never more than its limit. */
export class HeldLines {
  readonly #limit: number;
  readonly #lines = new Map<number, Line>();

  constructor(limit: number = HELD_LINES) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#lines.size;
  }

  get(line: number): Line | undefined {
    return this.#lines.get(line);
  }

  /** Takes lines in. When there are too many, those farthest from `near` go first. */
  put({ from, lines }: Run, near: Range): void {
    // A run longer than the limit would push itself out line by line.
    const skip = this.#overflow(from, lines.length, near);
    for (let at = skip.from; at < skip.to; at += 1) {
      const line = lines[at];
      if (line !== undefined) this.#lines.set(from + at, line);
    }
    if (this.#lines.size > this.#limit) this.#trim(near);
  }

  /** The parts of a range that are not held. */
  lacking({ from, to }: Range): Range[] {
    const ranges: Range[] = [];
    let start: number | undefined;
    for (let line = from; line <= to + 1; line += 1) {
      const lacks = line <= to && !this.#lines.has(line);
      if (lacks) start ??= line;
      else if (start !== undefined) {
        ranges.push({ from: start, to: line - 1 });
        start = undefined;
      }
    }
    return ranges;
  }

  /** Forgets the lines below `first`, which retention removed. */
  dropBelow(first: number): void {
    for (const line of this.#lines.keys()) if (line < first) this.#lines.delete(line);
  }

  clear(): void {
    this.#lines.clear();
  }

  /** The part of a run, as indices, that can be nearest to `near` within the limit. */
  #overflow(from: number, count: number, near: Range): Range {
    if (count <= this.#limit) return { from: 0, to: count };
    const middle = (near.from + near.to) / 2 - from;
    const start = Math.min(Math.max(0, Math.round(middle - this.#limit / 2)), count - this.#limit);
    return { from: start, to: start + this.#limit };
  }

  /** Goes down to three quarters of the limit, so that the cost of a trim is shared by a thousand lines. */
  #trim(near: Range): void {
    const distance = (line: number): number => Math.max(near.from - line, line - near.to, 0);
    const sorted = [...this.#lines.keys()].sort((a, b) => distance(b) - distance(a));
    const excess = this.#lines.size - Math.ceil(this.#limit * 0.75);
    for (const line of sorted.slice(0, excess)) this.#lines.delete(line);
  }
}
