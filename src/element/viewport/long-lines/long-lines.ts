import type { Line } from '../../../protocol/line.ts';
import type { Range, LineRun } from '../../../worker/api.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { SHOWN_CHARACTERS, headOf, segmentsOf, wholeOf, type LineSegment, type Shown } from './long-line.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';

/** Parts of lines that are remembered, at most: those of the lowest numbers go first. */
const MAX_PARTS = 4_096;

/** How a line is drawn that is not shown as a whole, or only because the reader asked for it. */
export interface LongView {
  /** What is drawn, where that is its head. */
  readonly head: Shown | undefined;
  /** What is drawn, where that is all of it. */
  readonly whole: Shown | undefined;
  readonly segments: readonly LineSegment[];
  /** Characters left out, here and in the lines that go on; undefined where another row says so. */
  readonly hidden: number | undefined;
  /** How often the lines were redrawn of which it is the first. */
  readonly updates?: number;
  readonly wraps: boolean;
  /** Rows it takes where lines are broken. */
  readonly rows: number;
}

/** Lines of which only what a tool left of them is shown, and the text of that, with a line feed between its rows. */
export interface Folded extends Range {
  readonly text: string;
}

/** Lines that are shown as what a tool left of them. */
export interface FoldSource {
  /** A line that the reader went to: it is not folded away, also when it is found to be in a fold later. */
  revealed: number | undefined;
  /** Lines in which a selection begins or ends. */
  pinned: ReadonlySet<number>;
  /** Lines that are selected as a whole. */
  selected: Range | undefined;
  /** Whether the unfinished line is shown in a fold, and not in a row of its own. */
  readonly showsPart: boolean;
  read(run: LineRun, lines: LineCache): void;
  readPart(part: Line | null, head: number, lines: LineCache): void;
  collapsed(first: number, last: number, rowHeight: number, columns: number | undefined): CollapsedRange[];
  foldedIn(range: Range): Folded[];
  toFetch(first: number): Range[];
  toggle(number: number): Range | undefined;
  view(number: number, line: Line, columns: number | undefined): LongView | undefined;
  clear(): void;
}

/** Characters of long lines out of the window that are remembered with how they are drawn, at most. */
export const MAX_CHARACTERS = 8_000_000;

/** Characters of expanded lines that are read in one frame; the next ones are shown by their heads until it is their turn. */
const READ_AT_ONCE = 500_000;

interface Part {
  readonly characters: number;
  readonly goesOn: boolean;
}

/** A line that came in several: its first and last number, and its characters. */
interface Group extends Range {
  readonly characters: number;
}

/** Lines too long to be drawn as a whole, also those that are stored as several: which are collapsed, and which expanded. */
export class LongLines {
  /** There as soon as a line goes up. */
  folds: FoldSource | undefined;
  readonly #lines: LineCache;
  /** First lines of those that are expanded, and their characters. */
  readonly #expanded = new Map<number, number>();
  readonly #parts = new Map<number, Part>();
  #groups: readonly Group[] | undefined = [];
  /** What was read of lines: it is the same at any width. */
  readonly #heads = new WeakMap<Line, Shown | null>();
  readonly #wholes = new WeakMap<Line, Shown>();
  #read = 0;
  #isReading = false;
  #revealed: number | undefined;
  #pinned: ReadonlySet<number> = new Set();
  #selected: Range | undefined;
  readonly #views = new Map<number, { line: Line; readonly key: string; readonly view: LongView | undefined; frame: number }>();
  /** Of the lines in `#views`. */
  #characters = 0;
  /** Frames in which something was drawn, and whether anything is in this one. */
  #frame = 0;
  #drew = false;

  constructor(lines: LineCache) {
    this.#lines = lines;
  }

