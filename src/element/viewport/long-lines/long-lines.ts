import type { Line } from '../../../protocol/line.ts';
import type { LineRun, Range } from '../../../worker/api.ts';
import type { TextRun } from '../../terminal/runs.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { SHOWN_CHARACTERS } from './limits.ts';
import { headOf, layOutRows, segmentsOf, wholeOf, type Shown } from './long-line.ts';
import type { LongView } from './long-view.ts';
import { PieceFlow } from './piece-flow.ts';
import { MAX_PIECES, StoredPieces, type StoredLine } from './stored-pieces.ts';

/** Characters of long lines outside the window whose views are kept, at most. */
export const MAX_CHARACTERS = 8_000_000;

/** Characters of expanded lines read in one frame; until it is their turn the others show their heads. */
const READ_AT_ONCE = 500_000;

interface KnownView {
  line: Line;
  readonly key: string;
  /** Whether the last row is filled up as far as it can be. */
  readonly isComplete: boolean;
  readonly view: LongView | undefined;
  frame: number;
}

/** What was read of a line, and the link that was open where it started. */
interface Read<T> {
  readonly link: string;
  readonly shown: T;
}

/** Lines too long to be drawn as a whole, including those stored as several: which are collapsed and which expanded. */
export class LongLines {
  /** Lines in which a selection begins or ends. */
  pinned: ReadonlySet<number> = new Set();
  readonly #lines: LineCache;
  readonly #parts: StoredPieces;
  readonly #flow: PieceFlow;
  /** First lines of those that are expanded, and their characters. */
  readonly #expanded = new Map<number, number>();
  /** What was read of lines; it does not depend on the width. */
  readonly #heads = new WeakMap<Line, Read<Shown | undefined>>();
  readonly #wholes = new WeakMap<Line, Read<Shown>>();
  /** Characters read in this frame of lines that are drawn, and of parts before them. */
  #read = 0;
  #readBefore = 0;
  #isReading = false;
  readonly #views = new Map<number, KnownView>();
  /** Characters of the lines in `#views`. */
  #characters = 0;
  /** Number of frames in which a long line was drawn, and whether this is one. */
  #frame = 0;
  #isDrawn = false;

  constructor(lines: LineCache) {
    this.#lines = lines;
    this.#parts = new StoredPieces(lines);
    this.#flow = new PieceFlow(
      { whole: (number) => this.#runsOf(number), head: (number, characters) => this.#startOf(number, characters) },
      MAX_PIECES,
    );
  }

  /** Notes which lines of a run are parts of longer ones. */
  record(run: LineRun): void {
    this.#parts.record(run);
  }

  /** Whether a part of a long line has come, so that it need not be requested to find out where the line ends. */
  isKnown(number: number): boolean {
    return this.#parts.has(number);
  }

