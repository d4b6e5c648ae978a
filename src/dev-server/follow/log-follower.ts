import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type { Line } from '../../protocol/line.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseServerFrame, type Ack, type ServerFrame } from '../../protocol/messages.ts';
import { formatPosition, parseOffset } from '../../protocol/position.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { CommandError } from '../util/errors.ts';
import { headersOf, type EndpointResponse, type Endpoint } from '../client/endpoint.ts';
import { endOf, linesOf } from '../client/history.ts';
import { isTransient, problemOf } from '../client/problem.ts';
import { Retry } from '../client/retry.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import { eventData } from './events.ts';

/** What happens to a followed log, in order. */
export type LogFollowEvent =
  /** The lines from `from` on. */
  | { readonly kind: 'lines'; readonly from: number; readonly lines: readonly Line[] }
  /** Retention removed these lines before they were read. */
  | { readonly kind: 'removed'; readonly from: number; readonly to: number }
  /** The log was deleted and started again: line 1 comes next. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'end'; readonly code: number };

export interface FollowLogOptions {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  readonly channel: string;
  /** Start after this line. */
  readonly after: number;
  readonly onTrouble: (message: string) => void;
  /** Ends the following, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** ms of silence after which a stream counts as dead: twice the heartbeat and a little. */
const SILENCE_TIMEOUT = 2 * LIMITS.heartbeat + 5_000;

type Phase = 'following' | 'refused' | 'ended';

/**
 * Yields every line of a log exactly once and in order, across broken connections and restarts. It resumes after the last line it
 * yielded, and fetches lines that the stream skipped. While its caller is busy it reads nothing, and the server skips.
 *
 *                the topic is refused
 *     following ─────────────────────▶ refused ── a fresh one, too ──▶ CommandError
 *      │        ◀─────────────────────  │
 *      │             data comes         │
 *      └────── the log has ended ───────┴──▶ ended
 *
 * A connection that breaks changes nothing: the next one is made in the same phase.
 */
export class LogFollower {
  readonly #options: FollowLogOptions;
  readonly #backoff = new Retry();
  #epoch = '';
  #offset: number;
  #phase: Phase = 'following';

  constructor(options: FollowLogOptions) {
    this.#options = options;
    this.#offset = options.after;
  }

  async *follow(): AsyncGenerator<LogFollowEvent> {
    const { signal } = this.#options;
    while (!this.#hasEnded && !isAborted(signal)) {
      try {
        yield* this.#connect();
      } catch (error) {
        if (isAborted(signal)) return;
        if (error instanceof CommandError) throw error;
        if (this.#backoff.failures === 2)
          this.#options.onTrouble(`The server isn't answering (${messageOf(error)}). Retrying; nothing is lost.`);
        await this.#backoff.wait(signal).catch(() => undefined);
      }
    }
  }

  get #hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
  }

  async *#connect(): AsyncGenerator<LogFollowEvent> {
    const stream = await this.#open();
    if (stream === undefined) return;
    try {
      if (stream.statusCode === 204) {
        yield await this.#end();
        return;
      }
      for await (const data of eventData(stream)) {
        this.#backoff.succeeded();
        this.#enter('following');
        const frame = parseServerFrame(data);
        if (frame !== undefined) yield* this.#handle(frame);
        if (this.#hasEnded) return;
      }
      // The stream ended, but the log did not: the server is shutting down. Wait for the next one.
      throw new Error('the server closed the stream');
    } finally {
      stream.destroy();
    }
  }