  /** Notes which lines of a run are parts of longer ones. */
  record({ from, lines: texts }: LineRun): void {
    for (const [at, line] of texts.entries()) {
      const number = from + at;
      const goesOn = line[2]?.p === 1;
      if (goesOn || this.#parts.get(number - 1)?.goesOn === true) this.#note(number, line);
      const next = goesOn && at === texts.length - 1 ? this.#lines.get(number + 1) : undefined;
      if (next !== undefined) this.#note(number + 1, next);
    }
    if (this.#parts.size > MAX_PARTS) {
      const excess = [...this.#parts.keys()].sort((a, b) => a - b).slice(0, this.#parts.size - MAX_PARTS);
      for (const number of excess) this.#parts.delete(number);
    }
  }

  /** Whether anything is known of a line that goes on in another, so that it need not be asked for to find out. */
  isKnown(number: number): boolean {
    return this.#parts.has(number);
  }

  /** The lines that stand for nothing: what goes on from a line of which only the head is drawn. */
  collapsed(first: number, last: number): CollapsedRange[] {
    return this.#all().flatMap((group) => {
      const from = Math.max(first, this.#lastShown(group) + 1);
      const to = Math.min(last, group.to);
      return from > to || this.#expanded.has(group.from) ? [] : [{ from, to, height: 0 }];
    });
  }

