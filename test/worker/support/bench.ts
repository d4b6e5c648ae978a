import { encodeServerFrame, parseClientFrame, type AckState, type ServerFrame } from '../../../src/protocol/messages.ts';
import { parsePosition, type Position } from '../../../src/protocol/position.ts';
import type { Line } from '../../../src/protocol/line.ts';
import type { LogStatus, Range, LineRun } from '../../../src/worker/api.ts';
import { SegmentCache } from '../../../src/worker/session/lines/segment-cache.ts';
import type {
  Effect,
  HistoryRequest,
  HistoryResult,
  LogBatch,
  PollRequest,
  PollResult,
  SessionEvent,
  StreamRequest,
} from '../../../src/worker/session/events.ts';
import { Session } from '../../../src/worker/session/session.ts';
import type { Now } from '../../../src/worker/session/timing.ts';

export const at = (text: string): Position => parsePosition(text) as Position;

/** Lines whose text is their epoch and number. */
export function linesOf(epoch: string, from: number, count: number): Line[] {
  return Array.from({ length: count }, (_, index) => [from + index, `${epoch}:${from + index}`]);
}

/** A session on a bench: the test moves the time and plays the network. */
export class Bench {
  now = 0;
  random = 0.5;
  readonly wall0 = 1_700_000_000_000;
  /** How much further the clock on the wall went than the monotonic one, ms. */
  skew = 0;
  cache: SegmentCache;
  session: Session;
  /** Every effect so far. */
  readonly effects: Effect[] = [];
  /** The requests over HTTP so far, besides history. */
  readonly polls: PollRequest[] = [];
  readonly streams: StreamRequest[] = [];

  constructor(cacheBytes?: number) {
    this.cache = new SegmentCache(cacheBytes);
    this.session = new Session({ cache: this.cache });
  }

  /** The session is gone with all it knew, and another one begins. */
  restart(): void {
    this.cache = new SegmentCache(this.cache.limit);
    this.session = new Session({ cache: this.cache });
    this.#told.clear();
  }

