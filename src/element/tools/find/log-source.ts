import type { Log, LogState } from '../../../worker/api.ts';
import { downloadSlot } from '../../../worker/platform/stream-slots.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import type { LogBinding } from '../../log-binding.ts';
import { queriesOf } from '../queries-of.ts';
import type { SearchSource } from './search-log.ts';
import type { TextMatcher } from './text-matcher.ts';

/** States of an empty log, and of one that will not be known. */
const KNOWN: ReadonlySet<LogState> = new Set<LogState>(['live', 'ended', 'denied', 'error']);
/** Time between two looks, ms. */
const POLL = 50;

export interface LogSourceHost {
  readonly binding: LogBinding;
  freshTopic(): Promise<string | undefined>;
}

/** Finds out whether the server of the log has a search, and lends one of the page's connections to it. */
export class LogSource {
  readonly #host: LogSourceHost;
  readonly #matcher: TextMatcher;
  /** The log whose server was found to have no search. */
  #unsearchable: Log | undefined;

  constructor(host: LogSourceHost, matcher: TextMatcher) {
    this.#host = host;
    this.#matcher = matcher;
  }

  /** Whether the lines are read one after another, because the server has no search. */
  get isReading(): boolean {
    return this.#unsearchable !== undefined && this.#unsearchable === this.#host.binding.log;
  }

  /** Resolves once it is known how long the log is. */
  async known(signal: AbortSignal): Promise<void> {
    const { binding } = this.#host;
    while (binding.log !== undefined && binding.log.status.epoch === '' && !KNOWN.has(binding.log.status.state)) {
      await new Promise((resolve) => setTimeout(resolve, POLL));
      signal.throwIfAborted();
    }
  }

  /** Runs a search; again, by reading, where the server turns out to have none. Calls `waiting` if no connection is free. */
  async use<T>(signal: AbortSignal, waiting: () => void, search: (source: SearchSource) => Promise<T>): Promise<T> {
    const { binding, freshTopic } = this.#host;
    const { log } = binding;
    const queries = queriesOf(binding, freshTopic);
    if (log === undefined || queries === undefined) throw new RefusedQueryError('failed');
    const matcher = this.#matcher;
    const read = (): Promise<T> => search({ log, queries: undefined, matcher });
    if (this.isReading) return read();
    const slot = await downloadSlot(signal, waiting);
    try {
      return await search({ log, queries, matcher });
    } catch (error) {
      if (!(error instanceof RefusedQueryError) || error.reason !== 'unsupported') throw error;
    } finally {
      slot.release();
    }
    this.#unsearchable = log;
    return read();
  }
}
