import type { Line } from '../../../protocol/line.ts';
import { rowLevel, type RowLevel } from './row-level.ts';

/** The level of a line, and whether it continues the entry above it. */
export interface LineLevel {
  readonly level: number | undefined;
  readonly continues: boolean;
}

/** Finds the level of a line in its text; `held` gives the lines above it, as far as they are held. */
export type Classifier = (number: number, line: Line, held: (line: number) => Line | undefined) => LineLevel;

/** The levels of lines, as their rows show them. */
export class LineLevels {
  /** Used for lines without marks, where the server marks none. */
  classifier: Classifier | undefined;
  readonly #held: (line: number) => Line | undefined;

  constructor(held: (line: number) => Line | undefined) {
    this.#held = held;
  }

  /** How the row of a held line looks. */
  readonly at = (number: number): RowLevel | undefined => this.of(number, this.#held(number));

  of(number: number, line: Line | undefined): RowLevel | undefined {
    if (line === undefined) return undefined;
    const { l, k } = line[2] ?? {};
    if (l !== undefined || this.classifier === undefined) return rowLevel(l, k === 1 || this.#isPiece(number));
    const { level, continues } = this.classifier(number, line, this.#held);
    return rowLevel(level, continues || this.#isPiece(number));
  }

  /** Whether it is a part of the line before. */
  #isPiece(number: number): boolean {
    return this.#held(number - 1)?.[2]?.p === 1;
  }
}
