import { MatchFilter } from '../../viewport/filter/match-filter.ts';
import type { FindState } from './find-state.ts';
import type { FinderHost } from './finder-host.ts';
import type { FindStrings } from './strings.ts';

/** How many lines around each match readers can choose. */
export const CONTEXTS = [0, 2, 5] as const;
/** How many a page may ask for. */
export const MAX_CONTEXT = 100;

/** Shows only the lines that a search found. */
export class ShownMatches {
  #context = 0;
  readonly #viewport: FinderHost['viewport'];
  readonly #strings: FindStrings;
  readonly #opened: (line: number) => void;
  #filter: MatchFilter | undefined;

  /** `opened` is called when the reader wants to see all lines around one. */
  constructor(viewport: FinderHost['viewport'], strings: FindStrings, opened: (line: number) => void) {
    this.#viewport = viewport;
    this.#strings = strings;
    this.#opened = opened;
  }

  /** How many lines before and after each are shown. */
  get context(): number {
    return this.#context;
  }

  set context(lines: number) {
    this.#context = Number.isSafeInteger(lines) ? Math.min(Math.max(lines, 0), MAX_CONTEXT) : 0;
  }

  /** Shows what was found so far. A query whose search has not begun leaves the lines of the one before. */
  show(state: FindState): void {
    const { phase, upto, hits, current } = state;
    if (phase === 'idle' || (phase === 'failed' && upto === 0)) return this.hide();
    if (upto === 0 && phase !== 'done') return;
    const found = { lines: hits.lines, upto: hits.upto, context: this.context };
    if (this.#filter === undefined) {
      this.#filter = new MatchFilter({ opened: this.#opened, leftOut: (lines) => this.#strings.leftOut(lines) }, found);
      this.#viewport.showOnly(this.#filter, this.#lineToKeep(current));
    } else {
      this.#filter.hits = found;
      this.#viewport.schedule();
    }
  }

  /** Shows all lines. `kept` stays where it is on screen. */
  hide(kept?: number): void {
    if (this.#filter === undefined) return;
    this.#filter = undefined;
    this.#viewport.showOnly(undefined, kept ?? this.#lineToKeep(undefined));
  }

  /** The match that the reader is at, else the current line, else the first line, of those on screen. */
  #lineToKeep(match: number | undefined): number | undefined {
    const { visible, current, steps } = this.#viewport;
    const isVisible = (line: number | undefined): boolean => line !== undefined && line >= visible.from && line <= visible.to;
    return [match, current].find(isVisible) ?? steps.shownAt(visible.from);
  }
}
