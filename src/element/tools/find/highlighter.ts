import type { Line } from '../../../protocol/line.ts';
import type { LineMatches } from '../../../protocol/search/line-search.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { drawnTexts, rangeIn, ROWS, type DrawnText } from './drawn-text.ts';
import { addRanges, removeRanges } from './highlights.ts';
import { wholeText } from './whole-text.ts';

export interface HighlighterHost {
  /** The element that scrolls, with the rows inside. */
  readonly scroller: HTMLElement;
  /** A held line. */
  line(number: number): Line | undefined;
  /** Whether a line may be a hit by what is known of it besides its text. */
  admits(line: Line | undefined): boolean;
  /** The matches of texts as stored. Rejects when they are not known. */
  find(texts: readonly string[], signal: AbortSignal): Promise<readonly (LineMatches | undefined)[]>;
  failed(error: unknown, signal: AbortSignal): void;
}

/** What is highlighted in a row. */
interface Marked {
  readonly line: number;
  readonly ranges: readonly StaticRange[];
  /** Where the first match with text begins, in the text of the piece that the row shows; undefined for none. */
  readonly offset: number | undefined;
}

/** A drawn text, the text to search for it, and where it stands in that text as shown. */
interface Searched {
  readonly row: Element;
  readonly drawn: DrawnText;
  readonly line: number;
  readonly text: string;
  readonly start: number;
}

/** Where the browser has no highlights, the row of a match has this. */
const FOUND = 'data-found';

/**
 * Highlights matches in the rows of the document, whenever they change: nothing else in the viewport knows of it. Highlights belong
 * to the page, so that each element adds and removes its own ranges.
 */
export class Highlighter {
  readonly #host: HighlighterHost;
  readonly #observer = new MutationObserver((records) => this.#onChange(records));
  readonly #marked = new Map<Element, Marked>();
  #asked: AbortController | undefined;
  /** Rows that changed and have not been searched since. */
  #due = new Set<Element>();
  #isSearching = false;
  #current: number | undefined;

  constructor(host: HighlighterHost) {
    this.#host = host;
  }

  /** Begins with another query. */
  start(): void {
    this.stop();
    this.#asked = new AbortController();
    this.#observer.observe(this.#host.scroller, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: ['data-line', 'data-n'],
    });
    for (const row of this.#host.scroller.querySelectorAll(ROWS)) this.#due.add(row);
    void this.#search();
  }

  /** Removes all highlights. */
  stop(): void {
    this.#asked?.abort();
    this.#asked = undefined;
    this.#observer.disconnect();
    this.#due.clear();
    this.#clear(this.#marked.keys());
  }

  /** The line of the hit that the reader is at. */
  set current(line: number | undefined) {
    if (line === this.#current) return;
    const before = this.#current;
    this.#current = line;
    const affected = [...this.#marked].filter(([, marked]) => marked.line === line || marked.line === before);
    this.#clear(affected.map(([row]) => row));
    for (const [row, marked] of affected) this.#mark(row, marked);
  }

  /** The first range of the current hit that is in the document. */
  get currentRange(): StaticRange | undefined {
    return this.#ofCurrent().find(({ ranges }) => ranges.length > 0)?.ranges[0];
  }

  /** Whether the current hit is in the document, but not in the part of its line that is drawn. */
  get isCurrentHidden(): boolean {
    const marked = this.#ofCurrent();
    return marked.length > 0 && marked.every(({ ranges, offset }) => ranges.length === 0 && offset !== undefined);
  }

  /** The segment of an expanded line that the current hit is in; it may not be drawn. */
  get currentSegment(): Element | undefined {
    for (const [row, { line, offset = -1 }] of this.#marked) {
      const segments = line === this.#current ? [...row.querySelectorAll<HTMLElement>('.segment')] : [];
      const segment = segments.findLast(({ dataset }) => Number(dataset['from']) <= offset);
      if (segment !== undefined) return segment;
    }
    return undefined;
  }

  #ofCurrent(): Marked[] {
    return [...this.#marked.values()].filter(({ line }) => line === this.#current);
  }

  #onChange(records: readonly MutationRecord[]): void {
    for (const { target, addedNodes } of records) {
      const row = (target instanceof Element ? target : target.parentElement)?.closest(ROWS);
      if (row) this.#due.add(row);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches(ROWS)) this.#due.add(node);
        for (const inner of node.querySelectorAll(ROWS)) this.#due.add(inner);
      }
    }
    this.#clear([...this.#marked.keys()].filter((row) => !row.isConnected));
    void this.#search();
  }

  /** Searches the rows that changed; those that change meanwhile are searched after that. */
  async #search(): Promise<void> {
    if (this.#isSearching) return;
    this.#isSearching = true;
    try {
      while (this.#due.size > 0 && this.#asked !== undefined) {
        const rows = [...this.#due].filter((row) => row.isConnected);
        this.#due = new Set();
        await this.#searchRows(rows, this.#asked.signal);
      }
    } finally {
      this.#isSearching = false;
    }
  }

  async #searchRows(rows: readonly Element[], signal: AbortSignal): Promise<void> {
    this.#clear(rows);
    const searched = rows.flatMap((row) => drawnTexts(row).flatMap((drawn) => this.#searchedFor(row, drawn) ?? []));
    const texts = [...new Set(searched.map(({ text }) => text))];
    let found: readonly (LineMatches | undefined)[];
    try {
      found = await this.#host.find(texts, signal);
    } catch (error) {
      return this.#host.failed(error, signal);
    }
    if (signal.aborted) return;
    const matches = new Map(texts.map((text, at) => [text, found[at]]));
    const all = new Map<Element, { line: number; ranges: StaticRange[]; offset: number | undefined }>();
    for (const { row, drawn, line, text, start } of searched) {
      const match = matches.get(text);
      if (match === undefined || this.#due.has(row)) continue;
      // An empty match has nothing to show.
      const first = match.at.find(([from, to]) => to > from);
      const marked = all.get(row) ?? { line, ranges: [], offset: first && first[0] - (start - drawn.from) };
      all.set(row, marked);
      for (const [from, to] of match.at) {
        const range = rangeIn(drawn, Math.max(0, from - start), Math.min(drawn.text.length, to - start));
        if (range !== undefined) marked.ranges.push(range);
      }
    }
    for (const [row, marked] of all) this.#mark(row, marked);
  }

  /** A row that shows something else than its line's text is searched as it is drawn. */
  #searchedFor(row: Element, drawn: DrawnText): Searched | undefined {
    const whole = wholeText(drawn.line, (line) => this.#host.line(line));
    if (!this.#host.admits(whole && this.#host.line(whole.from))) return undefined;
    const start = whole === undefined ? 0 : whole.start + drawn.from;
    if (whole === undefined || row.matches('.frame') || !shownText(whole.text).startsWith(drawn.text, start))
      return { row, drawn, line: drawn.line, text: drawn.text, start: 0 };
    return { row, drawn, line: whole.from, text: whole.text, start };
  }

  #mark(row: Element, marked: Marked): void {
    this.#marked.set(row, marked);
    const isCurrent = marked.line === this.#current;
    if (!addRanges(isCurrent ? 'current' : 'match', marked.ranges)) row.setAttribute(FOUND, isCurrent ? 'current' : '');
  }

  #clear(rows: Iterable<Element>): void {
    const gone = new Set<StaticRange>();
    for (const row of rows) {
      for (const range of this.#marked.get(row)?.ranges ?? []) gone.add(range);
      this.#marked.delete(row);
      row.removeAttribute(FOUND);
    }
    removeRanges(gone);
  }
}
