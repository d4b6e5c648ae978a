import type { Line } from '../../../protocol/line.ts';
import type { LineRun } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { RowLevel } from '../levels/row-level.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import type { FoldSource } from '../long-lines/long-view.ts';
import type { SpecialLines } from '../long-lines/special-lines.ts';
import { movesVertically } from '../../../protocol/terminal/vertical.ts';
import { mayRepeat } from '../../terminal/repeats.ts';
import { HOLD, type PartLoader } from '../../util/part-loader.ts';

/** How the row of a held line looks. */
type LevelAt = (line: number) => RowLevel | undefined;

interface EntryFoldsModule {
  readonly EntryFolds: new (fit: GlyphSpacing, levelAt: LevelAt) => FoldSource;
}

interface FoldsModule {
  readonly Folds: new (fit: GlyphSpacing, levelAt: LevelAt) => FoldSource;
}

/**
 * Folds lines that a tool redraws, stack traces and repeated lines. The code for either is loaded with the first such line: many logs
 * have none. Frames wait for it: unfolded lines would only flash.
 */
export class FoldLoader {
  readonly #special: SpecialLines;
  readonly #lines: LineCache;
  readonly #loadGlyphs: () => Promise<GlyphSpacing>;
  readonly #parts: PartLoader;
  readonly #levelAt: LevelAt;
  readonly #load: () => Promise<FoldsModule>;
  #part: Line | null = null;
  #head = 0;

  /** `loadGlyphs` loads what draws the rows that are left, and gives what fits their glyphs to the grid. */
  constructor(
    special: SpecialLines,
    lines: LineCache,
    loadGlyphs: () => Promise<GlyphSpacing>,
    parts: PartLoader,
    load: () => Promise<FoldsModule> = () => import('./folds.ts'),
    levelAt: LevelAt = () => undefined,
  ) {
    this.#special = special;
    this.#lines = lines;
    this.#loadGlyphs = loadGlyphs;
    this.#parts = parts;
    this.#load = load;
    this.#levelAt = levelAt;
  }

  /** Reads a run of lines. */
  read(run: LineRun): void {
    const { folds, entries } = this.#special;
    if (folds !== undefined) folds.read(run, this.#lines);
    else if (run.lines.some(([, text]) => movesVertically(text))) this.#requestFolds();
    if (entries !== undefined) entries.read(run, this.#lines);
    else if (hasEntries(run, this.#lines.get(run.from - 1))) this.#requestEntries();
  }

  /** Reads the unfinished line after line `head`. */
  readPart(part: Line | null, head: number): void {
    this.#part = part;
    this.#head = head;
    if (this.#special.folds !== undefined) this.#special.folds.readPart(part, head, this.#lines);
    else if (part !== null && movesVertically(part[1])) this.#requestFolds();
  }

  #requestFolds(): void {
    this.#request('folds', this.#load, ({ Folds }, glyphs) => {
      const folds = (this.#special.folds = this.#special.adopt(new Folds(glyphs, this.#levelAt)));
      folds.readPart(this.#part, this.#head, this.#lines);
    });
  }

  #requestEntries(): void {
    const load = (): Promise<EntryFoldsModule> => import('./entry-folds.ts');
    this.#request('entries', load, ({ EntryFolds }, glyphs) => {
      this.#special.entries = this.#special.adopt(new EntryFolds(glyphs, this.#levelAt));
    });
  }

  #request<Module>(name: string, load: () => Promise<Module>, use: (module: Module, glyphs: GlyphSpacing) => void): void {
    const loadBoth = (): Promise<readonly [Module, GlyphSpacing]> => Promise.all([load(), this.#loadGlyphs()]);
    this.#parts.load(name, loadBoth, ([module, glyphs]) => use(module, glyphs), HOLD.flash);
  }
}

/** Whether there is a stack trace, or a line repeated in a row; `before` is the line before the run. */
function hasEntries({ lines }: LineRun, before: Line | undefined): boolean {
  return lines.some((line, at) => {
    if (line[2]?.k === 1) return true;
    const previous = at === 0 ? before : lines[at - 1];
    return previous !== undefined && mayRepeat(line, previous);
  });
}
