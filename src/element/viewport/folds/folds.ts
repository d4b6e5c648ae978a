import type { Line } from '../../../protocol/line.ts';
import type { Range, LineRun } from '../../../worker/api.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { FrameRow } from '../../terminal/screen.ts';
import { RedrawScanner, type Redraw } from '../../terminal/redraw-scanner.ts';
import { textOf } from '../../terminal/runs.ts';
import { rowCount } from '../../terminal/wrap.ts';
import { FactsOfRows } from './facts-of-rows.ts';
import { FoldView, type FoldLook } from './fold-view.ts';
import { headRuns, wholeOf } from '../long-lines/long-line.ts';
import type { Folded, FoldSource, LongView } from '../long-lines/long-view.ts';
import { movesVertically } from '../../../protocol/terminal/vertical.ts';
import type { CollapsedRange, DrawContext, Strip } from '../lines/collapsed-range.ts';

/** Folds kept, at most; the oldest are dropped first. */
const MAX_FOLDS = 500;
/** Held lines read before the first one that moves up, since it may write over them. */
const LOOK_BACK = 128;
/** Lines requested at a time where a fold may begin before the held lines. */
const ASK_BACK = 1_000;

interface Shape {
  readonly columns: number | undefined;
  readonly frame: readonly FrameRow[];
  /** Rows of the grid that each row of the frame takes, and those of the whole fold with its chip. */
  readonly counts: readonly number[];
  readonly rows: number;
}

/**
 * Lines that a tool redraws, folded into what a terminal shows of them in the end. Held lines are read in order, from
 * shortly before the first one that moves up, as long as none is missing in between.
 */
export class Folds implements FoldSource {
  pinned: ReadonlySet<number> = new Set();
  #revealed: number | undefined;
  readonly #look: FoldLook;
  readonly #facts: FactsOfRows;
  #scanner: RedrawScanner | undefined;
  /** The line at which the scanner began. */
  #start = 0;
  /** Folds that no later line can change, and those that the next line may change. */
  #settled: Redraw[] = [];
  #open: readonly Redraw[] = [];
  /** The fold that the unfinished line makes with the lines before it, as long as it goes back to them. */
  #live: Redraw | undefined;
  /** Lines whose folds the reader expanded. */
  readonly #expanded = new Set<number>();
  readonly #views = new Map<number, FoldView>();
  readonly #expandedViews = new WeakMap<Line, { readonly columns: number | undefined; readonly view: LongView }>();
  readonly #shapes = new WeakMap<Redraw, Shape>();
  #folds: readonly Redraw[] | undefined;

  constructor(look: FoldLook) {
    this.#look = look;
    this.#facts = new FactsOfRows(look.held);
  }

  get revealed(): number | undefined {
    return this.#revealed;
  }

  set revealed(line: number | undefined) {
    // Lines shown for the previous jump stay expanded while something in them is selected.
    const fold = this.#revealed === undefined || this.#revealed === line ? undefined : this.#foldOf(this.#revealed);
    for (const pinned of this.pinned) if (fold !== undefined && within(pinned, fold)) this.#expanded.add(pinned);
    this.#revealed = line;
    this.#forgetShown();
  }

