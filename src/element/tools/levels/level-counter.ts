import type { LevelCounts, LevelsPage } from '../../../protocol/answers/answers.ts';
import type { LineRun, LogState, LogStatus } from '../../../worker/api.ts';
import { doubling } from '../../../worker/doubling.ts';
import type { LogQueries } from '../../../worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import { answered, arrived, asking, countsOf, errorsAfter, questionOf, refused, UNCOUNTED } from './entry-tally.ts';

/** Shortest time between two questions, ms. */
export const ASK_INTERVAL = 1_000;
/** Longest time until a question that failed is asked again, ms. */
const LONGEST_WAIT = 60_000;

/** Parts that the first question asks for: as many as most rulers show, so that these need not ask as well. */
const PARTS = 200;

/** States in which the server may be asked. */
const ASKED: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

export interface LevelCounterHost {
  /** Asks the server about the log that is shown; undefined while none is. */
  queries(): Pick<LogQueries, 'levels'> | undefined;
  /** More is known of the whole log. */
  changed(): void;
  /** Lines that arrived were counted, as with every batch of them. */
  arrived(): void;
  /** The server counts nothing: it does not mark lines. Supplies what counts in its place. */
  unmarked(): Promise<EntryReader>;
}

/** Counts the entries of a log by reading it. */
export interface EntryReader {
  /** Entries by level, as far as the log was read; undefined while nothing is known. */
  readonly counts: LevelCounts | undefined;
  /** Whether there are lines that were not read. */
  readonly isPartial: boolean;
  /** Whether these are read only when that is asked for. */
  readonly isWaiting: boolean;
  errorsAfter(line: number): number;
  update(status: LogStatus, runs: readonly LineRun[]): void;
  stop(): void;
}

/** Keeps the counts of a log up to date: asks once, counts what arrives, and asks about lines that did not arrive. */
export class LevelCounter {
  readonly #host: LevelCounterHost;
  #tally = UNCOUNTED;
  #status: LogStatus | undefined;
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isUnmarked = false;
  #reader: EntryReader | undefined;
  #page: LevelsPage | undefined;
  #waiting: (() => void)[] = [];

  constructor(host: LevelCounterHost) {
    this.#host = host;
  }

  /** Entries by level; undefined while nothing is known. */
  get counts(): LevelCounts | undefined {
    return this.#isUnmarked ? this.#reader?.counts : countsOf(this.#tally);
  }

  /** Whether there may be more entries than are counted: the server counts none, and not all lines were read. */
  get isPartial(): boolean {
    return this.#reader?.isPartial === true;
  }

  /** Whether lines are counted only when that is asked for. */
  get isWaiting(): boolean {
    return this.#reader?.isWaiting === true;
  }

  /** The last answer about the whole log, in parts. */
  get page(): LevelsPage | undefined {
    return this.#page;
  }

  /** Whether an answer is under way. */
  get isCounting(): boolean {
    return this.#tally.asked !== undefined || (this.#isUnmarked && this.#reader === undefined);
  }

  /** What counts in place of the server; undefined while that does. */
  get reader(): EntryReader | undefined {
    return this.#reader;
  }

  /** Whether not all entries are counted, or not yet. */
  get isUncounted(): boolean {
    return this.isPartial || this.counts === undefined;
  }

  /** How many errors came after a line, while the log was open. */
  errorsAfter(line: number): number {
    return this.#isUnmarked ? (this.#reader?.errorsAfter(line) ?? 0) : errorsAfter(this.#tally, line);
  }

  update(status: LogStatus, runs: readonly LineRun[]): void {
    this.#status = status;
    if (this.#isUnmarked) return this.#reader?.update(status, runs);
    const before = this.#tally;
    this.#tally = arrived(before, status, runs);
    if (before !== this.#tally) this.#host.arrived();
    this.#ask();
  }

  /** Calls a function once all lines are counted, or it is known that they will not be for now. */
  whenCounted(call: () => void): void {
    this.#waiting.push(call);
    this.#settle();
  }

  /** Another log is shown, or none. */
  reset(): void {
    this.#asking?.abort(new DOMException('Another log is shown.', 'AbortError'));
    clearTimeout(this.#timer);
    this.#timer = this.#asking = this.#status = undefined;
    this.#tally = UNCOUNTED;
    this.#page = undefined;
    this.#failures = 0;
    this.#isUnmarked = false;
    this.#reader?.stop();
    this.#reader = undefined;
    this.#waiting = [];
  }

  #ask(): void {
    const status = this.#status;
    const queries = this.#host.queries();
    if (this.#isUnmarked || this.#timer !== undefined || status === undefined || queries === undefined || !ASKED.has(status.state)) return;
    const question = questionOf(this.#tally, status.head);
    if (question === undefined) return this.#settle();
    const { signal } = (this.#asking = new AbortController());
    this.#tally = asking(this.#tally, question);
    this.#wait(ASK_INTERVAL);
    const isWhole = question.after < status.first;
    queries.levels(isWhole ? { ...question, parts: PARTS } : question, signal).then(
      (page) => {
        if (signal.aborted) return;
        this.#failures = 0;
        if (isWhole) this.#page = page;
        this.#tally = answered(this.#tally, question, page);
        this.#host.changed();
        this.#settle();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.#tally = refused(this.#tally, question);
        this.#refused(error);
        this.#settle();
      },
    );
  }

  #refused(error: unknown): void {
    if (!(error instanceof RefusedQueryError)) throw error;
    if (error.reason === 'unsupported') {
      this.#isUnmarked = true;
      void this.#readLines();
      return;
    }
    this.#failures += 1;
    this.#wait(Math.max((error.seconds ?? 0) * 1_000, doubling(this.#failures, ASK_INTERVAL, LONGEST_WAIT)));
  }

  async #readLines(): Promise<void> {
    const asked = this.#asking;
    const reader = await this.#host.unmarked().catch((error: unknown) => console.warn("Errors and warnings couldn't be counted.", error));
    if (reader === undefined) return;
    if (!this.#isUnmarked || this.#asking !== asked || this.#status === undefined) return reader.stop();
    this.#reader = reader;
    reader.update(this.#status, []);
    this.#host.changed();
  }

  /** Asks again after this time, ms, if there is something to ask. */
  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#ask();
    }, ms);
  }

  /** Lines are yet to be counted, and nothing speaks against it. */
  get #isPending(): boolean {
    if (this.#isUnmarked || this.#status === undefined || this.#failures > 0) return false;
    return this.#tally.asked !== undefined || questionOf(this.#tally, this.#status.head) !== undefined;
  }

  #settle(): void {
    if (!this.#isPending) for (const call of this.#waiting.splice(0)) call();
  }
}
