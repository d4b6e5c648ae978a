import type { Line } from '../../../protocol/line.ts';
import { hidesText } from '../../../protocol/terminal/hidden-text.ts';
import type { RowLevel } from '../levels/row-level.ts';

/** The lines that are held, and how their rows look. */
export interface HeldRows {
  line(number: number): Line | undefined;
  levelAt(number: number): RowLevel | undefined;
}

/** What a row that is left of folded lines shows of the line that wrote it. */
export interface RowFacts {
  readonly level: RowLevel | undefined;
  /** When the line was written, and the one before it; unix ms. */
  readonly time: number | undefined;
  readonly before: number | undefined;
  /** Whether it has text that a terminal does not show. */
  readonly hides: boolean;
}

const UNKNOWN: RowFacts = { level: undefined, time: undefined, before: undefined, hides: false };

/** Rows whose facts are remembered, at most. */
export const MAX_REMEMBERED = 4_096;

/** Knows the facts of rows also when their lines are not held any more: folded lines are not fetched again. */
export class FactsOfRows {
  readonly #held: HeldRows;
  readonly #facts = new Map<number, RowFacts>();
  readonly #hides = new WeakMap<Line, boolean>();

  constructor(held: HeldRows) {
    this.#held = held;
  }

  of(number: number): RowFacts {
    const line = this.#held.line(number);
    const known = this.#facts.get(number) ?? UNKNOWN;
    if (line === undefined) return known;
    const before = this.#held.line(number - 1)?.[0] ?? known.before;
    const facts = { level: this.#held.levelAt(number), time: line[0], before, hides: this.hides(line) };
    if (this.#facts.size >= MAX_REMEMBERED) this.#facts.clear();
    this.#facts.set(number, facts);
    return facts;
  }

  hides(line: Line): boolean {
    let hides = this.#hides.get(line);
    if (hides === undefined) this.#hides.set(line, (hides = hidesText(line[1], line[2]?.c)));
    return hides;
  }

  clear(): void {
    this.#facts.clear();
  }
}
