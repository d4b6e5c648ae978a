import type { Range } from '../../../worker/api.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import type { LineRows } from '../lines/line-rows.ts';
import type { GroupHeaders, RowFilter } from '../lines/row-filter.ts';
import { FilteredRows } from './filtered-rows.ts';
import { LeftOutRules } from './left-out-rules.ts';
import { LineSet } from './line-set.ts';
import { ShownLines } from './shown-lines.ts';

/** Height of the rule between lines that are not consecutive, px. */
export const RULE_HEIGHT = 8;

export interface MatchFilterHost {
  /** The reader wants to see all lines; `line` is where they look. */
  opened(line: number): void;
  /** What is said of lines that are not shown. */
  leftOut(lines: number): string;
}

/** What a search found. */
export interface FilterHits {
  readonly lines: LineSet;
  /** The last line that was looked at. */
  readonly upto: number;
  /** How many lines before and after each are shown. */
  readonly context: number;
}

/** Shows the lines that a search found, with some around them and the headers of their groups. */
export class MatchFilter implements RowFilter {
  readonly #host: MatchFilterHost;
  readonly #shown = new ShownLines();
  readonly #rules: LeftOutRules;
  #hits: FilterHits;
  #taken: LineSet = LineSet.EMPTY;
  #revision = 0;

  constructor(host: MatchFilterHost, hits: FilterHits) {
    this.#host = host;
    this.#hits = hits;
    this.#rules = new LeftOutRules(
      (line) => host.opened(line),
      (lines) => host.leftOut(lines),
    );
  }

  /** Takes effect with the next frame. */
  set hits(hits: FilterHits) {
    this.#hits = hits;
  }

  /** The lines that are shown, as of the last frame. */
  get lines(): LineSet {
    return this.#shown.lines;
  }

  get revision(): number {
    return this.#revision;
  }

  update({ first, head }: { readonly first: number; readonly head: number }, groups: GroupHeaders | undefined): boolean {
    const { lines: hits, context } = this.#hits;
    const isMoved = this.#shown.update({ hits, context, first, last: head, groups });
    const { lines } = this.#shown;
    if (isMoved || lines.size !== this.#taken.size) this.#revision += 1;
    this.#taken = lines;
    return isMoved;
  }

  shows(line: number): boolean {
    return this.lines.has(line);
  }

  showsAll({ from, to }: Range): boolean {
    const range = this.lines.rangeAt(from);
    return range.isHeld && range.to >= to;
  }

  placeOf(line: number): number | undefined {
    return this.shows(line) ? this.lines.countBefore(line) + 1 : undefined;
  }

  countAfter(line: number): number {
    return this.lines.size - this.lines.countBefore(line + 1);
  }

  rows(counts: LineRows | undefined, rowHeight: number): LineRows {
    return new FilteredRows(this.lines, counts, RULE_HEIGHT / rowHeight);
  }

  leftOutAt(line: number): CollapsedRange | undefined {
    const { from, to, isHeld } = this.lines.rangeAt(line);
    if (isHeld) return undefined;
    // Before the first line that is shown, and after the last one, nothing is.
    if (!Number.isFinite(from) || !Number.isFinite(to)) return { from, to, height: 0 };
    return { from, to, height: RULE_HEIGHT, isRule: true, draw: () => this.#rules.draw(from, to) };
  }

  hiddenIn({ from, to }: Range): Range[] {
    const hidden: Range[] = [];
    for (let line = from; line <= to;) {
      const range = this.lines.rangeAt(line);
      if (!range.isHeld) hidden.push({ from: line, to: Math.min(range.to, to) });
      line = range.to + 1;
    }
    return hidden;
  }

  *shownIn({ from, to }: Range): Generator<Range, void> {
    for (const [start, end] of this.lines.runsFrom(from)) {
      if (start > to) return;
      yield { from: Math.max(from, start), to: Math.min(to, end) };
    }
  }

  blockStart(line: number, size: number): number {
    const { lines } = this;
    const index = lines.countBefore(line);
    return Math.min(line, lines.at(index - (index % size)) ?? line);
  }

  blockEnd(line: number, size: number): number {
    const { lines } = this;
    const index = Math.max(0, lines.countBefore(line + 1) - 1);
    return Math.max(line, lines.at(index + size - 1 - (index % size)) ?? Infinity);
  }

  aimed(line: number): void {
    const { lines, upto } = this.#hits;
    // What was just found is shown with the next frame.
    if (line <= upto && !this.shows(line) && !lines.has(line)) this.#host.opened(line);
  }
}