  async *#handle(frame: ServerFrame): AsyncGenerator<LogFollowEvent> {
    switch (frame.e) {
      case 'ack':
        yield* this.#handleAck(frame);
        break;
      case 'msg': {
        const { off, lines } = frame;
        if (off.epoch !== this.#epoch) yield* this.#adopt(off.epoch);
        yield* this.#fetchTo(off.offset - lines.length);
        const fresh = lines.slice(Math.max(0, this.#offset - (off.offset - lines.length)));
        this.#offset = Math.max(this.#offset, off.offset);
        if (fresh.length > 0) yield { kind: 'lines', from: off.offset - fresh.length + 1, lines: fresh };
        break;
      }
      case 'end':
        yield* this.#fetchTo(frame.off.offset);
        this.#enter('ended');
        yield { kind: 'end', code: frame.code };
        break;
      default:
        break;
    }
  }

  async *#handleAck({ off, first, st }: Ack): AsyncGenerator<LogFollowEvent> {
    if (off.epoch !== this.#epoch) yield* this.#adopt(off.epoch);
    else if (st === 'reset') yield* this.#reset(off.epoch);
    yield* this.#skipTo(first);
    yield* this.#fetchTo(off.offset);
  }

  /** The first epoch is adopted as it is; a different one means that the log was restarted. */
  async *#adopt(epoch: string): AsyncGenerator<LogFollowEvent> {
    if (this.#epoch === '') this.#epoch = epoch;
    else yield* this.#reset(epoch);
  }

  async *#reset(epoch: string): AsyncGenerator<LogFollowEvent> {
    this.#epoch = epoch;
    this.#offset = 0;
    yield { kind: 'reset' };
  }

  async *#skipTo(first: number): AsyncGenerator<LogFollowEvent> {
    if (first <= this.#offset + 1) return;
    const removed = { kind: 'removed', from: this.#offset + 1, to: first - 1 } as const;
    this.#offset = first - 1;
    yield removed;
  }

  /** Yields the lines up to `to` that were not yielded yet, page by page. */
  async *#fetchTo(to: number): AsyncGenerator<LogFollowEvent> {
    while (this.#offset < to) {
      const limit = Math.min(LIMITS.pageLines, to - this.#offset);
      const answer = await this.#ask({ epoch: this.#epoch, after: String(this.#offset), limit: String(limit) });
      if (answer.status === 410) {
        yield* this.#skipTo(parseOffset(answer.headers.get('log-first') ?? '') ?? this.#offset + 2);
        continue;
      }
      if (answer.status !== 200) throw new Error(problemOf(answer));
      const lines = linesOf(answer);
      if (lines.length === 0) throw new Error('the server lacks lines that it announced');
      const from = this.#offset + 1;
      this.#offset += lines.length;
      yield { kind: 'lines', from, lines };
    }
  }

  async #end(): Promise<LogFollowEvent> {
    const code = endOf(await this.#ask({ after: String(this.#offset), limit: '1' }));
    if (code === undefined) throw new Error('the server does not say how the log ended');
    this.#enter('ended');
    return { kind: 'end', code };
  }

  async #ask(query: Readonly<Record<string, string>>): Promise<EndpointResponse> {
    const { endpoint, channel } = this.#options;
    return endpoint.ask(endpoint.path(channel, query), { headers: { ...(await this.#authorization()), accept: 'application/json' } });
  }

  /** The stream; undefined when the topic was refused and another one may work. */
  async #open(): Promise<IncomingMessage | undefined> {
    const { endpoint, channel, topics } = this.#options;
    const isResuming = this.#epoch !== '';
    const resume = isResuming ? { 'last-event-id': formatPosition({ epoch: this.#epoch, offset: this.#offset }) } : {};
    const headers = { ...(await this.#authorization()), ...resume, accept: 'text/event-stream' };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = endpoint.open('GET', endpoint.path(channel, isResuming ? {} : { after: String(this.#offset) }), headers);
      sent.setTimeout(SILENCE_TIMEOUT, () => sent.destroy(new Error('the server is silent')));
      sent.on('error', reject);
      sent.on('response', resolve);
      if (this.#options.signal !== undefined) addAbortSignal(this.#options.signal, sent);
      sent.end();
    });
    const status = answer.statusCode ?? 0;
    if (status === 200 || status === 204) return answer;
    answer.resume();
    const problem = `the server answered ${status}`;
    if (isTransient(status)) throw new Error(problem);
    if (status === 401 && this.#phase === 'following') {
      this.#enter('refused');
      topics.forget();
      return undefined;
    }
    const hint =
      status === 401 || status === 403 ? 'Set LOG_STREAM_SECRET to the secret of that server.' : `Is log-stream at ${endpoint.origin}?`;
    throw new CommandError(
      `Couldn't watch the log ${channel}: ${problem} (${headersOf(answer).get('content-type') ?? 'no content'}). ${hint}`,
    );
  }

  async #authorization(): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.#options.topics.sign(this.#options.channel, false)}` };
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
