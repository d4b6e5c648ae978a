import { formatPosition, NOWHERE, parseOffset, parsePosition, type Position } from '../../protocol/position.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { CommandError } from '../util/errors.ts';
import type { EndpointResponse, Endpoint } from '../client/endpoint.ts';
import { endOf, linesOf } from '../client/history.ts';
import { isTransient, problemOf } from '../client/problem.ts';
import { Backoff } from '../client/backoff.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import type { Output } from '../processes/child-outputs.ts';

interface Tail {
  readonly position: Position;
  readonly end: number | undefined;
}

/** Appends in a row that lost against other writers, above which it waits a little between them. */
const MAX_FAST_CONFLICTS = 8;

export interface AppenderOptions {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  readonly channel: string;
  /** Told once when the server stops taking lines, and why. */
  readonly onTrouble: (message: string) => void;
  /** Gives up waiting for a server that does not answer. */
  readonly giveUp: AbortSignal;
}

/**
 * Appends to a log over HTTP, exactly once whatever breaks. Every append is conditional on the head as the last one left
 * it. When an answer is lost, or somebody else wrote, it reads what came behind that head, finds out how much of
 * its own text is there, and goes on with the rest: an append that the server still has in hand fails its condition then.
 */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #retry = new Backoff();
  #base: Position | undefined;
  #refused = 0;
  #conflicts = 0;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** The head as this producer left it. */
  async base(): Promise<Position> {
    if (this.#base !== undefined) return this.#base;
    const tail = await this.#tail();
    this.#refuseEnded(tail.end);
    return (this.#base ??= tail.position);
  }

  /** Resolves when the server answers and lets this producer write. Rejects with CommandError when it does not let it. */
  async ready(): Promise<void> {
    while (this.#base === undefined) {
      await this.#attempt(async () => {
        await this.base();
      });
    }
  }

  /** Appends `text`, whole lines; resolves once they are durable. Rejects with CommandError when the log cannot take them. */
  async append(text: string, output: Output): Promise<void> {
    let rest = text;
    // What must be compared before anything is sent again: after any attempt whose outcome is not known.
    let doubtful = false;
    while (rest !== '') {
      await this.#attempt(async () => {
        const base = await this.base();
        if (doubtful) {
          const tail = await this.#tail();
          rest = rest.slice(await this.#written(rest, output, base, tail.position));
          if (rest !== '') this.#refuseEnded(tail.end);
          this.#base = tail.position;
          doubtful = false;
          return;
        }
        doubtful = true;
        try {
          this.#base = await this.#post(rest, base, output === 'err' ? { stream: 'err' } : {});
          rest = '';
        } catch (error) {
          // Refused before a byte of the body was read.
          if (error instanceof UnauthorizedError) doubtful = false;
          throw error;
        }
      });
    }
  }

  /** Completes the log. */
  async end(code: number): Promise<void> {
    let asked = false;
    let done = false;
    while (!done) {
      await this.#attempt(async () => {
        const tail = asked ? await this.#tail() : undefined;
        if (tail?.end === code) {
          done = true;
          return;
        }
        this.#refuseEnded(tail?.end);
        if (tail !== undefined) this.#base = tail.position;
        const base = await this.base();
        asked = true;
        await this.#post('', base, { end: String(code) });
        done = true;
      });
    }
  }

  /** One step, and the wait behind it when it failed in a way that may pass. */
  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (error instanceof CommandError) throw error;
      if (error instanceof HeadMovedError && this.#conflicts++ < MAX_FAST_CONFLICTS) return;
      if (error instanceof UnauthorizedError) {
        if (this.#refused++ === 0) return this.#options.topics.forget();
        throw new CommandError(`The server refused the topic: ${error.message}. Set LOG_STREAM_SECRET to the secret of that server.`);
      }
      if (this.#retry.failures === 2)
        this.#options.onTrouble(`The server isn't accepting lines (${messageOf(error)}). Retrying; nothing is lost.`);
      try {
        await this.#retry.wait(this.#options.giveUp);
      } catch {
        throw new CommandError(`The server did not take the rest of the log: ${messageOf(error)}.`);
      }
    }
  }

  #refuseEnded(code: number | undefined): void {
    if (code === undefined) return;
    throw new CommandError(`Log ${this.#options.channel} has already ended (code ${code}). Use another channel.`);
  }

  /** Resolves to the new head. Rejects with Moved when the head was not `base`. */
  async #post(body: string, base: Position, query: Readonly<Record<string, string>>): Promise<Position> {
    const { endpoint, channel } = this.#options;
    const answer = await endpoint.ask(endpoint.path(channel, query), {
      method: 'POST',
      headers: { ...(await this.#authorization()), 'log-append-at': base.epoch === '' ? String(base.offset) : formatPosition(base) },
      body,
    });
    if (answer.status === 409) {
      // An end that an earlier attempt of ours may have brought is looked at by the caller.
      if (query['end'] === undefined) this.#refuseEnded(endOf(answer));
      throw new HeadMovedError('other writers are quicker');
    }
    const position = this.#checked(answer).status === 200 ? positionOf(answer.body) : undefined;
    if (position === undefined)
      throw new CommandError(`The server at ${endpoint.origin} gave an answer that is not log-stream's: is it the right port?`);
    this.#retry.succeeded();
    this.#refused = 0;
    this.#conflicts = 0;
    return position;
  }

  async #tail(): Promise<Tail> {
    // Behind the last line there can be, so that retention never matters.
    const answer = await this.#get('HEAD', { after: String(Number.MAX_SAFE_INTEGER), limit: '1' });
    if (answer.status === 404) return { position: NOWHERE, end: undefined };
    const { headers } = this.#checked(answer);
    const offset = parseOffset(headers.get('log-head') ?? '');
    if (offset === undefined)
      throw new CommandError(`The server at ${this.#options.endpoint.origin} does not say Log-Head: is it a log-stream server?`);
    return { position: { epoch: headers.get('log-epoch') ?? '', offset }, end: endOf(answer) };
  }

  /** How many characters of `text` stand in the log right behind `base`. */
  async #written(text: string, output: Output, base: Position, head: Position): Promise<number> {
    if (base.epoch !== '' && base.epoch !== head.epoch) return 0;
    let at = 0;
    for (let offset = base.offset; offset < head.offset && at < text.length;) {
      const answer = await this.#get('GET', { epoch: head.epoch, after: String(offset) });
      // Removed or begun anew meanwhile: what is there now was not written under our condition.
      if (answer.status === 404 || answer.status === 409) return at;
      if (answer.status === 410) return wholeLines(text, head.offset - base.offset);
      const lines = linesOf(this.#checked(answer));
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

  #checked(answer: EndpointResponse): EndpointResponse {
    const { status } = answer;
    if (status === 200) return answer;
    if (status === 401) throw new UnauthorizedError(problemOf(answer));
    if (isTransient(status)) throw new Error(problemOf(answer));
    throw new CommandError(`The server refused to append to ${this.#options.channel}: ${problemOf(answer)}.`);
  }
}

class UnauthorizedError extends Error {}
class HeadMovedError extends Error {}

function positionOf(body: string): Position | undefined {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || !('position' in value) || typeof value.position !== 'string') return undefined;
  return parsePosition(value.position);
}

/** Retention took what could be compared: the count of lines is what is left to go by. */
function wholeLines(text: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count && at < text.length; line += 1) at = text.indexOf('\n', at) + 1;
  return at;
}
