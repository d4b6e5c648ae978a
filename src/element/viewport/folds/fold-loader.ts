import type { Line } from '../../../protocol/line.ts';
import type { LineRun } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { RowLevel } from '../levels/row-level.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import type { FoldSource, LongLines } from '../long-lines/long-lines.ts';
import { movesVertically } from '../../../protocol/terminal/row-cursor.ts';

/** How the row of a held line looks. */
type LevelAt = (line: number) => RowLevel | undefined;

interface FoldsModule {
  readonly Folds: new (fit: GlyphSpacing, levelAt: LevelAt) => FoldSource;
}

/** Nothing is drawn until lines can be folded, but no longer than this, ms: unfolded lines would only flash. */
export const HOLD = 500;

/** Folds lines that a tool redraws. The code for it is loaded with the first such line: most logs have none. */
export class FoldLoader {
  readonly #long: LongLines;
  readonly #lines: LineCache;
  readonly #glyphs: GlyphSpacing;
  readonly #onLoaded: () => void;
  readonly #levelAt: LevelAt;
  readonly #load: () => Promise<FoldsModule>;
  #part: Line | null = null;
  #head = 0;
  #isRequested = false;
  #isHolding = false;

  constructor(
    long: LongLines,
    lines: LineCache,
    glyphs: GlyphSpacing,
    onLoaded: () => void,
    load: () => Promise<FoldsModule> = () => import('./folds.ts'),
    levelAt: LevelAt = () => undefined,
  ) {
    this.#long = long;
    this.#lines = lines;
    this.#glyphs = glyphs;
    this.#onLoaded = onLoaded;
    this.#load = load;
    this.#levelAt = levelAt;
  }

  /** Whether drawing should wait, since there are lines to fold and the code for it is loading. */
  get isHoldingFrames(): boolean {
    return this.#isHolding;
  }

  /** Reads a run of lines. */
  read(run: LineRun): void {
    if (this.#long.folds !== undefined) this.#long.folds.read(run, this.#lines);
    else if (run.lines.some(([, text]) => movesVertically(text))) this.#request();
  }

  /** Reads the unfinished line after line `head`. */
  readPart(part: Line | null, head: number): void {
    this.#part = part;
    this.#head = head;
    if (this.#long.folds !== undefined) this.#long.folds.readPart(part, head, this.#lines);
    else if (part !== null && movesVertically(part[1])) this.#request();
  }

  #request(): void {
    if (this.#isRequested) return;
    this.#isRequested = this.#isHolding = true;
    const timer = setTimeout(() => this.#release(), HOLD);
    const settled = (): void => {
      clearTimeout(timer);
      this.#release();
    };
    // If loading fails the lines are shown one by one.
    this.#load().then(({ Folds }) => {
      const folds = (this.#long.folds = new Folds(this.#glyphs, this.#levelAt));
      folds.revealed = this.#long.revealed;
      folds.pinned = this.#long.pinned;
      folds.selected = this.#long.selected;
      for (const held of this.#lines.runs()) folds.read(held, this.#lines);
      folds.readPart(this.#part, this.#head, this.#lines);
      settled();
    }, settled);
  }

  #release(): void {
    this.#isHolding = false;
    this.#onLoaded();
  }
}
