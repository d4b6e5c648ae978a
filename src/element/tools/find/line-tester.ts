import type { Line, LineExtra } from '../../../protocol/line.ts';
import { continueEntry, type EntryState } from '../../../protocol/marks/entries.ts';
import { lineLevel } from '../../../protocol/marks/line-level.ts';
import type { SearchQuery } from '../../../protocol/search/query.ts';
import { WholeLines, type WholeLine } from '../../../protocol/search/whole-lines.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import type { TextMatcher } from './text-matcher.ts';

/** The lines that were found, and how many of them count: without a text to look for, entries count. */
export interface TestedLines {
  readonly lines: readonly number[];
  readonly found: number;
}

/** Tests lines as a server does, one after another without gaps, where no server does it: new lines, or all of them. */
export class LineTester {
  readonly #query: SearchQuery;
  readonly #matcher: TextMatcher;
  readonly #whole: WholeLines;
  readonly #isMarked: boolean;
  #pending: WholeLine[] = [];
  #entry: EntryState | undefined;

  /** `isMarked`: a server has put levels on the lines; otherwise they are read from the texts. */
  constructor(query: SearchQuery, matcher: TextMatcher, isMarked: boolean) {
    this.#query = query;
    this.#matcher = matcher;
    this.#isMarked = isMarked;
    this.#whole = new WholeLines((line) => this.#pending.push(this.#marked(line)));
  }

  add(number: number, line: Line): void {
    this.#whole.add(number, line);
  }

  /** The last line may not be whole: it is tested as far as it goes, up to line `to`. */
  end(to: number): void {
    this.#whole.flush(to);
  }

  /** Tests what was added since the last call. */
  async take(signal: AbortSignal): Promise<TestedLines> {
    const { level, q } = this.#query;
    const lines = this.#pending.filter(({ extra }) => level === undefined || (extra?.l ?? 0) >= level);
    this.#pending = [];
    const matches = await this.#matcher.find(
      this.#query,
      lines.map(({ text }) => text),
      signal,
    );
    const hits = lines.filter((_, at) => matches[at] !== undefined);
    const counted = q === '' ? hits.filter(({ extra, isRest }) => !isRest && extra?.k !== 1 && extra?.r !== 1) : hits;
    return { lines: hits.map(({ from }) => from), found: counted.length };
  }

  #marked(line: WholeLine): WholeLine {
    if (this.#isMarked || this.#query.level === undefined) return line;
    const shown = shownText(line.text);
    const { level, continues, state } = continueEntry(this.#entry, shown, lineLevel(shown));
    this.#entry = state;
    const extra: LineExtra = { ...line.extra, ...(level !== undefined && { l: level }), ...(continues && { k: 1 }) };
    return { ...line, extra };
  }
}
