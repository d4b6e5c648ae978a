import { formatPosition, NOWHERE, parseOffset, parsePosition, type Position } from '../../protocol/position.ts';
import type { Level } from '../../protocol/marks/level.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { CommandError } from '../util/errors.ts';
import type { EndpointResponse, Endpoint } from '../client/endpoint.ts';
import { endOf, linesOf } from '../client/history.ts';
import { isTransient, problemOf } from '../client/problem.ts';
import { Retry } from '../client/retry.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import type { Output } from '../processes/child-outputs.ts';

interface Tail {
  readonly position: Position;
  readonly end: number | undefined;
}

/** Conflicts with other writers in a row that are retried at once; after them it waits before each retry. */
const MAX_FAST_CONFLICTS = 8;

export interface AppenderOptions {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  readonly channel: string;
  /** Called once when the server stops accepting lines, with the reason. */
  readonly onTrouble: (message: string) => void;
  /** Aborted to give up on a server that does not respond. */
  readonly giveUp: AbortSignal;
  /** Whether waiting for a server that does not respond keeps the process alive. @default true */
  readonly keepsAlive?: boolean;
}

/**
 * Appends to a log over HTTP, exactly once whatever breaks. Every append is conditional on the head that the previous one left.
 * When a response is lost, or another writer was faster, it reads the lines after that head, finds out how much of its own text is
 * there, and continues with the rest. An append that the server is still processing then fails its condition.
 */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #backoff = new Retry();
  #base: Position | undefined;
  #refusals = 0;
  #conflicts = 0;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** The head as this producer's last append left it. */
  async base(): Promise<Position> {
    if (this.#base !== undefined) return this.#base;
    const tail = await this.#tail();
    this.#throwIfEnded(tail.end);
    return (this.#base ??= tail.position);
  }

  /** Resolves when the server answers and allows writing. Rejects with CommandError when it does not allow it. */
  async ready(): Promise<void> {
    while (this.#base === undefined) {
      await this.#attempt(async () => {
        await this.base();
      });
    }
  }

  /** Appends `text`, whole lines; resolves once they are durable. Rejects with CommandError when the log cannot take them. */
  async append(text: string, output: Output, level?: Level): Promise<void> {
    const query = { ...(output === 'err' && { stream: 'err' }), ...(level !== undefined && { level: String(level) }) };
    let rest = text;
    // After an attempt with an unknown outcome, the log is compared with `rest` before anything is sent again.
    let isUnknown = false;
    while (rest !== '') {
      await this.#attempt(async () => {
        const base = await this.base();
        if (isUnknown) {
          const tail = await this.#tail();
          rest = rest.slice(await this.#written(rest, output, base, tail.position));
          if (rest !== '') this.#throwIfEnded(tail.end);
          this.#base = tail.position;
          isUnknown = false;
          return;
        }
        isUnknown = true;
        try {
          this.#base = await this.#post(rest, base, query);
          rest = '';
        } catch (error) {
          // The server refused it before it read the body.
          if (error instanceof UnauthorizedError) isUnknown = false;
          throw error;
        }
      });
    }
  }

  /** Ends the log. */
  async end(code: number): Promise<void> {
    let wasSent = false;
    let isDone = false;
    while (!isDone) {
      await this.#attempt(async () => {
        const tail = wasSent ? await this.#tail() : undefined;
        if (tail?.end === code) {
          isDone = true;
          return;
        }
        this.#throwIfEnded(tail?.end);
        if (tail !== undefined) this.#base = tail.position;
        const base = await this.base();
        wasSent = true;
        await this.#post('', base, { end: String(code) });
        isDone = true;
      });
    }
  }

  /** Takes one step. After a transient failure it waits, so that the caller can try again. */
  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (error instanceof CommandError) throw error;
      if (error instanceof HeadMovedError && this.#conflicts++ < MAX_FAST_CONFLICTS) return;
      if (error instanceof UnauthorizedError) {
        if (this.#refusals++ === 0) return this.#options.topics.forget();
        throw new CommandError(`The server refused the topic: ${error.message}. Set LOG_STREAM_SECRET to the secret of that server.`);
      }
      if (this.#backoff.failures === 2)
        this.#options.onTrouble(`The server isn't accepting lines (${messageOf(error)}). Retrying; nothing is lost.`);
      try {
        await this.#backoff.wait(this.#options.giveUp, this.#options.keepsAlive);
      } catch {
        throw new CommandError(`The server did not accept the rest of the log: ${messageOf(error)}.`);
      }
    }
  }

  #throwIfEnded(code: number | undefined): void {
    if (code === undefined) return;
    throw new CommandError(`Log ${this.#options.channel} has already ended (code ${code}). Use another channel.`);
  }

  /** Resolves to the new head. Rejects with HeadMovedError when the head was not `base`. */
  async #post(body: string, base: Position, query: Readonly<Record<string, string>>): Promise<Position> {
    const { endpoint, channel } = this.#options;
    const response = await endpoint.ask(endpoint.path(channel, query), {
      method: 'POST',
      headers: { ...(await this.#authorization()), 'log-append-at': base.epoch === '' ? String(base.offset) : formatPosition(base) },
      body,
    });
    if (response.status === 409) {
      // The end may be that of an earlier attempt of ours; the caller checks.
      if (query['end'] === undefined) this.#throwIfEnded(endOf(response));
      throw new HeadMovedError('other writers are faster');
    }
    const position = this.#checked(response).status === 200 ? positionOf(response.body) : undefined;
    if (position === undefined)
      throw new CommandError(`The server at ${endpoint.origin} sent an unexpected response. Is it log-stream, and the right port?`);
    this.#backoff.succeeded();
    this.#refusals = 0;
    this.#conflicts = 0;
    return position;
  }

  async #tail(): Promise<Tail> {
    // After the last possible line, so that retention cannot matter.
    const response = await this.#get('HEAD', { after: String(Number.MAX_SAFE_INTEGER), limit: '1' });
    if (response.status === 404) return { position: NOWHERE, end: undefined };
    const { headers } = this.#checked(response);
    const offset = parseOffset(headers.get('log-head') ?? '');
    if (offset === undefined) throw new CommandError(`The server at ${this.#options.endpoint.origin} sent no Log-Head. Is it log-stream?`);
    return { position: { epoch: headers.get('log-epoch') ?? '', offset }, end: endOf(response) };
  }

  /** How many characters of `text` are in the log right after `base`. */
  async #written(text: string, output: Output, base: Position, head: Position): Promise<number> {
    if (base.epoch !== '' && base.epoch !== head.epoch) return 0;
    let at = 0;
    for (let offset = base.offset; offset < head.offset && at < text.length;) {
      const response = await this.#get('GET', { epoch: head.epoch, after: String(offset) });
      // Removed or restarted in the meantime: what is there now was not written under our condition.
      if (response.status === 404 || response.status === 409) return at;
      if (response.status === 410) return wholeLines(text, head.offset - base.offset);
      const lines = linesOf(this.#checked(response));
      if (lines.length === 0) return at;
      for (const [, line, extra] of lines) {
        const piece = extra?.p === 1 ? line : `${line}\n`;
        if ((extra?.s === 'err') !== (output === 'err') || !text.startsWith(piece, at)) return at;
        at += piece.length;
      }
      offset += lines.length;
    }
    return at;
  }

  async #get(method: 'GET' | 'HEAD', query: Readonly<Record<string, string>>): Promise<EndpointResponse> {
    const { endpoint, channel } = this.#options;
    return endpoint.ask(endpoint.path(channel, query), {
      method,
      headers: { ...(await this.#authorization()), accept: 'application/json' },
    });
  }

  async #authorization(): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.#options.topics.sign(this.#options.channel, true)}` };
  }

  #checked(response: EndpointResponse): EndpointResponse {
    const { status } = response;
    if (status === 200) return response;
    if (status === 401) throw new UnauthorizedError(problemOf(response));
    if (isTransient(status)) throw new Error(problemOf(response));
    throw new CommandError(`The server refused to append to ${this.#options.channel}: ${problemOf(response)}.`);
  }
}

class UnauthorizedError extends Error {}
class HeadMovedError extends Error {}

function positionOf(body: string): Position | undefined {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || !('position' in value) || typeof value.position !== 'string') return undefined;
  return parsePosition(value.position);
}

/** How many characters `count` lines have. Used when retention removed the lines that could be compared. */
function wholeLines(text: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count && at < text.length; line += 1) at = text.indexOf('\n', at) + 1;
  return at;
}
