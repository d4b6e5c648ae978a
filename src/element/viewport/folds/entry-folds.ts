import type { Line } from '../../../protocol/line.ts';
import type { LineRun, Range } from '../../../worker/api.ts';
import type { Strings } from '../../strings.ts';
import { entriesOf, isJoined, type EntryRange } from '../../terminal/entries-of.ts';
import { parseLine } from '../../terminal/parse.ts';
import { commandRuns } from '../../terminal/command-runs.ts';
import { drawnTextOf } from '../../terminal/runs.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { CollapsedRange, DrawContext } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { headRuns } from '../long-lines/long-line.ts';
import type { FoldSource, Folded, LongView } from '../long-lines/long-view.ts';
import { FactsOfRows } from './facts-of-rows.ts';
import { FoldView, type FoldContent, type FoldLook } from './fold-view.ts';

/** Folds kept, at most; those farthest from what was read last are dropped first. */
export const MAX_ENTRY_FOLDS = 2_000;
/** Held lines read before and after a run, at most: an entry has no more continuations. */
const LOOK_AROUND = 1_024;

/** A row that is left of a fold, from its first line on. */
type Left = FoldContent['fold'];

/** A range of lines with the row that is left of it, as it is shown and as it was written. */
interface EntryFold extends EntryRange {
  readonly shown: Left;
  readonly raw: Left;
  /** Whether one of its lines has text that a terminal does not show. */
  readonly hides: boolean;
}

/** Stack traces folded to their first frame, and lines repeated in a row folded to the first one. Only held lines are read. */
export class EntryFolds implements FoldSource {
  pinned: ReadonlySet<number> = new Set();
  revealed: number | undefined;
  /** The unfinished line is never folded. */
  readonly showsPart = false;
  readonly #look: FoldLook;
  readonly #isRaw: () => boolean;
  readonly #facts: FactsOfRows;
  #folds: readonly EntryFold[] = [];
  /** Lines whose folds the reader expanded. */
  readonly #expanded = new Set<number>();
  readonly #views = new Map<number, FoldView>();
  readonly #expandedViews = new WeakMap<Line, { readonly columns: number | undefined; readonly isRaw: boolean; readonly view: LongView }>();

  /** `isRaw`: commands for CI systems are drawn as they are. */
  constructor(look: FoldLook, isRaw: () => boolean) {
    this.#look = look;
    this.#isRaw = isRaw;
    this.#facts = new FactsOfRows(look.held);
  }

