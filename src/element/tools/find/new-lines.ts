import type { Line } from '../../../protocol/line.ts';
import type { SearchQuery } from '../../../protocol/search/query.ts';
import { singleLines, type FindState, type LinesFound } from './find-state.ts';
import { LineTester } from './line-tester.ts';
import type { FoundLines, LineScope } from './search-log.ts';
import type { TextMatcher } from './text-matcher.ts';

/** Lines that are tested at a time. */
const BATCH = 5_000;
/** Shortest time between two questions about lines that are not held, ms. */
const ASK_INTERVAL = 1_000;

export interface NewLinesHost {
  readonly matcher: TextMatcher;
  /** A held line. */
  line(number: number): Line | undefined;
  /** The last line of the log. */
  head(): number;
  state(): FindState;
  /** Whether the server has put levels on the lines. */
  isMarked(): boolean;
  /** The first hits in lines that are not held. */
  ask(scope: LineScope, signal: AbortSignal): Promise<FoundLines>;
  grew(tested: TestedUpto): void;
  /** Called when it is time to ask. */
  again(): void;
}

/** Lines that were tested, up to line `upto`. */
export interface TestedUpto {
  readonly upto: number;
  readonly lines: readonly LinesFound[];
  readonly found: number;
}

/** Tests the lines that came since the search: those that are held at once, others by asking, at most once a second. */
export class NewLines {
  readonly #host: NewLinesHost;
  #isRunning = false;
  #askedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: NewLinesHost) {
    this.#host = host;
  }

  /** Rejects as a search does. */
  async catchUp(query: SearchQuery, signal: AbortSignal): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { head, state, grew } = this.#host;
    try {
      while (!signal.aborted && state().phase === 'done' && state().upto < head()) {
        const tested = (await this.#testHeld(query, signal)) ?? (await this.#ask(signal));
        if (tested === undefined) return;
        signal.throwIfAborted();
        grew(tested);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Undefined while it is too early to ask. */
  async #ask(signal: AbortSignal): Promise<TestedUpto | undefined> {
    const { ask, again, head, state } = this.#host;
    const wait = this.#askedAt + ASK_INTERVAL - performance.now();
    if (wait > 0) {
      if (this.#timer === undefined)
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          again();
        }, wait);
      return undefined;
    }
    this.#askedAt = performance.now();
    const upto = head();
    const { lines, found, isAll } = await ask({ after: state().upto, upto }, signal);
    return { upto: isAll ? upto : (lines.at(-1) ?? upto), lines: singleLines(lines), found };
  }

  /** Tests the held lines as far as none is missing; undefined if the first one is. */
  async #testHeld(query: SearchQuery, signal: AbortSignal): Promise<TestedUpto | undefined> {
    const { matcher, line: lineAt, head, state, isMarked } = this.#host;
    const { upto, hits } = state();
    const tester = new LineTester(query, matcher, isMarked());
    // The last line may have been searched before all of it was stored.
    let from = upto + 1;
    while (lineAt(from - 1)?.[2]?.p === 1) from -= 1;
    const end = Math.min(head(), upto + BATCH);
    let last = from - 1;
    for (let line = lineAt(from); line !== undefined && last < end; line = lineAt(last + 1)) {
      last += 1;
      tester.add(last, line);
    }
    if (last <= upto) return undefined;
    const { lines, found } = await tester.take(signal);
    const isKnown = (line: number): boolean => line <= upto && hits.lines.has(line);
    const fresh = lines.filter((line) => !isKnown(line));
    return { upto: last, lines: singleLines(fresh), found: query.q === '' ? found : fresh.length };
  }
}
