import type { Line } from '../../../protocol/line.ts';
import type { Range, LineRun } from '../../../worker/api.ts';

/** Lines a view holds at most, among them all that are printed; the worker's cache and the server have the rest. */
export const HELD_LINES = 6_000;
/** Characters of lines that a view holds beyond those that are looked at. */
export const HELD_CHARACTERS = 8_000_000;

/** The lines a view holds: those near what is looked at, and the newest. Never more than its limits, but for what is looked at. */
export class LineCache {
  readonly #limit: number;
  readonly #maxCharacters: number;
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

  /** Takes lines in. When there are too many, those farthest from `near` go first. */
  insert({ from, lines }: LineRun, near: Range): void {
    // A run longer than the limit would push itself out line by line.
    const skip = this.#overflow(from, lines.length, near);
    for (let at = skip.from; at < skip.to; at += 1) {
      const line = lines[at];
      if (line !== undefined) this.#set(from + at, line);
    }
    if (this.#lines.size > this.#limit || this.#characters > this.#maxCharacters) this.#trim(near);
  }

  /** All that is held, in order. */
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

  /** Goes down to three quarters of the limit, so that the cost of a trim is shared by a thousand lines. */
  #trim(near: Range): void {
    const distance = (line: number): number => Math.max(near.from - line, line - near.to, 0);
    const sorted = [...this.#lines.keys()].sort((a, b) => distance(b) - distance(a));
    for (const line of sorted) {
      const few = this.#lines.size <= this.#limit * 0.75 && this.#characters <= this.#maxCharacters * 0.75;
      // What is looked at would be asked for again at once, however long its lines are.
      if (few || (this.#lines.size <= this.#limit && distance(line) === 0)) return;
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
