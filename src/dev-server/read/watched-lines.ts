import type { Line } from '../../protocol/line.ts';
import type { LineSearch } from '../../protocol/search/line-search.ts';
import { WholeLines, type WholeLine } from '../../protocol/search/whole-lines.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { LineMarker } from './line-marker.ts';

/** Picks the lines that are wanted from those of a log, as they come in order. */
export class WatchedLines {
  readonly #search: LineSearch | undefined;
  readonly #marker: LineMarker | undefined;
  readonly #joiner = new WholeLines((line) => this.#pick(line));
  #picked: WholeLine[] = [];
  #last = 0;
  #found = 0;

  /** @param search Undefined if every line is wanted. @param isMarked Whether lines bring their marks: else they are marked here. */
  constructor(search: LineSearch | undefined, isMarked: boolean) {
    this.#search = search;
    this.#marker = isMarked ? undefined : new LineMarker();
  }

  /** How many were picked so far. */
  get found(): number {
    return this.#found;
  }

  /** Adds lines, the first of which has the number `from`; returns those that are wanted and whole. */
  add(from: number, lines: readonly Line[]): readonly WholeLine[] {
    for (const [at, line] of lines.entries()) this.#joiner.add(from + at, line);
    this.#last = from + lines.length - 1;
    return this.#drain();
  }

  /** Returns the line that was left without its end, if it is wanted. */
  end(): readonly WholeLine[] {
    this.#joiner.flush(this.#last);
    return this.#drain();
  }

  #pick(stored: WholeLine): void {
    const line = this.#marker?.mark(stored) ?? stored;
    if (this.#search !== undefined && !(this.#search.admits(line.extra) && this.#search.matches(shownText(line.text)))) return;
    this.#found += 1;
    this.#picked.push(line);
  }

  #drain(): readonly WholeLine[] {
    const picked = this.#picked;
    this.#picked = [];
    return picked;
  }
}