  /** How a line is to be drawn; undefined for a line like any other. `columns` is undefined where lines are not broken. */
  view(number: number, line: Line, columns: number | undefined): LongView | undefined {
    const fold = this.folds?.view(number, line, columns);
    if (fold !== undefined) return fold;
    if (line[1].length <= SHOWN_CHARACTERS && !this.#parts.has(number)) return undefined;
    const group = this.#groupOf(number);
    const expanded = this.#expanded.has(group.from);
    const key = `${expanded} ${columns} ${group.to} ${group.characters}`;
    const known = this.#views.get(number);
    this.#drew = true;
    if (known !== undefined && known.key === key && sameText(known.line, line)) {
      known.frame = this.#frame;
      // Fetched again: what is drawn of it stays as it is, with a selection in it.
      known.line = line;
      return known.view;
    }
    // Until it is its turn, a line that is expanded is looked at anew in each frame.
    if (expanded && !this.#mayRead(line, columns)) return this.#waitingView(line);
    const view = this.#draw(number, line, columns, group, expanded);
    this.#characters += line[1].length - (known?.line[1].length ?? 0);
    this.#views.set(number, { line, key, view, frame: this.#frame });
    return view;
  }

  /** The line that the reader went to last. */
  get revealed(): number | undefined {
    return this.#revealed;
  }

  set revealed(line: number | undefined) {
    this.#revealed = line;
    if (this.folds !== undefined) this.folds.revealed = line;
  }

  /** Lines in which a selection begins or ends. */
  get pinned(): ReadonlySet<number> {
    return this.#pinned;
  }

  set pinned(lines: ReadonlySet<number>) {
    this.#pinned = lines;
    if (this.folds !== undefined) this.folds.pinned = lines;
  }

  /** Lines that are selected as a whole. */
  get selected(): Range | undefined {
    return this.#selected;
  }

  set selected(range: Range | undefined) {
    this.#selected = range;
    if (this.folds !== undefined) this.folds.selected = range;
  }

  /** A frame begins. */
  beginFrame(): void {
    this.#read = 0;
    this.#isReading = false;
    if (this.#drew) this.#frame += 1;
    this.#drew = false;
    if (this.#views.size > MAX_PARTS || this.#characters > MAX_CHARACTERS) this.#forgetUnseen();
  }

  /** How many lines are remembered with how they are drawn, and their characters. */
  get remembered(): { readonly lines: number; readonly characters: number } {
    return { lines: this.#views.size, characters: this.#characters };
  }

  /** Whether lines wait for the next frame. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Shows all of a line, or its head again. Returns the lines that are drawn otherwise now. */
  toggle(number: number): Range {
    const fold = this.folds?.toggle(number);
    if (fold !== undefined) return fold;
    const group = this.#groupOf(number);
    const characters = group.characters || (this.#views.get(number)?.line[1].length ?? 0);
    if (!this.#expanded.delete(group.from)) this.#expanded.set(group.from, characters);
    return group;
  }

  /** Whether more is expanded than is read in one frame: it is drawn only where it is looked at. */
  get hasHugeLines(): boolean {
    let characters = 0;
    for (const expanded of this.#expanded.values()) characters += expanded;
    return characters > READ_AT_ONCE;
  }

  /** The lines that are one with a line. */
  linesOf(number: number): Range {
    return this.#groupOf(number);
  }

  clear(): void {
    this.folds?.clear();
    this.revealed = undefined;
    this.#expanded.clear();
    this.#parts.clear();
    this.#views.clear();
    this.#characters = 0;
    this.#groups = [];
  }

  #draw(number: number, line: Line, columns: number | undefined, group: Group, expanded: boolean): LongView | undefined {
    const wraps = columns !== undefined;
    const isLast = number === (expanded ? group.to : this.#lastShown(group));
    if (expanded) {
      const whole = this.#wholeOf(line);
      const grid = columns ?? SHOWN_CHARACTERS;
      const segments = segmentsOf(whole.runs, grid, Math.max(1, Math.floor(SHOWN_CHARACTERS / grid)));
      const rows = segments.reduce((sum, segment) => sum + segment.rows, 0) + (isLast ? 1 : 0);
      return { head: undefined, whole, segments, hidden: isLast ? 0 : undefined, wraps, rows: Math.max(1, rows) };
    }
    const head = this.#headOf(line);
    let rest = 0;
    for (let part = number + 1; part <= group.to; part += 1) rest += this.#parts.get(part)?.characters ?? 0;
    const hidden = (head?.hidden ?? 0) + rest;
    if (!isLast || hidden === 0) return undefined;
    const shown = head ?? this.#wholeOf(line);
    const rows = columns === undefined ? 1 : rowCount(shown.text, columns) + 1;
    return { head: shown, whole: undefined, segments: [], hidden, wraps, rows };
  }

  /** Where lines are broken few of them are in sight, and their rows have to be known. */
  #mayRead(line: Line, columns: number | undefined): boolean {
    if (columns !== undefined || this.#read === 0 || this.#read + line[1].length <= READ_AT_ONCE) {
      this.#read += line[1].length;
      return true;
    }
    this.#isReading = true;
    return false;
  }

  #waitingView(line: Line): LongView {
    const head = this.#headOf(line) ?? this.#wholeOf(line);
    return { head, whole: undefined, segments: [], hidden: undefined, wraps: false, rows: 1 };
  }

  #headOf(line: Line): Shown | undefined {
    let head = this.#heads.get(line);
    if (head === undefined) this.#heads.set(line, (head = headOf(line) ?? null));
    return head ?? undefined;
  }

  #wholeOf(line: Line): Shown {
    let whole = this.#wholes.get(line);
    if (whole === undefined) this.#wholes.set(line, (whole = wholeOf(line)));
    return whole;
  }

  /** The last line of a group of which anything is drawn while it is collapsed. */
  #lastShown({ from, to }: Range): number {
    let characters = 0;
    for (let number = from; number < to; number += 1) {
      characters += this.#parts.get(number)?.characters ?? 0;
      if (characters >= SHOWN_CHARACTERS) return number;
    }
    return to;
  }

  /** Forgets how lines are drawn that were not in the last frame. */
  #forgetUnseen(): void {
    for (const [number, { line, frame }] of this.#views) {
      if (frame >= this.#frame - 1) continue;
      this.#views.delete(number);
      this.#characters -= line[1].length;
    }
  }

  #note(number: number, [, text, extra]: Line): void {
    this.#parts.set(number, { characters: text.length, goesOn: extra?.p === 1 });
    this.#groups = undefined;
  }

  #groupOf(number: number): Group {
    const group = this.#all().find(({ from, to }) => number >= from && number <= to);
    return group ?? { from: number, to: number, characters: 0 };
  }

  #all(): readonly Group[] {
    if (this.#groups !== undefined) return this.#groups;
    const groups: Group[] = [];
    for (const number of [...this.#parts.keys()].sort((a, b) => a - b)) {
      const part = this.#parts.get(number);
      const last = groups.at(-1);
      if (part === undefined) continue;
      const goesOn = last?.to === number && this.#parts.get(number - 1)?.goesOn === true;
      // What goes on does so in the next line, whether that has come or not.
      const to = part.goesOn ? number + 1 : number;
      if (goesOn) groups[groups.length - 1] = { from: last.from, to, characters: last.characters + part.characters };
      else groups.push({ from: number, to, characters: part.characters });
    }
    this.#groups = groups;
    return groups;
  }
}

function sameText(a: Line, b: Line): boolean {
  return a === b || (a[1] === b[1] && a[2]?.c === b[2]?.c);
}