  /** Lines that are not shown: parts of a collapsed line after its head. */
  collapsed(first: number, last: number): CollapsedRange[] {
    return this.#parts.groups().flatMap((group) => {
      const from = Math.max(first, this.#lastShown(group) + 1);
      const to = Math.min(last, group.to);
      return from > to || this.#expanded.has(group.from) ? [] : [{ from, to, height: 0 }];
    });
  }

  /** Parts of expanded lines without a row of their own: all of their text fills up the row of an earlier part. */
  lentAway(first: number, last: number, columns: number | undefined): CollapsedRange[] {
    if (columns === undefined || this.#expanded.size === 0) return [];
    return this.#parts
      .groups()
      .filter((group) => this.#expanded.has(group.from))
      .flatMap((group) => this.#flow.lentAway(group, columns))
      .flatMap((part) => (part >= first && part <= last ? [{ from: part, to: part, height: 0 }] : []));
  }

  /** How to draw a line; undefined for one that is drawn like any other. `columns` is undefined where lines are not broken. */
  view(number: number, line: Line, columns: number | undefined): LongView | undefined {
    if (line[1].length <= SHOWN_CHARACTERS && !this.#parts.has(number)) return undefined;
    this.#isDrawn = true;
    const group = this.#parts.groupOf(number);
    const isExpanded = this.#expanded.has(group.from);
    const start = isExpanded && columns !== undefined ? this.#flow.startOf(number, group, columns) : undefined;
    const { sequence, link } = this.#parts.startOf(number);
    const key = [isExpanded, columns, group.to, group.characters, start, sequence, link].join(' ');
    const known = this.#views.get(number);
    const isSame = known?.key === key && sameText(known.line, line);
    if (isSame && !this.#canFillUp(number, known, group, columns)) {
      known.frame = this.#frame;
      // A line that was fetched again is drawn as before, so that a selection in it holds.
      known.line = line;
      return known.view;
    }
    if (isExpanded && !this.#mayRead(line, columns)) return this.#waitingView(number, line);
    const drawn = isExpanded
      ? this.#expandedView(number, line, columns, group, start)
      : { view: this.#headView(number, line, columns, group), isComplete: true };
    const isUnchanged = isSame && known.view?.lent.length === drawn.view?.lent.length;
    const view = isUnchanged ? known.view : drawn.view;
    this.#characters += line[1].length - (known?.line[1].length ?? 0);
    this.#views.set(number, { line, key, isComplete: drawn.isComplete, view, frame: this.#frame });
    return view;
  }

  beginFrame(): void {
    this.#read = this.#readBefore = 0;
    this.#isReading = false;
    if (this.#isDrawn) this.#frame += 1;
    this.#isDrawn = false;
    if (this.#views.size > MAX_PIECES || this.#characters > MAX_CHARACTERS) this.#forgetUnseen();
  }

  /** How many views are kept, and the characters of their lines. */
  get remembered(): { readonly lines: number; readonly characters: number } {
    return { lines: this.#views.size, characters: this.#characters };
  }

  /** Whether another frame is needed, since not all could be read in this one. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Expands or collapses a line. Returns the lines that are drawn differently now. */
  toggle(number: number): Range {
    const group = this.#parts.groupOf(number);
    const characters = group.characters || (this.#views.get(number)?.line[1].length ?? 0);
    if (!this.#expanded.delete(group.from)) this.#expanded.set(group.from, characters);
    return group;
  }

  /** Whether only the head of a line is shown. */
  isCollapsed(number: number): boolean {
    const view = this.#views.get(number)?.view;
    return view !== undefined && view.hidden !== undefined && !this.#expanded.has(this.#parts.groupOf(number).from);
  }

  /** The pieces of a long line that are not drawn, if this is the last one that is. */
  notDrawnAfter(number: number): Range | undefined {
    const group = this.#parts.groupOf(number);
    if (group.to === number || this.#expanded.has(group.from) || this.#lastShown(group) !== number) return undefined;
    return { from: number + 1, to: group.to };
  }

  /** Whether more is expanded than is read in one frame: such a log is never drawn as a whole. */
  get hasHugeLines(): boolean {
    let characters = 0;
    for (const expanded of this.#expanded.values()) characters += expanded;
    return characters > READ_AT_ONCE;
  }

  /** All parts of the line that a line belongs to. */
  linesOf(number: number): Range {
    return this.#parts.groupOf(number);
  }

  clear(): void {
    this.#expanded.clear();
    this.#parts.clear();
    this.#flow.clear();
    this.#views.clear();
    this.#characters = 0;
  }

  #headView(number: number, line: Line, columns: number | undefined, group: StoredLine): LongView | undefined {
    const wraps = columns !== undefined;
    const head = this.#headOf(number, line);
    let rest = 0;
    for (let part = number + 1; part <= group.to; part += 1) rest += this.#parts.charactersOf(part);
    const hidden = (head?.hidden ?? 0) + rest;
    const isLast = number === this.#lastShown(group) && hidden > 0;
    // What a part shows by itself is its own text, unless that begins or ends within a sequence.
    if (!isLast && this.#parts.readable(number, line) === line) return undefined;
    const shown = head ?? this.#wholeOf(number, line);
    const rows = columns === undefined ? 1 : rowCount(shown.text, columns) + (isLast ? 1 : 0);
    return { head: shown, whole: undefined, lent: [], segments: [], hidden: isLast ? hidden : undefined, wraps, rows };
  }

  #expandedView(
    number: number,
    line: Line,
    columns: number | undefined,
    group: StoredLine,
    start: number | undefined,
  ): { readonly view: LongView; readonly isComplete: boolean } {
    const whole = this.#wholeOf(number, line);
    const isLast = number === group.to;
    const hidden = isLast ? 0 : undefined;
    if (columns === undefined) {
      const segments = segmentsOf(layOutRows(whole.runs, SHOWN_CHARACTERS), 1);
      return { view: { head: undefined, whole, lent: [], segments, hidden, wraps: false, rows: 1 }, isComplete: true };
    }
    const own = this.#flow.layOut(number, whole.runs, start, columns);
    // A part without a row of its own is left out of the next frame.
    if (own.rows.length === 0 && !isLast) this.#isReading = true;
    const { lent, isComplete } = this.#flow.lentTo(number, group, columns);
    const runs = [...whole.runs, ...lent.flatMap((text) => text.runs)];
    const layout = lent.length === 0 ? own : layOutRows(runs, columns, start);
    const segments = segmentsOf(layout, Math.max(1, Math.floor(SHOWN_CHARACTERS / columns)));
    const rows = Math.max(1, layout.rows.length + (isLast ? 1 : 0));
    return { view: { head: undefined, whole: { ...whole, runs }, lent, segments, hidden, wraps: true, rows }, isComplete };
  }

  /** Whether the last row of a part may be filled up further; the row of a selection stays as it is. */
  #canFillUp(number: number, { isComplete }: KnownView, { to }: StoredLine, columns: number | undefined): boolean {
    if (isComplete || columns === undefined || this.pinned.has(number)) return false;
    return number < to && this.#lines.get(number + 1) !== undefined;
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

  #waitingView(number: number, line: Line): LongView {
    const head = this.#headOf(number, line) ?? this.#wholeOf(number, line);
    return { head, whole: undefined, lent: [], segments: [], hidden: undefined, wraps: false, rows: 1 };
  }

  #headOf(number: number, line: Line): Shown | undefined {
    const { link } = this.#parts.startOf(number);
    const readable = this.#parts.readable(number, line);
    let head = this.#heads.get(readable);
    if (head?.link !== link) this.#heads.set(readable, (head = { link, shown: headOf(readable, link) }));
    return head.shown;
  }

  #wholeOf(number: number, line: Line): Shown {
    const { link } = this.#parts.startOf(number);
    const readable = this.#parts.readable(number, line);
    let whole = this.#wholes.get(readable);
    if (whole?.link !== link) this.#wholes.set(readable, (whole = { link, shown: wholeOf(readable, link) }));
    return whole.shown;
  }

  /** The text of an earlier part, which decides where a later one starts; undefined where it has to wait. */
  #runsOf(number: number): readonly TextRun[] | undefined {
    const line = this.#lines.get(number);
    if (line === undefined) return undefined;
    if (this.#readBefore > 0 && this.#readBefore + line[1].length > READ_AT_ONCE) {
      this.#isReading = true;
      return undefined;
    }
    this.#readBefore += line[1].length;
    return this.#wholeOf(number, line).runs;
  }

  #startOf(number: number, characters: number): readonly TextRun[] | undefined {
    const line = this.#lines.get(number);
    if (line === undefined) return undefined;
    const head = characters <= SHOWN_CHARACTERS ? this.#headOf(number, line) : undefined;
    return (head ?? this.#wholeOf(number, line)).runs;
  }

  /** The last part of a collapsed line that is drawn. */
  #lastShown({ from, to }: Range): number {
    let characters = 0;
    for (let number = from; number < to; number += 1) {
      characters += this.#parts.charactersOf(number);
      if (characters >= SHOWN_CHARACTERS) return number;
    }
    return to;
  }

  /** Forgets the views of lines that were not in the last frame. */
  #forgetUnseen(): void {
    for (const [number, { line, frame }] of this.#views) {
      if (frame >= this.#frame - 1) continue;
      this.#views.delete(number);
      this.#characters -= line[1].length;
    }
  }
}

function sameText(a: Line, b: Line): boolean {
  return a === b || (a[1] === b[1] && a[2]?.c === b[2]?.c);
}
