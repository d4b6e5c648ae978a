import type { Line } from '../../../protocol/line.ts';
import type { LineRun } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import type { FoldSource, LongLines } from '../long-lines/long-lines.ts';
import { movesVertically } from './moves-vertically.ts';

interface FoldsModule {
  readonly Folds: new (fit: GlyphSpacing) => FoldSource;
}

/** Nothing is drawn until lines can be folded, but no longer than this, ms: what shows for a moment alone would only flash. */
export const HOLD = 500;

/** Has lines folded that a tool redraws. What does so is loaded when a line asks for it: most logs only go forward. */
export class FoldLoader {
  readonly #long: LongLines;
  readonly #lines: LineCache;
  readonly #glyphs: GlyphSpacing;
  readonly #onLoaded: () => void;
  readonly #load: () => Promise<FoldsModule>;
  #part: Line | null = null;
  #head = 0;
  #isRequested = false;
  #isHolding = false;

  constructor(
    long: LongLines,
    lines: LineCache,
    fit: GlyphSpacing,
    onLoaded: () => void,
    load: () => Promise<FoldsModule> = () => import('./folds.ts'),
  ) {
    this.#long = long;
    this.#lines = lines;
    this.#glyphs = fit;
    this.#onLoaded = onLoaded;
    this.#load = load;
  }

  /** Whether there are lines to fold, and what does so is on its way: then what there is to draw is better drawn a moment later. */
  get isHoldingFrames(): boolean {
    return this.#isHolding;
  }

  /** Reads lines that came. */
  read(run: LineRun): void {
    if (this.#long.folds !== undefined) this.#long.folds.read(run, this.#lines);
    else if (run.lines.some(([, text]) => movesVertically(text))) this.#request();
  }

  /** Reads the unfinished line behind line `head`. */
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
    // Where it cannot be loaded the lines are shown one by one.
    this.#load().then(({ Folds }) => {
      const folds = (this.#long.folds = new Folds(this.#glyphs));
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
