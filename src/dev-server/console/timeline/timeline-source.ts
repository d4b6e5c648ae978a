import { Throttle } from '../../../element/util/throttle.ts';
import type { Range } from '../../../worker/api.ts';
import type { LogOverview, LogQueries } from '../../../worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import { tallyOf, type Tally, type TimeRange } from './histogram.ts';

/** Shortest time between two questions about the whole of one log, ms. */
const INTERVAL = 2_000;
/** Parts asked for: as many as a wide screen has bars, twice. */
const PARTS = 500;

/** A log that is shown, as the list knows it. */
export interface TimelineLog {
  readonly channel: string;
  /** A signed topic of it. */
  readonly topic: string;
  /** How many lines it has. */
  readonly head: number;
  /** When the last line was written, or later, unix ms. */
  readonly changedAt: number;
}

/** The lines of a range of time. */
export interface LinesInTime {
  readonly lines: Range;
  readonly tally: Tally;
}

export interface TimelineSourceOptions {
  readonly queriesOf: (log: TimelineLog) => Pick<LogQueries, 'overview' | 'levels' | 'seek'>;
  /** The counts are others, or there are none any more. */
  readonly onChange: () => void;
}

/** What the server says of the lines of a log over time. It is asked for all of them at once, held or not, and now and then as the log grows. */
export class TimelineSource {
  readonly #options: TimelineSourceOptions;
  #log: TimelineLog | undefined;
  #overview: LogOverview | undefined;
  #isUnsupported = false;
  #asking = new Throttle(() => void this.#ask(), INTERVAL);
  #isAsking = false;
  /** Ends the questions about a log that is no longer shown. */
  #left = new AbortController();
  /** Ends the search for a range that is no longer wanted. */
  #chosen = new AbortController();

  constructor(options: TimelineSourceOptions) {
    this.#options = options;
  }

  /** The newest counts; undefined before the first answer. */
  get overview(): LogOverview | undefined {
    return this.#overview;
  }

  /** When the last line was written, or a little later, unix ms. */
  get end(): number {
    return this.#log?.changedAt ?? 0;
  }

  /** Whether the server of this log can't count. */
  get isUnsupported(): boolean {
    return this.#isUnsupported;
  }

  show(log: TimelineLog | undefined): void {
    if (log?.channel !== this.#log?.channel) this.#reset();
    this.#log = log;
    if (this.#isOutdated()) this.#asking.request();
  }

  /** The lines of a range of time, exactly; undefined where there are none. Rejects with an AbortError once another range is wanted. */
  async find({ from, to }: TimeRange): Promise<LinesInTime | undefined> {
    const log = this.#log;
    const epoch = this.#overview?.epoch;
    this.stopFinding();
    if (log === undefined || epoch === undefined) return undefined;
    const signal = AbortSignal.any([this.#left.signal, this.#chosen.signal]);
    const queries = this.#options.queriesOf(log);
    const [first, next] = await Promise.all([
      queries.seek({ epoch, time: Math.ceil(from) }, signal),
      queries.seek({ epoch, time: Math.ceil(to) }, signal),
    ]);
    if (first === undefined) return undefined;
    const upto = next === undefined ? Math.max(log.head, first.line) : next.line - 1;
    if (upto < first.line) return undefined;
    const { after, upto: last, parts } = await queries.levels({ epoch, after: first.line - 1, upto }, signal);
    const tally = parts.reduce((sum, part, at) => added(sum, tallyOf(part.last - (parts[at - 1]?.last ?? after), part.counts)), NOTHING);
    return { lines: { from: first.line, to: last }, tally };
  }

  stopFinding(): void {
    this.#chosen.abort();
    this.#chosen = new AbortController();
  }

  #reset(): void {
    this.#left.abort();
    this.#left = new AbortController();
    this.#asking.dispose();
    this.#asking = new Throttle(() => void this.#ask(), INTERVAL);
    this.#isAsking = this.#isUnsupported = false;
    this.#overview = undefined;
    this.#options.onChange();
  }

  #isOutdated(): boolean {
    if (this.#log === undefined || this.#isUnsupported || this.#isAsking) return false;
    return this.#log.head !== (this.#overview?.upto ?? 0);
  }

  async #ask(): Promise<void> {
    const log = this.#log;
    const { signal } = this.#left;
    if (log === undefined || !this.#isOutdated()) return;
    this.#isAsking = true;
    try {
      const overview = await this.#options.queriesOf(log).overview(PARTS, signal);
      if (signal.aborted) return;
      this.#overview = overview;
    } catch (error) {
      if (signal.aborted) return;
      this.#isUnsupported = error instanceof RefusedQueryError && error.reason === 'unsupported';
      // Anything else may pass, and is tried again; of a log that was removed there is nothing to show.
      if (error instanceof RefusedQueryError && error.reason === 'reset') this.#overview = undefined;
    }
    this.#isAsking = false;
    this.#options.onChange();
  }
}

const NOTHING: Tally = { lines: 0, errors: 0, warnings: 0 };

function added(one: Tally, other: Tally): Tally {
  return { lines: one.lines + other.lines, errors: one.errors + other.errors, warnings: one.warnings + other.warnings };
}
