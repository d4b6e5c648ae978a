import type { Line } from '../../../protocol/line.ts';
import type { LineRun } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { CommandSource, FoldSource } from '../long-lines/long-view.ts';
import type { SpecialLines } from '../long-lines/special-lines.ts';
import type { FoldLook } from './fold-view.ts';
import { movesVertically } from '../../../protocol/terminal/vertical.ts';
import { MAY_BE_COMMAND } from '../../terminal/may-be-command.ts';
import { mayRepeat } from '../../terminal/repeats.ts';
import { HOLD, type PartLoader } from '../../util/part-loader.ts';

interface EntryFoldsModule {
  readonly EntryFolds: new (look: FoldLook, isRaw: () => boolean) => FoldSource;
}

interface FoldsModule {
  readonly Folds: new (look: FoldLook) => FoldSource;
}

/**
 * Folds lines that a tool redraws, stack traces and repeated lines, and draws commands for CI systems without their syntax. The code
 * for each is loaded with the first such line: many logs have none. Frames wait for it: unfolded lines would only flash.
 */
export class FoldLoader {
  readonly #special: SpecialLines;
  readonly #lines: LineCache;
  readonly #loadLook: () => Promise<FoldLook>;
  readonly #parts: PartLoader;
  readonly #load: () => Promise<FoldsModule>;
  #part: Line | null = null;
  #head = 0;

  /** `loadLook` loads what draws the rows that are left. */
  constructor(
    special: SpecialLines,
    lines: LineCache,
    loadLook: () => Promise<FoldLook>,
    parts: PartLoader,
    load: () => Promise<FoldsModule> = () => import('./folds.ts'),
  ) {
    this.#special = special;
    this.#lines = lines;
    this.#loadLook = loadLook;
    this.#parts = parts;
    this.#load = load;
  }

  /** Reads a run of lines. */
  read(run: LineRun): void {
    const { folds, entries } = this.#special;
    if (folds !== undefined) folds.read(run, this.#lines);
    else if (run.lines.some(([, text]) => movesVertically(text))) this.#requestFolds();
    if (entries !== undefined) entries.read(run, this.#lines);
    else if (hasEntries(run, this.#lines.get(run.from - 1))) this.#requestEntries();
    if (this.#special.commands === undefined && run.lines.some(([, text]) => MAY_BE_COMMAND.test(text))) this.#requestCommands();
  }

  /** Reads the unfinished line after line `head`. */
  readPart(part: Line | null, head: number): void {
    this.#part = part;
    this.#head = head;
    if (this.#special.folds !== undefined) this.#special.folds.readPart(part, head, this.#lines);
    else if (part !== null && movesVertically(part[1])) this.#requestFolds();
  }

  #requestFolds(): void {
    this.#request('folds', this.#load, ({ Folds }, look) => {
      const folds = (this.#special.folds = this.#special.adopt(new Folds(look)));
      folds.readPart(this.#part, this.#head, this.#lines);
    });
  }

  #requestEntries(): void {
    const load = (): Promise<EntryFoldsModule> => import('./entry-folds.ts');
    this.#request('entries', load, ({ EntryFolds }, look) => {
      this.#special.entries = this.#special.adopt(new EntryFolds(look, () => this.#special.isRaw));
    });
  }

  #requestCommands(): void {
    const load = (): Promise<{ readonly CommandLines: new () => CommandSource }> => import('../long-lines/command-lines.ts');
    this.#request('commands', load, ({ CommandLines }) => (this.#special.commands = new CommandLines()));
  }

  #request<Module>(name: string, load: () => Promise<Module>, use: (module: Module, look: FoldLook) => void): void {
    const loadBoth = (): Promise<readonly [Module, FoldLook]> => Promise.all([load(), this.#loadLook()]);
    this.#parts.load(name, loadBoth, ([module, look]) => use(module, look), HOLD.flash);
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