  /** Reads a run of lines. */
  read({ from, lines: texts }: LineRun, lines: LineCache): void {
    const last = from + texts.length - 1;
    const scanner = this.#scanner;
    // Fetched again since the reader expanded a fold.
    if (this.#settled.some((fold) => fold.from <= from && fold.to >= last)) return;
    if (scanner !== undefined && from <= scanner.next && last >= scanner.next) this.#read(scanner, lines);
    // Lines that come before the start may be written over by lines after it.
    else if (this.#beginsAtStart() && last + 1 === this.#start) this.#restart(from, lines);
    else if (texts.some(([, text]) => movesVertically(text))) this.#restart(from, lines);
  }

  /** Reads the unfinished line, whenever it changes. */
  readPart(part: Line | null, head: number, lines: LineCache): void {
    const live = part === null || !movesVertically(part[1]) ? undefined : this.#readOpen(part, head, lines);
    if (live === undefined && this.#live === undefined) return;
    this.#live = live;
    this.#folds = undefined;
  }

  /** Whether the unfinished line is shown in a fold rather than in a row of its own. */
  get showsPart(): boolean {
    return this.#live !== undefined && !this.#isExpanded(this.#live);
  }

  /** The folds that are not expanded. Heights are px. */
  collapsed(first: number, last: number, rowHeight: number, columnsAt: (line: number) => number | undefined): CollapsedRange[] {
    return this.#all().flatMap((fold) => {
      const { from, to } = fold;
      if (from < first || to > last || this.#isExpanded(fold)) return [];
      const shape = this.#shapeOf(fold, columnsAt(from));
      return [
        {
          from,
          to,
          height: shape.rows * rowHeight,
          draw: (context) => this.#draw(fold, shape, context),
          stripOf: (line) => stripOf(line, shape, rowHeight),
        },
      ];
    });
  }

  foldAt(line: number): Range | undefined {
    const fold = this.#foldOf(line);
    return fold === undefined || this.#isExpanded(fold) ? undefined : fold;
  }

  /** The texts shown in place of folded lines of a range, in order. */
  foldedIn({ from, to }: Range): Folded[] {
    const folds = this.#all().filter((fold) => fold.to >= from && fold.from <= to && !this.#isExpanded(fold));
    return folds.map((fold) => ({ from: fold.from, to: fold.to, text: fold.frame.map(({ runs }) => textOf(runs)).join('\n') }));
  }

  /** Lines to request to find out where the first fold begins. */
  toFetch(first: number): Range[] {
    if (!this.#beginsAtStart() || this.#start <= first) return [];
    return [{ from: Math.max(first, this.#start - ASK_BACK), to: this.#start - 1 }];
  }

  /** Expands or collapses a fold. Returns its lines; undefined where there is no fold. */
  toggle(number: number): Range | undefined {
    const fold = this.#foldOf(number);
    if (fold === undefined) return undefined;
    if (!this.#isExpanded(fold)) this.#expanded.add(fold.from);
    else {
      this.#revealed = undefined;
      for (const line of this.#expanded) if (within(line, fold)) this.#expanded.delete(line);
    }
    return fold;
  }

  /** How to draw the first line of an expanded fold, which has the chip; undefined for other lines. */
  view(number: number, line: Line, columns: number | undefined): LongView | undefined {
    const fold = this.#all().find(({ from }) => from === number);
    if (fold === undefined || !this.#isExpanded(fold)) return undefined;
    const known = this.#expandedViews.get(line);
    const wraps = columns !== undefined;
    const label = this.#look.strings.updates(fold.updates, true);
    if (known !== undefined && known.view.label === label && known.columns === columns) return known.view;
    const whole = wholeOf(line);
    const runs = headRuns(whole.runs);
    const text = textOf(runs);
    const head = { runs, text, hidden: 0 };
    const rows = columns === undefined ? 1 : rowCount(text, columns) + 1;
    const view: LongView = { head, whole: undefined, lent: [], segments: [], hidden: 0, label, wraps, rows };
    this.#expandedViews.set(line, { columns, view });
    return view;
  }

  clear(): void {
    this.#scanner = undefined;
    this.#settled = [];
    this.#open = [];
    this.#live = undefined;
    this.#start = 0;
    this.#folds = undefined;
    this.#expanded.clear();
    this.#views.clear();
    this.#facts.clear();
  }

  #beginsAtStart(): boolean {
    return this.#all().some(({ from }) => from === this.#start);
  }

  /** The fold that an unfinished line makes with the lines before it; undefined where it changes none. */
  #readOpen(part: Line, head: number, lines: LineCache): Redraw | undefined {
    const start = this.#startBefore(head + 1, lines);
    const scanner = new RedrawScanner(start);
    for (let number = start; number <= head; number += 1) {
      const line = lines.get(number);
      if (line !== undefined) scanner.push(line[1], line[2]?.c);
    }
    scanner.push(part[1], part[2]?.c);
    const fold = scanner.open().at(-1);
    return fold === undefined || fold.to <= head || fold.from > head ? undefined : { ...fold, to: head };
  }

  /** Starts reading again shortly before a line, as far as lines are held. */
  #restart(line: number, lines: LineCache): void {
    this.#settled.push(...this.#open);
    this.#open = [];
    this.#folds = undefined;
    this.#start = this.#startBefore(line, lines);
    this.#scanner = new RedrawScanner(this.#start);
    this.#read(this.#scanner, lines);
  }

  /** Where to start reading for a line that may move up. */
  #startBefore(line: number, lines: LineCache): number {
    let start = line;
    while (line - start < LOOK_BACK && lines.get(start - 1) !== undefined) start -= 1;
    // Within a known fold reading starts where that does.
    const around = this.#settled.find(({ from, to }) => start >= from && start <= to);
    if (around !== undefined && lines.notHeld({ from: around.from, to: start }).length === 0) start = around.from;
    return start;
  }

  #read(scanner: RedrawScanner, lines: LineCache): void {
    for (let line = lines.get(scanner.next); line !== undefined; line = lines.get(scanner.next)) scanner.push(line[1], line[2]?.c);
    const found = [...scanner.drain(), ...(this.#open = scanner.open())];
    const first = found[0]?.from ?? Infinity;
    const last = found.at(-1)?.to ?? 0;
    this.#settled = this.#settled.filter(({ from, to }) => to < first || from > last);
    this.#settled.push(...found.slice(0, found.length - this.#open.length));
    this.#settled = this.#settled.slice(-MAX_FOLDS);
    this.#folds = undefined;
    this.#forgetShown();
    for (const from of this.#views.keys()) if (!this.#all().some((fold) => fold.from === from)) this.#views.delete(from);
  }

  /** A line the reader went to that is visible in its fold need not be revealed, whatever becomes of the fold. */
  #forgetShown(): void {
    const line = this.#revealed;
    if (line !== undefined && this.#foldOf(line)?.frame.some((row) => row.line === line) === true) this.#revealed = undefined;
  }

  #all(): readonly Redraw[] {
    if (this.#folds !== undefined) return this.#folds;
    const live = this.#live;
    const folds = [...this.#settled, ...this.#open].filter((fold) => live === undefined || fold.to < live.from);
    return (this.#folds = [...folds, ...(live === undefined ? [] : [live])].sort((a, b) => a.from - b.from));
  }

  #foldOf(line: number): Redraw | undefined {
    return this.#all().find((fold) => within(line, fold));
  }

  #isExpanded(fold: Range): boolean {
    if (this.#revealed !== undefined && within(this.#revealed, fold)) return true;
    for (const line of this.#expanded) if (within(line, fold)) return true;
    return false;
  }

  /** What is drawn of a fold and the rows it takes, with one for the chip where lines are broken. */
  #shapeOf(fold: Redraw, columns: number | undefined): Shape {
    const known = this.#shapes.get(fold);
    if (known !== undefined && known.columns === columns) return known;
    const frame = fold.frame.map(({ line, runs }) => ({ line, runs: headRuns(runs) }));
    const counts = frame.map(({ runs }) => (columns === undefined ? 1 : rowCount(textOf(runs), columns)));
    const rows = Math.max(1, sum(counts)) + (columns === undefined ? 0 : 1);
    const shape: Shape = { columns, frame, counts, rows };
    this.#shapes.set(fold, shape);
    return shape;
  }

  #draw(fold: Redraw, { frame, columns }: Shape, context: DrawContext): HTMLElement {
    let view = this.#views.get(fold.from);
    if (view === undefined) this.#views.set(fold.from, (view = new FoldView(this.#look)));
    const rows = frame.map((row) => ({ ...row, ...this.#facts.of(row.line) }));
    const label = this.#look.strings.updates(fold.updates, false);
    view.update({ fold, frame: rows, label, wraps: columns !== undefined, context }, this.pinned.has(fold.from));
    return view.element;
  }
}

/** The row of a fold that a line wrote. */
function stripOf(line: number, { frame, counts }: Shape, rowHeight: number): Strip | undefined {
  const at = frame.findIndex((row) => row.line === line);
  if (at === -1) return undefined;
  return { top: sum(counts.slice(0, at)) * rowHeight, height: (counts[at] ?? 1) * rowHeight };
}

function within(line: number, { from, to }: Range): boolean {
  return line >= from && line <= to;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
