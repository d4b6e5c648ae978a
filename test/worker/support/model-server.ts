import { parseClientFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import { NOWHERE, type RequestedPosition, type Position } from '../../../src/protocol/position.ts';
import { readTopic } from '../../../src/protocol/topic.ts';
import type {
  HistoryRequest,
  HistoryResult,
  PollRequest,
  PollResult,
  TokenRefusal,
  StreamRequest,
} from '../../../src/worker/session/events.ts';
import { linesOf } from './bench.ts';
import { behind, positionIn, type ServerLog } from './model-log.ts';
import { ModelStreams } from './model-streams.ts';

/** How forged signatures begin. */
const FORGED = 'forged';

/** Distances up to this are replayed on the model's socket. */
const REPLAY = 30;

/** One connection: frames under way, and the cursor of each subscription. */
export interface Connection {
  readonly generation: number;
  readonly cursors: Map<string, number>;
  /** How many of the newest lines a subscription is sent at a time; none for every line. */
  readonly tails: Map<string, number>;
  readonly queue: ServerFrame[];
  open: boolean;
  /** Since when nothing gets through in either direction, silently. */
  lostAt: number | undefined;
}

/** What a restart left of the logs: all of them, none, or others. */
export type Aftermath = 'same' | 'gone' | 'other';

/** A server with arrays for logs: what it says about them is right by construction. */
export class ModelServer {
  readonly logs = new Map<string, ServerLog>();
  readonly streams = new ModelStreams((channel) => this.log(channel));
  /** It answers nothing. */
  down = false;
  connection: Connection | undefined;
  readonly #now: () => number;
  /** How long topics live, s. */
  readonly #life: number | undefined;
  #epochs = 0;
  #signed = 0;

  /** `now`: unix ms. */
  constructor(now: () => number, life: number | undefined) {
    this.#now = now;
    this.#life = life;
  }

  log(channel: string): ServerLog {
    let log = this.logs.get(channel);
    if (log === undefined) this.logs.set(channel, (log = { epoch: '', first: 1, head: 0, end: undefined }));
    return log;
  }

  /** A signed topic; each is another one, if they expire or `other` ones are wanted. */
  sign(channel: string, other = false): string {
    const t = Math.floor(this.#now() / 1_000);
    if (this.#life !== undefined) return `${btoa(JSON.stringify({ c: channel, t, x: t + this.#life }))}--${(this.#signed += 1)}`;
    return `${btoa(JSON.stringify({ c: channel, t: 1 }))}--${other ? (this.#signed += 1) : 'abc'}`;
  }

  /** A forged topic that claims to be the freshest of all. */
  forge(channel: string): string {
    return `${btoa(JSON.stringify({ c: channel, t: 9_999_999_999 }))}--${FORGED}${(this.#signed += 1)}`;
  }

  append(channel: string, count: number): void {
    const log = this.log(channel);
    if (log.end !== undefined) return;
    if (log.epoch === '') log.epoch = `e${(this.#epochs += 1)}`;
    log.head += count;
    this.#pump(channel);
  }

  end(channel: string): void {
    const log = this.log(channel);
    if (log.end !== undefined) return;
    log.end = 0;
    this.#pump(channel);
  }

  remove(channel: string): void {
    this.logs.set(channel, { epoch: '', first: 1, head: 0, end: undefined });
    const reset: ServerFrame = { e: 'ack', ch: channel, off: NOWHERE, first: 1, st: 'reset' };
    this.streams.move(channel, 0, reset);
    if (this.connection?.cursors.has(channel) !== true) return;
    this.connection.cursors.set(channel, 0);
    this.connection.queue.push(reset);
  }

  /** The log silently changes to another epoch, as when a server is restored to an older state. */
  swap(channel: string, count: number): void {
    this.logs.set(channel, { epoch: `e${(this.#epochs += 1)}`, first: 1, head: 0, end: undefined });
    if (this.connection?.cursors.has(channel) === true) this.connection.cursors.set(channel, 0);
    this.streams.move(channel, 0);
    this.append(channel, count);
  }

  trim(channel: string, count: number): void {
    const log = this.log(channel);
    log.first = Math.min(log.head + 1, log.first + count);
  }

  /** The socket did not drain: the server continues at the head, and says so. */
  skip(channel: string): void {
    const log = this.log(channel);
    if (log.epoch === '') return;
    const skipped: ServerFrame = { e: 'ack', ch: channel, off: { epoch: log.epoch, offset: log.head }, first: log.first, st: 'skipped' };
    this.streams.move(channel, log.head, skipped);
    if (this.connection?.cursors.has(channel) !== true) return;
    this.connection.cursors.set(channel, log.head);
    this.connection.queue.push(skipped);
  }

  heartbeat(): void {
    this.streams.beat();
    const { connection } = this;
    if (connection === undefined) return;
    const heads = new Map<string, Position>();
    for (const channel of connection.cursors.keys()) heads.set(channel, this.#at(channel, this.log(channel).head));
    connection.queue.push({ e: 'hb', heads });
  }

  /** Restarts with what is left of the logs, and without connections. */
  restart(aftermath: Aftermath): void {
    for (const [channel, { epoch, head }] of this.logs) {
      if (aftermath === 'same' || epoch === '') continue;
      this.logs.set(channel, { epoch: '', first: 1, head: 0, end: undefined });
      if (aftermath === 'other') this.append(channel, Math.ceil(head / 2));
    }
  }

  /** Applies a frame from the socket. */
  receive(text: string): void {
    const frame = parseClientFrame(text);
    if (frame === undefined) throw new Error(`The session sent what is no frame: ${text}`);
    if (frame.tail !== undefined && frame.tail !== 100) throw new Error(`No view needs ${frame.tail} lines: ${text}`);
    for (const { signed, asked } of frame.subscribe) {
      if (asked === undefined) throw new Error(`The session asked for what is no position: ${text}`);
      const refused = this.#refusal(signed);
      const code = refused?.kind === 'denied' ? 'forbidden' : 'expired';
      if (refused === undefined) this.#subscribe(readTopic(signed)!.channel, asked, frame.tail);
      else this.connection?.queue.push({ e: 'err', topic: signed, code, message: '' });
    }
    for (const signed of frame.unsubscribe) this.connection?.cursors.delete(readTopic(signed)!.channel);
    if (frame.probe) this.heartbeat();
  }

  /** Starts a stream; false: it is refused. */
  stream(request: StreamRequest): boolean {
    if (this.down || this.#refusal(request.topic) !== undefined) return false;
    this.streams.begin(request);
    return true;
  }

  poll({ channel, topic, position }: PollRequest, how: 'whole' | 'short'): PollResult {
    if (this.down) return { kind: 'failed' };
    const refused = this.#refusal(topic);
    if (refused !== undefined) return refused;
    const log = this.log(channel);
    const { epoch, offset } = position ?? NOWHERE;
    const readable = log.epoch !== '' && (epoch === '' || epoch === log.epoch) && offset + 1 >= log.first;
    const limit = Math.min(position === undefined ? 1 : 1_000, how === 'short' ? 3 : Infinity);
    const count = readable ? Math.max(0, Math.min(limit, log.head - offset)) : 0;
    return { kind: 'log', ...log, lines: linesOf(log.epoch, offset + 1, count) };
  }

  history({ channel, topic, epoch, after, limit }: HistoryRequest, how: 'whole' | 'short'): HistoryResult {
    if (this.down) return { kind: 'failed' };
    const refused = this.#refusal(topic);
    if (refused !== undefined) return refused;
    const log = this.log(channel);
    if (log.epoch !== epoch) return { kind: 'epoch' };
    if (after + 1 < log.first) return { kind: 'truncated', first: log.first };
    const count = Math.max(0, Math.min(limit, log.head - after, how === 'short' ? 3 : Infinity));
    return { kind: 'lines', lines: linesOf(epoch, after + 1, count), first: log.first, head: log.head, end: log.end };
  }

  #refusal(signed: string): TokenRefusal | undefined {
    if (signed.includes(`--${FORGED}`)) return { kind: 'denied', problem: 'The signature does not match.' };
    return (readTopic(signed)?.expiresAt ?? Infinity) * 1_000 > this.#now() ? undefined : { kind: 'expired' };
  }

  /** As PROTOCOL.md W11 to W19 and W34 say. */
  #subscribe(channel: string, asked: RequestedPosition, tail: number | undefined): void {
    const { cursors, tails, queue } = this.connection!;
    if (tail === undefined) tails.delete(channel);
    else tails.set(channel, tail);
    const { epoch, first, head, end } = this.log(channel);
    const wanted = asked === 'now' ? head : asked.offset;
    const reset = asked !== 'now' && ((asked.epoch !== undefined && asked.epoch !== epoch) || asked.offset > head);
    const from = reset ? first - 1 : Math.max(wanted, first - 1);
    const skipped = head - from > (tail ?? REPLAY);
    const offset = skipped ? head - (tail ?? 0) : from;
    const st = reset ? 'reset' : first > wanted + 1 ? 'truncated' : skipped ? 'skipped' : end === undefined ? 'live' : 'ended';
    queue.push({ e: 'ack', ch: channel, off: this.#at(channel, offset), first, st });
    cursors.set(channel, offset);
    queue.push(...behind(channel, { ...this.log(channel), end: undefined }, offset));
    cursors.set(channel, head);
    if (end !== undefined) queue.push({ e: 'end', ch: channel, off: this.#at(channel, head), code: end });
  }

  #pump(channel: string): void {
    this.streams.pump(channel);
    const { connection } = this;
    let cursor = connection?.cursors.get(channel);
    if (connection === undefined || cursor === undefined) return;
    const log = this.log(channel);
    const tail = connection.tails.get(channel) ?? Infinity;
    if (log.head - cursor > tail) {
      cursor = log.head - tail;
      connection.queue.push({ e: 'ack', ch: channel, off: this.#at(channel, cursor), first: log.first, st: 'skipped' });
    }
    connection.queue.push(...behind(channel, log, cursor));
    connection.cursors.set(channel, log.head);
  }

  #at(channel: string, offset: number): Position {
    return positionIn(this.log(channel), offset);
  }
}
