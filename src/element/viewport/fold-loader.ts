import type { Run } from '../../worker/api.ts';
import type { HeldLines } from '../lines.ts';
import type { GlyphFit } from './glyph-fit.ts';
import type { LongLines } from './long-lines.ts';
import { goesUp } from './redraws.ts';

/** Has lines folded that a tool redraws. What does so is loaded when a line asks for it: most logs only go forward. */
export class FoldLoader {
  readonly #long: LongLines;
  readonly #lines: HeldLines;
  readonly #fit: GlyphFit;
  readonly #onLoaded: () => void;
  #asked = false;

  constructor(long: LongLines, lines: HeldLines, fit: GlyphFit, onLoaded: () => void) {
    this.#long = long;
    this.#lines = lines;
    this.#fit = fit;
    this.#onLoaded = onLoaded;
  }

  /** Reads lines that came. */
  learn(run: Run): void {
    if (this.#long.folds !== undefined) this.#long.folds.learn(run, this.#lines);
    else if (!this.#asked && run.lines.some(([, text]) => goesUp(text))) {
      this.#asked = true;
      // Where it cannot be loaded the lines are shown one by one.
      import('./folds.ts').then(
        ({ Folds }) => {
          const folds = (this.#long.folds = new Folds(this.#fit));
          folds.revealed = this.#long.revealed;
          folds.pinned = this.#long.pinned;
          folds.selected = this.#long.selected;
          for (const held of this.#lines.runs()) folds.learn(held, this.#lines);
          this.#onLoaded();
        },
        () => undefined,
      );
    }
  }
}
