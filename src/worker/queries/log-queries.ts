import type { GroupsPage, LevelsPage, LinePlace, SearchRecord } from '../../protocol/answers/answers.ts';
import { readEpoch, readGroups, readLevels, readPlace, readSearchRecord } from '../../protocol/answers/read-answers.ts';
import type { SearchQuery } from '../../protocol/search/query.ts';
import { textOf, topicUrl, type Resource } from '../http/fetch-history.ts';
import { RefusedQueryError, type QueryRefusal } from './refused-query-error.ts';
import { textLines } from './text-lines.ts';

/** The log that is asked about. */
export interface QuerySource {
  /** Base URL of the server, without a slash at the end. */
  readonly endpoint: string;
  readonly channel: string;
  /** The signed topic to send. */
  topic(): string;
  /** Supplies a fresh topic when that one has expired. */
  refresh(): Promise<string | undefined>;
}

export interface LevelsQuestion {
  readonly epoch: string;
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one. */
  readonly upto: number;
  /** 1 to 1,000. @default 1 */
  readonly parts?: number;
}

/** The counts of a whole log. */
export interface LogOverview extends LevelsPage {
  readonly epoch: string;
}

export interface GroupsQuestion {
  readonly epoch: string;
  readonly after: number;
  readonly upto: number;
  /** At most 10,000. @default 1000 */
  readonly limit?: number;
  /** Deeper groups are left out. */
  readonly depth?: number;
}

/** The next or the previous entry of a level or above, or the first line at or after a time (unix ms). */
export type SeekQuestion =
  | { readonly epoch: string; readonly level: number; readonly after: number }
  | { readonly epoch: string; readonly level: number; readonly before: number }
  | { readonly epoch: string; readonly time: number };

export interface SearchQuestion extends SearchQuery {
  readonly epoch: string;
  readonly after: number;
  readonly upto: number;
  /** At most 100,000; at most a million with `lines`. */
  readonly limit: number;
  /** Ranges of found lines, without the places of matches. */
  readonly lines?: boolean;
  readonly fromEnd?: boolean;
}

/**
 * Asks the server of a log about it. Each method rejects with a {@link RefusedQueryError} that says why there is no answer, and with
 * the signal's reason when it is aborted.
 */
export class LogQueries {
  readonly #source: QuerySource;
  readonly #fetch: typeof fetch;

  constructor(source: QuerySource, fetcher: typeof fetch = (...args) => fetch(...args)) {
    this.#source = source;
    this.#fetch = fetcher;
  }

  /** Counts entries by level. */
  async levels({ epoch, after, upto, parts }: LevelsQuestion, signal: AbortSignal): Promise<LevelsPage> {
    return this.#json('levels', 'marks', { epoch, after, upto, parts }, signal, readLevels);
  }

  /** Counts entries by level in the whole log as it is now, in at most `parts` parts, and says which epoch that is. */
  async overview(parts: number, signal: AbortSignal): Promise<LogOverview> {
    return this.#json('levels', 'marks', { parts }, signal, (value) => ({ ...readLevels(value), epoch: readEpoch(value) }));
  }

  /** Lists groups. */
  async groups({ epoch, after, upto, limit, depth }: GroupsQuestion, signal: AbortSignal): Promise<GroupsPage> {
    return this.#json('groups', 'marks', { epoch, after, upto, limit, depth }, signal, readGroups);
  }

  /** Finds a line; undefined if there is none as asked. */
  async seek(question: SeekQuestion, signal: AbortSignal): Promise<LinePlace | undefined> {
    return this.#json('seek', 'seek', { ...question }, signal, (value) => (value === undefined ? undefined : readPlace(value)));
  }

  /** Searches the log. Records arrive as they are found, the last is `done` or `failed`. */
  async *search({ fromEnd, ...question }: SearchQuestion, signal: AbortSignal): AsyncGenerator<SearchRecord, void> {
    const response = await this.#ask('search', 'search', { ...question, from: fromEnd === true ? 'end' : undefined }, signal);
    for await (const line of textLines(response)) yield checked(() => readSearchRecord(JSON.parse(line)));
  }

  async #json<T>(resource: Resource, feature: string, query: Query, signal: AbortSignal, read: (value: unknown) => T): Promise<T> {
    const response = await this.#ask(resource, feature, query, signal);
    if (response.status === 204) return read(undefined);
    const text = await textOf(response).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new RefusedQueryError('failed', { cause: error });
    });
    return checked(() => read(JSON.parse(text)));
  }

  async #ask(resource: Resource, feature: string, query: Query, signal: AbortSignal): Promise<Response> {
    const { topic, refresh } = this.#source;
    let response = await this.#send(resource, query, topic(), signal);
    const fresh = response.status === 401 ? await refresh() : undefined;
    if (fresh !== undefined) response = await this.#send(resource, query, fresh, signal);
    if (response.ok) return response;
    await response.body?.cancel();
    throw new RefusedQueryError(reasonOf(response, feature), { seconds: Number(response.headers.get('Retry-After')) || undefined });
  }

  async #send(resource: Resource, query: Query, topic: string, signal: AbortSignal): Promise<Response> {
    const { endpoint, channel } = this.#source;
    const asked = Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === false ? [] : [[name, value === true ? 1 : value] as const],
    );
    try {
      const url = topicUrl(endpoint.replace(/\/$/u, ''), channel, Object.fromEntries(asked), resource);
      return await this.#fetch(url, { headers: { Authorization: `Bearer ${topic}` }, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw new RefusedQueryError('failed', { cause: error });
    }
  }
}

/** The parameters of a question; a flag that is false is left out. */
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

function reasonOf({ status, headers }: Response, feature: string): QueryRefusal {
  const offered = headers.get('Log-Has');
  if (status === 404 || status === 405) return offered?.split(/[\s,]+/u).includes(feature) === true ? 'reset' : 'unsupported';
  if (status === 409) return 'reset';
  if (status === 401 || status === 403) return 'denied';
  if (status === 400) return 'invalid';
  return status === 429 ? 'busy' : 'failed';
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new RefusedQueryError('failed', { cause: error });
  }
}