  do(event: SessionEvent): Effect[] {
    const effects = this.session.handle(event, this.time);
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.do === 'poll') this.polls.push(effect.request);
      if (effect.do === 'stream') this.streams.push(effect.request);
    }
    return effects;
  }

  get time(): Now {
    return { monotonic: this.now, wall: this.wall0 + this.now + this.skew, random: this.random };
  }

  /** Lets time pass, with a tick whenever one is due. */
  pass(ms: number): Effect[] {
    const until = this.now + ms;
    const effects: Effect[] = [];
    for (let ticks = 0; this.session.due <= until; ticks += 1) {
      if (ticks > 5_000) throw new Error('The session asks for ticks without end.');
      this.now = Math.max(this.now, this.session.due);
      effects.push(...this.do({ type: 'tick' }));
    }
    this.now = until;
    return effects;
  }

  /** Lets time pass until the next connect. */
  passToConnect(): void {
    const { length } = this.connects;
    while (this.connects.length === length) this.pass(this.session.due - this.now);
  }

  /** Lets time pass until the next poll. */
  passToPoll(): void {
    const { length } = this.polls;
    while (this.polls.length === length) this.pass(this.session.due - this.now);
  }

  get connects(): number[] {
    return this.effects.filter((effect) => effect.do === 'connect').map(({ generation }) => generation);
  }

  get generation(): number {
    return this.connects.at(-1) ?? -1;
  }

  get fetches(): HistoryRequest[] {
    return this.effects.filter((effect) => effect.do === 'fetch').map(({ request }) => request);
  }

  /** The ids of cancelled requests. */
  get aborted(): number[] {
    return this.effects.filter((effect) => effect.do === 'abort').map(({ id }) => id);
  }

  /** Subscribes and unsubscribes so far, in order. */
  get subscribed(): [signed: string, asked: unknown][] {
    return this.effects.flatMap((effect) => {
      if (effect.do !== 'send' || parseClientFrame(effect.text) === undefined) return [];
      const { subscribe = {} } = JSON.parse(effect.text) as { subscribe?: Record<string, unknown> };
      return Object.entries(subscribe);
    });
  }

  /** What the subscribes so far asked for: the position of each topic, and how many of the newest lines at a time. */
  get tails(): [signed: string, asked: unknown, tail: number | undefined][] {
    return this.effects.flatMap((effect) => {
      if (effect.do !== 'send') return [];
      const { subscribe = {}, tail } = JSON.parse(effect.text) as { subscribe?: Record<string, unknown>; tail?: number };
      return Object.entries(subscribe).map(([signed, asked]): [string, unknown, number | undefined] => [signed, asked, tail]);
    });
  }

  get unsubscribed(): string[] {
    return this.effects.flatMap((effect) => (effect.do === 'send' ? (parseClientFrame(effect.text)?.unsubscribe ?? []) : []));
  }

  open(log: number, topic: string, refreshable = false): Effect[] {
    return this.do({ type: 'open', log, topic, refreshable });
  }

  request(log: number, want: readonly Range[], tail = 0, pull = false, view = 1): Effect[] {
    const { epoch } = this.status(log);
    return this.do({ type: 'request', log, view, request: { want, tail, pull, epoch, delivered: [] } });
  }

  /** Log 1 follows a channel with that many lines; the socket is open and the ack arrived. */
  follow(topic: string, channel: string, head: number, tail = 100): void {
    this.open(1, topic);
    this.request(1, [], tail);
    this.opened();
    this.ack(channel, `e-${head}`);
  }

  /** The socket opens and says hello, with what the server can do. */
  opened(hb = 15_000, has: readonly string[] = []): Effect[] {
    const effects = this.do({ type: 'opened', generation: this.generation });
    return [...effects, ...this.frame({ e: 'hello', v: 1, hb, has })];
  }

  closed(code: number): Effect[] {
    return this.do({ type: 'closed', generation: this.generation, code });
  }

  frame(frame: ServerFrame, generation = this.generation): Effect[] {
    return this.do({ type: 'frame', generation, text: encodeServerFrame(frame) });
  }

  ack(ch: string, off: string, st: AckState = 'live', first = 1): Effect[] {
    return this.frame({ e: 'ack', ch, off: at(off), first, st });
  }

  msg(ch: string, off: string, count = 1): Effect[] {
    const position = at(off);
    return this.frame({ e: 'msg', ch, off: position, lines: linesOf(position.epoch, position.offset - count + 1, count) });
  }

  /** Answers a request from a log of that many lines. */
  answer(request: HistoryRequest, head: number, changes: Partial<HistoryResult & { kind: 'lines' }> = {}): Effect[] {
    const count = Math.max(0, Math.min(request.limit, head - request.after));
    const lines = linesOf(request.epoch, request.after + 1, count);
    return this.do({ type: 'fetched', id: request.id, result: { kind: 'lines', lines, first: 1, head, end: undefined, ...changes } });
  }

  /** Answers the last poll for a log that ends at `off`, with its lines after the position of the poll. */
  polled(off: string, facts: Partial<PollResult & { kind: 'log' }> = {}, request = this.polls.at(-1)): Effect[] {
    if (request === undefined) throw new Error('Nobody asked.');
    const { epoch, offset: head } = at(off);
    const { position } = request;
    const count = position?.epoch === epoch ? Math.max(0, Math.min(1_000, head - position.offset)) : 0;
    const lines = linesOf(epoch, (position?.offset ?? 0) + 1, count);
    return this.do({ type: 'polled', id: request.id, result: { kind: 'log', epoch, first: 1, head, end: undefined, lines, ...facts } });
  }

  pollFails(result: PollResult = { kind: 'failed' }, request = this.polls.at(-1)): Effect[] {
    if (request === undefined) throw new Error('Nobody asked.');
    return this.do({ type: 'polled', id: request.id, result });
  }

  /** Frames, or none, arrive on the last stream. */
  streamed(frames: readonly ServerFrame[] = [], request = this.streams.at(-1)): Effect[] {
    if (request === undefined) throw new Error('Nothing is streamed.');
    return this.do({ type: 'streamed', id: request.id, frames: frames.map(encodeServerFrame) });
  }

  streamEnded(request = this.streams.at(-1)): Effect[] {
    if (request === undefined) throw new Error('Nothing is streamed.');
    return this.do({ type: 'streamEnded', id: request.id });
  }

  fail(request: HistoryRequest, result: HistoryResult): Effect[] {
    return this.do({ type: 'fetched', id: request.id, result });
  }

  #told = new Map<number, LogStatus>();

  take(log: number, budget = { lines: Infinity, bytes: Infinity }): LogBatch | undefined {
    const batch = this.session.nextBatch(log, budget, this.time);
    if (batch?.status !== undefined) this.#told.set(log, batch.status);
    return batch;
  }

  /** The status of a log in the last batch. */
  status(log: number): LogStatus {
    const told = this.#told.get(log);
    const peek = this.session.nextBatch(log, { lines: 0, bytes: 0 }, this.time);
    if (peek?.status !== undefined) this.#told.set(log, peek.status);
    const status = this.#told.get(log) ?? told;
    if (status === undefined) throw new Error(`Log ${log} is not open.`);
    return status;
  }

  /** The lines taken for a log now. */
  lines(log: number): string[] {
    return runsOf(this.take(log)).flatMap(({ lines }) => lines.map(([, text]) => text));
  }
}

export function runsOf(batch: LogBatch | undefined): readonly LineRun[] {
  return batch?.views.flatMap(({ runs }) => runs) ?? [];
}
