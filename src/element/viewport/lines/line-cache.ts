import type { Line } from '../../../protocol/line.ts';
import type { Range, LineRun } from '../../../worker/api.ts';

/** Lines a view holds, at most: enough for all that are printed. The worker's cache and the server have the rest. */
export const HELD_LINES = 6_000;
/** Characters of lines a view holds, at most, besides the lines in the window. */
export const HELD_CHARACTERS = 8_000_000;

/** The lines a view holds: those near the window, and the newest. Its limits hold for all but the lines in the window. */
export class LineCache {
  readonly #limit: number;
  readonly #maxCharacters: number;
  /** Lines that need not be held are dropped before all others. */
  isNeeded: ((line: number) => boolean) | undefined;
  readonly #lines = new Map<number, Line>();
  #characters = 0;

  constructor(limit: number = HELD_LINES, maxCharacters: number = HELD_CHARACTERS) {
    this.#limit = limit;
    this.#maxCharacters = maxCharacters;
  }

  get size(): number {
    return this.#lines.size;
  }

  get(line: number): Line | undefined {
    return this.#lines.get(line);
  }

  /** Adds a run of lines. When there are too many, those farthest from `near` are dropped first. */
  insert({ from, lines }: LineRun, near: Range): void {
    // A run longer than the limit would push itself out line by line.
    const skip = this.#overflow(from, lines.length, near);
    for (let at = skip.from; at < skip.to; at += 1) {
      const line = lines[at];
      if (line !== undefined) this.#set(from + at, line);
    }
    if (this.#lines.size > this.#limit || this.#characters > this.#maxCharacters) this.#trim(near);
  }

  /** All held lines, in order. */
  runs(): LineRun[] {
    const runs: { from: number; lines: Line[] }[] = [];
    for (const [number, line] of [...this.#lines].sort(([a], [b]) => a - b)) {
      const last = runs.at(-1);
      if (last !== undefined && last.from + last.lines.length === number) last.lines.push(line);
      else runs.push({ from: number, lines: [line] });
    }
    return runs;
  }

  /** The parts of a range that are not held. */
  notHeld({ from, to }: Range): Range[] {
    const ranges: Range[] = [];
    let start: number | undefined;
    for (let line = from; line <= to + 1; line += 1) {
      if (line <= to && !this.#lines.has(line)) start ??= line;
      else if (start !== undefined) {
        ranges.push({ from: start, to: line - 1 });
        start = undefined;
      }
    }
    return ranges;
  }

  /** Forgets the lines below `first`, which retention removed. */
  dropBelow(first: number): void {
    for (const line of this.#lines.keys()) if (line < first) this.#delete(line);
  }

  clear(): void {
    this.#lines.clear();
    this.#characters = 0;
  }

  /** The part of a run, as indices, that can be nearest to `near` within the limit. */
  #overflow(from: number, count: number, near: Range): Range {
    if (count <= this.#limit) return { from: 0, to: count };
    const middle = (near.from + near.to) / 2 - from;
    const start = Math.min(Math.max(0, Math.round(middle - this.#limit / 2)), count - this.#limit);
    return { from: start, to: start + this.#limit };
  }

  /** Drops lines down to three quarters of the limits, so that a thousand lines share the cost of a trim. */
  #trim(near: Range): void {
    // New lines are looked at by a search before they are known to be needed.
    const distance = (line: number): number =>
      this.isNeeded?.(line) === false ? Number.MAX_SAFE_INTEGER - line : Math.max(near.from - line, line - near.to, 0);
    const sorted = [...this.#lines.keys()].sort((a, b) => distance(b) - distance(a));
    for (const line of sorted) {
      const isTrimmed = this.#lines.size <= this.#limit * 0.75 && this.#characters <= this.#maxCharacters * 0.75;
      // Lines in the window would be requested again at once, however long they are.
      if (isTrimmed || (this.#lines.size <= this.#limit && distance(line) === 0)) return;
      this.#delete(line);
    }
  }

  #set(line: number, value: Line): void {
    this.#delete(line);
    this.#lines.set(line, value);
    this.#characters += value[1].length;
  }

  #delete(line: number): void {
    this.#characters -= this.#lines.get(line)?.[1].length ?? 0;
    this.#lines.delete(line);
  }
}
