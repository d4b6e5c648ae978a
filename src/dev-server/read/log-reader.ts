import type { GroupsPage, LevelsPage, LinePlace, SearchRecord } from '../../protocol/answers/answers.ts';
import { readGroups, readLevels, readPlace, readSearchRecord } from '../../protocol/answers/read-answers.ts';
import type { Line } from '../../protocol/line.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { parseOffset } from '../../protocol/position.ts';
import type { Endpoint, EndpointResponse } from '../client/endpoint.ts';
import { endOf, linesOf } from '../client/history.ts';
import { isTransient, problemOf } from '../client/problem.ts';
import { Retry } from '../client/retry.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import { CommandError } from '../util/errors.ts';

/** Consecutive lines. */
export interface LinesPage {
  /** The number of the first. */
  readonly from: number;
  readonly lines: readonly Line[];
}

/** A log at one moment. */
export interface LogSnapshot {
  readonly epoch: string;
  /** The first line still kept; head + 1 if there is none. */
  readonly first: number;
  readonly head: number;
  /** Exit code of a complete log. */
  readonly end: number | undefined;
  /** What the server can do beyond the required protocol. */
  readonly has: ReadonlySet<string>;
}

/** Parameters of a request; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** What to say of a search whose answer ended before it was complete. */
export const BROKEN_OFF = 'The server broke off the search: run the command again.';

/** Attempts at a request before the command fails. */
const ATTEMPTS = 4;

/** Reads one log over HTTP. Failures that may pass are tried again; all others throw CommandError. */
export class LogReader {
  readonly channel: string;
  readonly #endpoint: Endpoint;
  readonly #topics: TopicSource;

  constructor(endpoint: Endpoint, topics: TopicSource, channel: string) {
    this.#endpoint = endpoint;
    this.#topics = topics;
    this.channel = channel;
  }

  /** The log now; undefined if nothing was written to it yet. */
  async state(): Promise<LogSnapshot | undefined> {
    const answer = await this.#ask(this.#endpoint.path(this.channel), 'HEAD');
    if (answer.status === 404) return undefined;
    this.#check(answer);
    return {
      epoch: answer.headers.get('log-epoch') ?? '',
      first: parseOffset(answer.headers.get('log-first') ?? '') ?? 1,
      head: parseOffset(answer.headers.get('log-head') ?? '') ?? 0,
      end: endOf(answer),
      has: new Set((answer.headers.get('log-has') ?? '').split(/[\s,]+/u)),
    };
  }

  /**
   * The lines after `after` up to `upto`, page by page. Lines that retention takes meanwhile are left out. Throws CommandError when
   * the log is another.
   */
  async *pages(epoch: string, after: number, upto: number): AsyncGenerator<LinesPage> {
    for (let at = after; at < upto;) {
      // Aligned to whole ranges, which servers keep compressed.
      const limit = Math.min(LIMITS.pageLines - (at % LIMITS.pageLines), upto - at);
      const answer = await this.#ask(this.#endpoint.path(this.channel, texts({ epoch, after: at, limit })));
      if (answer.status === 410) {
        at = Math.max(at + 1, (parseOffset(answer.headers.get('log-first') ?? '') ?? 0) - 1);
        continue;
      }
      this.#check(answer);
      const lines = linesOf(answer);
      if (lines.length === 0) return;
      yield { from: at + 1, lines };
      at += lines.length;
    }
  }

  /** Counts entries by level. Only for servers with `marks`. */
  async levels(query: Query): Promise<LevelsPage> {
    return readLevels(await this.#json('levels', query));
  }

  /** Lists groups. Only for servers with `marks`. */
  async groups(query: Query): Promise<GroupsPage> {
    return readGroups(await this.#json('groups', query));
  }

  /** Finds a line; undefined if there is none as asked. Only for servers with `seek`. */
  async seek(query: Query): Promise<LinePlace | undefined> {
    const answer = await this.#json('seek', query);
    return answer === undefined ? undefined : readPlace(answer);
  }

  /** The records of a search as they arrive. Only for servers with `search`. */
  async *search(query: Query, signal?: AbortSignal): AsyncGenerator<SearchRecord> {
    const path = this.#endpoint.path(this.channel, texts(query), 'search');
    const answer = await this.#retried((headers) => this.#endpoint.lines(path, headers, signal));
    this.#check(answer);
    try {
      for await (const line of answer.lines ?? []) yield readSearchRecord(JSON.parse(line));
    } catch {
      signal?.throwIfAborted();
      throw new CommandError(BROKEN_OFF);
    }
  }

  /** A JSON answer; undefined for 204. */
  async #json(resource: 'levels' | 'groups' | 'seek', query: Query): Promise<unknown> {
    const answer = await this.#ask(this.#endpoint.path(this.channel, texts(query), resource));
    if (answer.status === 204) return undefined;
    this.#check(answer);
    return JSON.parse(answer.body) as unknown;
  }

  #ask(path: string, method: 'GET' | 'HEAD' = 'GET'): Promise<EndpointResponse> {
    return this.#retried((headers) => this.#endpoint.ask(path, { method, headers: { ...headers, accept: 'application/json' } }));
  }

  /** Makes a request again while its failure may pass, and once with another topic. */
  async #retried<T extends { readonly status: number; readonly body: string }>(
    request: (headers: { readonly authorization: string }) => Promise<T>,
  ): Promise<T> {
    const retry = new Retry();
    for (let wasRefused = false; ;) {
      const authorization = `Bearer ${await this.#topics.sign(this.channel, false)}`;
      let why: string;
      try {
        const answer = await request({ authorization });
        if (!isTransient(answer.status) && (answer.status !== 401 || wasRefused)) return answer;
        if (answer.status === 401) {
          wasRefused = true;
          this.#topics.forget();
          continue;
        }
        why = problemOf(answer);
      } catch (error) {
        why = messageOf(error);
      }
      if (retry.failures + 1 >= ATTEMPTS) throw new CommandError(`The server at ${this.#endpoint.origin} does not answer: ${why}.`);
      await retry.wait();
    }
  }

  /** Throws CommandError unless the answer is what was asked for. */
  #check(answer: { readonly status: number; readonly body: string }): void {
    if (answer.status === 200) return;
    if (answer.status === 404 || answer.status === 409)
      throw new CommandError(`The log ${this.channel} was deleted or started again while it was read: run the command again.`);
    const hint = answer.status === 401 || answer.status === 403 ? ' Set LOG_STREAM_SECRET to the secret of that server.' : '';
    throw new CommandError(`Couldn't read the log ${this.channel}: ${problemOf(answer)}.${hint}`);
  }
}

function texts(query: Query): Record<string, string> {
  return Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}
