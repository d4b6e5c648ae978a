import { shownText } from '../../protocol/terminal/shown-text.ts';
import { textOf } from './runs.ts';
import { Screen, type FrameRow } from './screen.ts';

/** Rows of a fold that can no longer change, at most; further redraws begin another fold. */
const MAX_FIXED_ROWS = 256;
/** Longest line that can be redrawn, characters; a longer one ends all folds before it. */
export const MAX_LINE = 65_536;

/** A fold of up to this many lines is dropped if it would hide only empty lines. */
const FEW = 16;

/** Lines that a tool redrew, and the rows that are left of them. */
export interface Redraw {
  readonly from: number;
  /** The last line that wrote over others. */
  readonly to: number;
  /** How often the tool moved up to write over earlier rows. */
  readonly updates: number;
  /** The rows that a terminal shows in the end, each with the line that wrote it, without empty ones at the end. */
  readonly frame: readonly FrameRow[];
}

interface Fold {
  from: number;
  readonly to: number;
  updates: number;
  /** Rows that have left the screen. */
  fixed: FrameRow[];
  /** Texts of the lines, where they are few. */
  lines: readonly string[] | undefined;
}

/**
 * Finds the lines that a tool redraws (docker, BuildKit, cargo, gradle, npm …: cursor up, to a position, erase below).
 * Reads consecutive lines; its memory does not grow with their number as long as finished redraws are fetched with
 * `drain()`.
 */
export class RedrawScanner {
  #screen = new Screen();
  #next: number;
  /** Ascending and disjoint; each has a row on the screen. */
  #open: Fold[] = [];
  #done: Redraw[] = [];
  /** The last few lines. */
  #latest: string[] = [];

  /** @param first - Number of the first line. */
  constructor(first: number) {
    this.#next = first;
  }

  /** Number of the line that `push` expects. */
  get next(): number {
    return this.#next;
  }

  /**
   * Reads the next line.
   *
   * @param carry - SGR parameters in force at its start.
   */
  push(text: string, carry = ''): void {
    const line = this.#next++;
    if (text.length > MAX_LINE) this.#restart();
    this.#latest.push(text);
    if (this.#latest.length > FEW) this.#latest.shift();
    const { touched, ups, added } = this.#screen.write(line, text, carry);
    if (touched < line || added > 1 || ups > 0) this.#fold(Math.min(touched, line), line, ups);
    this.#scroll();
  }

  /** The redraws that no later line can change, each returned once, in order. */
  drain(): Redraw[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  /** The redraws that later lines may still change, in order, in their present state. */
  open(): Redraw[] {
    return this.#open.flatMap((fold) => this.#result(fold, [...fold.fixed, ...this.#screen.rows(fold.from, fold.to)]) ?? []);
  }

  #fold(from: number, to: number, updates: number): void {
    const fold: Fold = { from, to, updates, fixed: [], lines: undefined };
    // Adjacent folds are one: a bar below a tool's output would make a fold of each line.
    for (let last = this.#open.at(-1); last !== undefined && last.to >= fold.from - 1; last = this.#open.at(-1)) {
      fold.from = Math.min(fold.from, last.from);
      fold.updates += last.updates;
      // Only the first of all can have rows that left the screen.
      fold.fixed = last.fixed;
      this.#open.pop();
    }
    const count = to - fold.from + 1;
    if (count <= FEW) fold.lines = this.#latest.slice(-count);
    this.#open.push(fold);
  }

  #scroll(): void {
    for (let row = this.#screen.scroll(); row !== undefined; row = this.#screen.scroll()) {
      const fold = this.#open[0];
      if (fold === undefined || row.first < fold.from) continue;
      fold.fixed.push(row.left());
      const next = this.#screen.firstLine;
      if (next > fold.to) {
        this.#open.shift();
        this.#finish(fold);
      } else if (fold.fixed.length >= MAX_FIXED_ROWS && next > row.first) {
        this.#finish({ ...fold, to: next - 1, lines: undefined });
        fold.lines = undefined;
        fold.from = next;
        fold.updates = 0;
        fold.fixed = [];
      }
    }
  }

  #restart(): void {
    this.#done.push(...this.open());
    this.#open = [];
    this.#screen = new Screen();
  }

  #finish(fold: Fold): void {
    const result = this.#result(fold, fold.fixed);
    if (result !== undefined) this.#done.push(result);
  }

  /** Undefined where folding would hide no text, since the rows show what the lines show one by one. */
  #result({ from, to, updates, lines }: Fold, rows: readonly FrameRow[]): Redraw | undefined {
    const texts = rows.map(({ runs }) => textOf(runs));
    if (lines !== undefined && same(texts, lines.map(shownText))) return undefined;
    let length = rows.length;
    while (length > 0 && rows[length - 1]?.runs.every((run) => run.text.trim() === '' && !run.chip) === true) length -= 1;
    return { from, to, updates: Math.max(1, updates), frame: rows.slice(0, length) };
  }
}

/** Whether both have the same texts in the same order, apart from empty lines. */
function same(rows: readonly string[], lines: readonly string[]): boolean {
  const written = (texts: readonly string[]): string[] => texts.map((text) => text.trimEnd()).filter((text) => text !== '');
  const left = written(rows);
  const each = written(lines);
  return left.length === each.length && left.every((text, at) => text === each[at]);
}