  /** Reads a run of lines, with the held lines around it that belong to the same entries. */
  read({ from, lines: texts }: LineRun, lines: LineCache): void {
    const last = from + texts.length - 1;
    // Fetched again since the reader expanded a fold.
    if (this.#folds.some((fold) => fold.from <= from && fold.to >= last)) return;
    const get = (number: number): Line | undefined => (number >= from && number <= last ? texts[number - from] : lines.get(number));
    const first = this.#startBefore(from, get);
    const until = endAfter(last, get);
    const region: Line[] = [];
    for (let number = first; number <= until; number += 1) {
      const line = get(number);
      if (line !== undefined) region.push(line);
    }
    const found = entriesOf(first, region).map((range) => this.#joined(range, get));
    const kept = this.#folds.filter(
      (fold) => !(fold.from >= first && fold.to <= until) && found.every(({ from: start, to }) => to < fold.from || start > fold.to),
    );
    this.#folds = nearest([...kept, ...found], last).sort((a, b) => a.from - b.from);
    const starts = new Set(this.#folds.map((fold) => fold.from));
    for (const start of this.#views.keys()) if (!starts.has(start)) this.#views.delete(start);
  }

  readPart(): void {
    // It may still change.
  }

  collapsed(first: number, last: number, rowHeight: number, columnsAt: (line: number) => number | undefined): CollapsedRange[] {
    return this.#folds.flatMap((fold) => {
      const { from, to } = fold;
      if (from < first || to > last || this.#isExpanded(fold)) return [];
      const columns = columnsAt(from);
      const height = rowsOf(this.#leftOf(fold), columns) * rowHeight;
      return [
        {
          from,
          to,
          height,
          draw: (context: DrawContext) => this.#draw(fold, columns !== undefined, context),
          stripOf: (line: number) => (line === from ? { top: 0, height } : undefined),
        },
      ];
    });
  }

  foldAt(line: number): Range | undefined {
    return this.#folds.find((fold) => within(line, fold) && !this.#isExpanded(fold));
  }

  /** Nothing is lost: all lines are copied. */
  foldedIn(): Folded[] {
    return [];
  }

  toFetch(): Range[] {
    return [];
  }

  toggle(number: number): Range | undefined {
    const fold = this.#folds.find((each) => within(number, each));
    if (fold === undefined) return undefined;
    if (!this.#isExpanded(fold)) this.#expanded.add(fold.from);
    else {
      if (this.revealed !== undefined && within(this.revealed, fold)) this.revealed = undefined;
      for (const line of this.#expanded) if (within(line, fold)) this.#expanded.delete(line);
    }
    return fold;
  }

  /** How to draw the first line of an expanded fold, which has the chip; undefined for other lines. */
  view(number: number, line: Line, columns: number | undefined): LongView | undefined {
    const fold = this.#folds.find(({ from }) => from === number);
    if (fold === undefined || !this.#isExpanded(fold)) return undefined;
    const label = labelOf(fold, true, this.#look.strings);
    const wraps = columns !== undefined;
    const known = this.#expandedViews.get(line);
    const isRaw = this.#isRaw();
    if (known !== undefined && known.view.label === label && known.columns === columns && known.isRaw === isRaw) return known.view;
    const { runs = [] } = this.#leftOf(fold).frame[0] ?? {};
    const text = drawnTextOf(runs);
    const rows = columns === undefined ? 1 : rowCount(text, columns) + 1;
    const view: LongView = { head: { runs, text, hidden: 0 }, whole: undefined, lent: [], segments: [], hidden: 0, label, wraps, rows };
    this.#expandedViews.set(line, { columns, isRaw, view });
    return view;
  }

  clear(): void {
    this.#folds = [];
    this.#expanded.clear();
    this.#views.clear();
    this.#facts.clear();
    this.revealed = undefined;
  }

  /** Where to start reading: at the line that a run continues, as far as lines are held. */
  #startBefore(from: number, get: (number: number) => Line | undefined): number {
    for (let start = from; ; start -= 1) {
      const [before, line] = [get(start - 1), get(start)];
      if (before === undefined || line === undefined || from - start >= LOOK_AROUND || !isJoined(before, line)) return start;
      // What came before is in that fold already.
      if (this.#folds.some((fold) => fold.kind === 'repeat' && fold.to === start - 1)) return start - 1;
    }
  }

  /** A range with those that it continues, whose lines may no longer be held. */
  #joined(range: EntryRange, get: (number: number) => Line | undefined): EntryFold {
    let { from, to, line } = range;
    let hides = false;
    for (let number = from; number <= to && !hides; number += 1) hides = this.#hides(get(number));
    let left: Pick<EntryFold, 'shown' | 'raw'> | undefined;
    for (const fold of this.#folds) {
      if (fold.kind !== range.kind || fold.key !== range.key || fold.to < range.from || fold.from > range.to) continue;
      if (fold.from <= from) {
        ({ from, line } = fold);
        left = fold;
      }
      to = Math.max(to, fold.to);
      hides ||= fold.hides;
    }
    const { shown, raw } = left ?? leftOf(from, line);
    return { ...range, from, to, line, hides, shown, raw };
  }

  #hides(line: Line | undefined): boolean {
    return line !== undefined && this.#facts.hides(line);
  }

  #isExpanded(fold: EntryFold): boolean {
    const { from } = fold;
    // The first line is in sight in any case.
    if (this.revealed !== undefined && this.revealed !== from && within(this.revealed, fold)) return true;
    for (const line of this.#expanded) if (within(line, fold)) return true;
    for (const line of this.pinned) if (line !== from && within(line, fold)) return true;
    return false;
  }

  #leftOf({ shown, raw }: EntryFold): Left {
    return this.#isRaw() ? raw : shown;
  }

  #draw(fold: EntryFold, wraps: boolean, context: DrawContext): HTMLElement {
    let view = this.#views.get(fold.from);
    if (view === undefined) this.#views.set(fold.from, (view = new FoldView(this.#look)));
    const left = this.#leftOf(fold);
    const frame = left.frame.map((row) => ({ ...row, ...this.#facts.of(row.line), hides: fold.hides }));
    const label = labelOf(fold, false, this.#look.strings);
    view.update({ fold: left, frame, label, wraps, context }, this.pinned.has(fold.from));
    return view.element;
  }
}

function endAfter(last: number, get: (number: number) => Line | undefined): number {
  for (let end = last; ; end += 1) {
    const [line, next] = [get(end), get(end + 1)];
    if (line === undefined || next === undefined || end - last >= LOOK_AROUND || !isJoined(line, next)) return end;
  }
}

function nearest(folds: EntryFold[], line: number): EntryFold[] {
  if (folds.length <= MAX_ENTRY_FOLDS) return folds;
  return folds.sort((a, b) => Math.abs(a.from - line) - Math.abs(b.from - line)).slice(0, MAX_ENTRY_FOLDS);
}

function labelOf({ kind, from, to }: EntryRange, isShown: boolean, strings: Strings): string {
  return kind === 'trace' ? strings.frames(to - from, isShown) : strings.times(to - from + 1);
}

/** Rows it takes, with one for the chip where lines are broken. */
function rowsOf({ frame }: Left, columns: number | undefined): number {
  return columns === undefined ? 1 : rowCount(drawnTextOf(frame[0]?.runs ?? []), columns) + 1;
}

/** What is shown of a line, without links of its own: where the page has a template for them, they come with the row. */
function leftOf(from: number, line: Line): Pick<EntryFold, 'shown' | 'raw'> {
  const runs = headRuns(parseLine(line[1], line[2]?.c));
  const shown = commandRuns(runs, '');
  const raw: Left = { from, frame: [{ line: from, runs }] };
  return { raw, shown: shown === runs ? raw : { from, frame: [{ line: from, runs: shown }] } };
}

function within(line: number, { from, to }: Range): boolean {
  return line >= from && line <= to;
}
