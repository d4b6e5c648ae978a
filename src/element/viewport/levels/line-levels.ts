import type { Line } from '../../../protocol/line.ts';
import type { CSSResult } from 'lit';
import type { PartLoader } from '../../util/part-loader.ts';
import type { RowLevel, rowLevel } from './row-level.ts';

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
  readonly #parts: PartLoader;
  readonly #onLoaded: (styles: readonly CSSResult[]) => void;
  /** Present once a line had a level. */
  #rowLevel: typeof rowLevel | undefined;
  #loading: Promise<void> | undefined;

  /** `onLoaded` is called with the styles that rows with a level need. */
  constructor(held: (line: number) => Line | undefined, parts: PartLoader, onLoaded: (styles: readonly CSSResult[]) => void) {
    this.#held = held;
    this.#parts = parts;
    this.#onLoaded = onLoaded;
  }

  /** How the row of a held line looks. */
  readonly at = (number: number): RowLevel | undefined => this.of(number, this.#held(number));

  of(number: number, line: Line | undefined): RowLevel | undefined {
    if (line === undefined) return undefined;
    const { l, k } = line[2] ?? {};
    if (l !== undefined || this.classifier === undefined) return this.#show(l, k === 1 || this.#isPiece(number));
    const { level, continues } = this.classifier(number, line, this.#held);
    return this.#show(level, continues || this.#isPiece(number));
  }

  /** Loads what says how rows look. */
  load(): Promise<void> {
    return (this.#loading ??= import('./row-level.ts').then((module) => {
      this.#rowLevel = module.rowLevel;
      this.#onLoaded(module.styles);
    }));
  }

  /** Rows are drawn again once it has come. */
  #request(): void {
    this.#parts.load(
      'levels',
      () => this.load(),
      () => undefined,
    );
  }

  #show(level: number | undefined, continues: boolean): RowLevel | undefined {
    if (level === undefined) return undefined;
    if (this.#rowLevel === undefined) this.#request();
    return this.#rowLevel?.(level, continues);
  }

  /** Whether it is a part of the line before. */
  #isPiece(number: number): boolean {
    return this.#held(number - 1)?.[2]?.p === 1;
  }
}
