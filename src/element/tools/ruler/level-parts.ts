import type { LevelsPage } from '../../../protocol/answers/answers.ts';
import type { LogExtent } from '../../../worker/api.ts';
import type { LogQueries } from '../../../worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import { Throttle } from '../../util/throttle.ts';

/** Shortest time between two questions about one log, ms. */
const INTERVAL = 2_000;

/** Answers in place of a server that cannot, as far as it has read the log. */
export interface ReadLevels extends Pick<LogQueries, 'levels' | 'seek'> {
  /** How many lines it has read. */
  readonly lines: number;
}

export interface LevelPartsHost {
  readonly queries: Pick<LogQueries, 'levels'>;
  /** Undefined while the server is believed to answer. */
  read(): ReadLevels | undefined;
  /** What the header's question brought, which is the first one about a log. */
  counted(): { readonly page: LevelsPage | undefined; readonly isCounting: boolean };
  status(): LogExtent;
  changed(): void;
}

/** The counts of a whole log in parts, asked for again as it grows. */
export class LevelParts {
  readonly #host: LevelPartsHost;
  readonly #asking = new Throttle(() => void this.#ask(), INTERVAL);
  readonly #left = new AbortController();
  #page: LevelsPage | undefined;
  /** The epoch of the page, and how many parts it has. */
  #key = '';
  #parts = 0;
  /** How many lines had been read for it, where the server can't count. */
  #lines = 0;
  #isAsking = false;
  #isUnsupported = false;

  constructor(host: LevelPartsHost) {
    this.#host = host;
  }

  /** The newest counts; undefined before the first answer, and where the server has none. */
  get page(): LevelsPage | undefined {
    return this.#host.status().epoch === this.#key ? this.#page : undefined;
  }

  /** Whether the server can't count. */
  get isUnsupported(): boolean {
    return this.#isUnsupported;
  }

  /** Asks for this many parts if the log or their number changed since the last answer. */
  request(parts: number): void {
    this.#parts = parts;
    if (this.page === undefined && !this.#takeCounted()) return;
    if (this.#isOutdated()) this.#asking.request();
  }

  dispose(): void {
    this.#asking.dispose();
    this.#left.abort();
  }

  /** Returns false while it is worth waiting for. */
  #takeCounted(): boolean {
    const { page, isCounting } = this.#host.counted();
    if (page === undefined) return !isCounting;
    this.#page = page;
    this.#key = this.#host.status().epoch;
    return true;
  }

  #isOutdated(): boolean {
    const { epoch, first, head } = this.#host.status();
    if (this.#isAsking || epoch === '' || head < first) return false;
    const read = this.#host.read()?.lines ?? 0;
    if (this.#isUnsupported && read === 0) return false;
    const page = this.#key === epoch ? this.#page : undefined;
    return page === undefined || page.upto !== head || page.after !== first - 1 || (this.#isUnsupported && read !== this.#lines);
  }

  async #ask(): Promise<void> {
    if (!this.#isOutdated()) return;
    const { epoch, first, head } = this.#host.status();
    this.#isAsking = true;
    const read = this.#isUnsupported ? this.#host.read() : undefined;
    try {
      this.#lines = read?.lines ?? 0;
      this.#page = await (read ?? this.#host.queries).levels(
        { epoch, after: first - 1, upto: head, parts: this.#parts },
        this.#left.signal,
      );
      this.#key = epoch;
      this.#host.changed();
    } catch (error) {
      this.#isUnsupported = error instanceof RefusedQueryError && error.reason === 'unsupported';
      // What was read may be asked at once.
      if (this.#isUnsupported) this.#host.changed();
    } finally {
      this.#isAsking = false;
    }
  }
}
