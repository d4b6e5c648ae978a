import type { Line } from '../../../protocol/line.ts';
import type { LineRun, Range } from '../../../worker/api.ts';
import { HOLD, type Loadable, type PartLoader } from '../../util/part-loader.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { SHOWN_CHARACTERS } from './limits.ts';
import type { CommandSource, FoldSource, LongView } from './long-view.ts';
import type { LongLines } from './long-lines.ts';
import type { RawLines } from './raw-lines.ts';

/** The lines that are not drawn like any other, and what draws them: each is loaded with the first such line. */
export class SpecialLines {
  /** Present once a line moved up. */
  folds: FoldSource | undefined;
  /** Present once there was a stack trace, or a line repeated in a row. */
  entries: FoldSource | undefined;
  /** Present once a line had a command for a CI system. */
  commands: CommandSource | undefined;
  /** Present once a line may hide text. */
  raw: RawLines | undefined;
  /** Commands and structured lines are drawn as they are. */
  isRaw = false;
  /** The page's template for links to places in files; empty for none. */
  sourceUrl = '';
  /** Lines selected as a whole. */
  selected: Range | undefined;
  readonly #lines: LineCache;
  readonly #parts: PartLoader;
  readonly #text: Loadable;
  /** Present once there was a long line, or one stored as several. */
  #long: LongLines | undefined;
  #revealed: number | undefined;
  #pinned: ReadonlySet<number> = new Set();

  /** `text` is what draws more than plain text. */
  constructor(lines: LineCache, parts: PartLoader, text: Loadable) {
    this.#lines = lines;
    this.#parts = parts;
    this.#text = text;
  }

  /** Reads a run of lines. */
  record(run: LineRun): void {
    if (this.#long !== undefined) this.#long.record(run);
    else if (run.lines.some(isLong)) this.#load();
  }

  /** How to draw a line; undefined for one that is drawn like any other. `columns` is undefined where lines are not broken. */
  view(number: number, line: Line, columns: number | undefined): LongView | undefined {
    return (
      this.raw?.view(number, line, columns) ??
      this.folds?.view(number, line, columns) ??
      this.entries?.view(number, line, columns) ??
      this.#long?.view(number, line, columns) ??
      (this.isRaw ? undefined : this.commands?.view(line, columns, this.sourceUrl))
    );
  }

  /** Lines that are not shown: parts of a collapsed line after its head. */
  collapsed(first: number, last: number): CollapsedRange[] {
    return this.#long?.collapsed(first, last) ?? [];
  }

  /** Parts of expanded lines without a row of their own: all of their text fills up the row of an earlier part. */
  lentAway(first: number, last: number, columns: number | undefined): CollapsedRange[] {
    return this.#long?.lentAway(first, last, columns) ?? [];
  }

  /** Whether a part of a long line has come, so that it need not be requested to find out where the line ends. */
  isKnown(number: number): boolean {
    return this.#long?.isKnown(number) ?? false;
  }

  /** The line that the reader went to last. */
  get revealed(): number | undefined {
    return this.#revealed;
  }

  set revealed(line: number | undefined) {
    this.#revealed = line;
    for (const source of this.#sources) source.revealed = line;
  }

  /** Lines in which a selection begins or ends. */
  get pinned(): ReadonlySet<number> {
    return this.#pinned;
  }

  set pinned(lines: ReadonlySet<number>) {
    this.#pinned = lines;
    for (const source of this.#sources) source.pinned = lines;
    if (this.#long !== undefined) this.#long.pinned = lines;
  }

  beginFrame(): void {
    this.#long?.beginFrame();
  }

  /** Whether another frame is needed, since not all could be read in this one. */
  get isReading(): boolean {
    return this.#long?.isReading ?? false;
  }

  /** Whether more is expanded than is read in one frame: such a log is never drawn as a whole. */
  get hasHugeLines(): boolean {
    return this.#long?.hasHugeLines ?? false;
  }

  /** Expands or collapses a line. Returns the lines that are drawn differently now. */
  toggle(number: number): Range {
    const range = this.folds?.toggle(number) ?? this.entries?.toggle(number) ?? this.#long?.toggle(number);
    return range ?? { from: number, to: number };
  }

  /** Shows a line raw, or as usual again; of folded lines all those that hide text. Returns the lines that are drawn differently now. */
  toggleRaw(number: number): Range {
    const source = this.#sources.find((each) => each.foldAt(number) !== undefined);
    const fold = source?.toggle(number);
    if (fold !== undefined) {
      this.raw?.show(fold, this.#lines);
      return fold;
    }
    const pieces = this.#hidingAfter(number);
    if (pieces !== undefined) {
      this.raw?.show(pieces, this.#lines);
      return this.toggle(number);
    }
    this.raw?.toggle(number);
    return { from: number, to: number };
  }

  /** Whether a line, or a piece of it that is not drawn, hides text, and if so whether that is shown now. */
  hidingOf(number: number, line: Line): 'hidden' | 'shown' | undefined {
    const own = this.raw?.stateOf(number, line);
    return own === undefined && this.#hidingAfter(number) !== undefined ? 'hidden' : own;
  }

  /** The pieces of a long line that are not drawn after line `number`, if one of them hides text. */
  #hidingAfter(number: number): Range | undefined {
    const pieces = this.#long?.notDrawnAfter(number);
    if (pieces === undefined || this.raw === undefined) return undefined;
    return this.raw.hidden(pieces, this.#lines).length > 0 ? pieces : undefined;
  }

  /** Whether only the head of a line is shown. */
  isCollapsed(number: number): boolean {
    return this.#long?.isCollapsed(number) ?? false;
  }

  /** All parts of the line that a line belongs to. */
  linesOf(number: number): Range {
    return this.#long?.linesOf(number) ?? { from: number, to: number };
  }

  /** Brings a source of folds up to date with what came before it was loaded. */
  adopt(source: FoldSource): FoldSource {
    source.revealed = this.#revealed;
    source.pinned = this.#pinned;
    for (const held of this.#lines.runs()) source.read(held, this.#lines);
    return source;
  }

  clear(): void {
    for (const source of this.#sources) source.clear();
    this.raw?.clear();
    this.#long?.clear();
    this.revealed = undefined;
  }

  get #sources(): readonly FoldSource[] {
    return [this.folds ?? [], this.entries ?? []].flat();
  }

  #load(): void {
    this.#parts.load(
      'long lines',
      () => Promise.all([import('./long-lines.ts'), this.#text.load()]),
      ([{ LongLines: Loaded }]) => {
        this.#long = new Loaded(this.#lines);
        this.#long.pinned = this.#pinned;
        for (const held of this.#lines.runs()) this.#long.record(held);
      },
      HOLD.wrong,
    );
  }
}

/** Whether a line is too long to be drawn like others, or stored as several. */
function isLong([, text, extra]: Line): boolean {
  return text.length > SHOWN_CHARACTERS || extra?.p === 1;
}
