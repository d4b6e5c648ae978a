import type { Line } from '../../../protocol/line.ts';
import type { LineRun } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { RowLevel } from '../levels/row-level.ts';
import type { HeldRows } from './facts-of-rows.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import type { LongLines } from '../long-lines/long-lines.ts';
import type { CommandSource, FoldSource } from '../long-lines/long-view.ts';
import { MAY_BE_COMMAND } from '../../terminal/may-be-command.ts';
import { movesVertically } from '../../../protocol/terminal/row-cursor.ts';
import { repeatKey } from '../../terminal/repeat-key.ts';

/** How the row of a held line looks. */
type LevelAt = (line: number) => RowLevel | undefined;

interface EntryFoldsModule {
  readonly EntryFolds: new (glyphs: GlyphSpacing, held: HeldRows) => FoldSource;
}

interface FoldsModule {
  readonly Folds: new (glyphs: GlyphSpacing, held: HeldRows) => FoldSource;
}

/** Nothing is drawn until lines can be folded, but no longer than this, ms: unfolded lines would only flash. */
export const HOLD = 500;

/**
 * Folds lines that a tool redraws, stack traces and repeated lines, and draws commands for CI systems without their syntax. The code
 * for each is loaded with the first such line: many logs have none.
 */
export class FoldLoader {
  readonly #long: LongLines;
  readonly #lines: LineCache;
  readonly #glyphs: GlyphSpacing;
  readonly #onLoaded: () => void;
  readonly #held: HeldRows;
  readonly #load: () => Promise<FoldsModule>;
  #part: Line | null = null;
  #head = 0;
  /** What was requested, and what of it has not come. */
  readonly #requested = new Set<string>();
  readonly #waiting = new Set<string>();

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
    this.#held = { line: (number) => lines.get(number), levelAt };
  }

  /** Whether drawing should wait, since there are lines to fold and the code for it is loading. */
  get isHoldingFrames(): boolean {
    return this.#waiting.size > 0;
  }

  /** Reads a run of lines. */
  read(run: LineRun): void {
    const { folds, entries } = this.#long;
    if (folds !== undefined) folds.read(run, this.#lines);
    else if (run.lines.some(([, text]) => movesVertically(text))) this.#requestFolds();
    if (entries !== undefined) entries.read(run, this.#lines);
    else if (hasEntries(run, this.#lines.get(run.from - 1))) this.#requestEntries();
    if (this.#long.commands === undefined && run.lines.some(([, text]) => MAY_BE_COMMAND.test(text))) this.#requestCommands();
  }

  /** Reads the unfinished line after line `head`. */
  readPart(part: Line | null, head: number): void {
    this.#part = part;
    this.#head = head;
    if (this.#long.folds !== undefined) this.#long.folds.readPart(part, head, this.#lines);
    else if (part !== null && movesVertically(part[1])) this.#requestFolds();
  }

  #requestFolds(): void {
    this.#request('folds', this.#load, ({ Folds }) => {
      const folds = (this.#long.folds = this.#adopt(new Folds(this.#glyphs, this.#held)));
      folds.readPart(this.#part, this.#head, this.#lines);
    });
  }

  #requestEntries(): void {
    const load = (): Promise<EntryFoldsModule> => import('./entry-folds.ts');
    this.#request('entries', load, ({ EntryFolds }) => {
      this.#long.entries = this.#adopt(new EntryFolds(this.#glyphs, this.#held));
    });
  }

  #requestCommands(): void {
    const load = (): Promise<{ readonly CommandLines: new () => CommandSource }> => import('../long-lines/command-lines.ts');
    this.#request('commands', load, ({ CommandLines }) => (this.#long.commands = new CommandLines()));
  }

  #request<Module>(name: string, load: () => Promise<Module>, use: (module: Module) => void): void {
    if (this.#requested.has(name)) return;
    this.#requested.add(name);
    this.#waiting.add(name);
    const release = (): void => {
      if (this.#waiting.delete(name)) this.#onLoaded();
    };
    const timer = setTimeout(release, HOLD);
    const settled = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(name);
      this.#onLoaded();
    };
    // If loading fails the lines are shown one by one.
    load().then((module) => {
      use(module);
      settled();
    }, settled);
  }

  /** Brings a source up to date with what came before it was loaded. */
  #adopt(source: FoldSource): FoldSource {
    source.revealed = this.#long.revealed;
    source.pinned = this.#long.pinned;
    for (const held of this.#lines.runs()) source.read(held, this.#lines);
    return source;
  }
}

/** Whether there is a stack trace, or a line repeated in a row; `before` is the line before the run. */
function hasEntries({ lines }: LineRun, before: Line | undefined): boolean {
  return lines.some((line, at) => {
    if (line[2]?.k === 1) return true;
    const previous = at === 0 ? before : lines[at - 1];
    // Few lines have the same length.
    return previous?.[1].length === line[1].length && repeatKey(line) !== '' && repeatKey(previous) === repeatKey(line);
  });
}
