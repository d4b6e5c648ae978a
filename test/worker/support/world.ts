import { parseClientFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import { NOWHERE, type Asked, type Position } from '../../../src/protocol/position.ts';
import { readTopic } from '../../../src/protocol/topic.ts';
import type { Range } from '../../../src/worker/api.ts';
import type { Effect, HistoryRequest, HistoryResult, PollRequest, PollResult, SessionEvent } from '../../../src/worker/session/events.ts';
import { Bench, linesOf, runsOf } from './bench.ts';
import { behind, positionIn, type ServerLog } from './model-log.ts';
import { ModelStreams } from './model-streams.ts';

/** Distances up to this are replayed on the model's socket. */
const REPLAY = 30;

/** One connection: what the server sent and did not arrive yet, and where each subscription is. */
interface Connection {
  readonly generation: number;
  readonly cursors: Map<string, number>;
  readonly queue: ServerFrame[];
  open: boolean;
}

type Asking = { readonly do: 'fetch'; readonly request: HistoryRequest } | { readonly do: 'poll'; readonly request: PollRequest };

/** A tab that checks everything it is given. */
class Reader {
  /** `lines()`: the line that is next. */
  next = 1;
  epoch = '';
  /** Lines of the epoch that the view holds. */
  readonly held = new Set<number>();
  resets = 0;
}

/** A server, a network that loses, doubles, reorders and cuts, and a session between them and some readers. */
export class World {
  readonly bench: Bench;
  readonly logs = new Map<string, ServerLog>();
  readonly readers = new Map<number, { channel: string; reader: Reader }>();
  #connection: Connection | undefined;
  readonly #requests: Asking[] = [];
  readonly #streams = new ModelStreams((channel) => this.log(channel));
  #blocked = false;
  #epochs = 0;
  #logIds = 0;
  /** Sockets that the session holds at this moment. */
  sockets = 0;

  constructor(cacheBytes: number) {
    this.bench = new Bench(cacheBytes);
  }

  log(channel: string): ServerLog {
    let log = this.logs.get(channel);
    if (log === undefined) this.logs.set(channel, (log = { epoch: '', first: 1, head: 0, end: undefined }));
    return log;
  }

  // What happens at the server.

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
    this.#streams.move(channel, 0, reset);
    const connection = this.#connection;
    if (connection?.cursors.has(channel) !== true) return;
    connection.cursors.set(channel, 0);
    connection.queue.push(reset);
  }

  /** Another incarnation is there, and nobody says so: as when a server was put back to an older state. */
  swap(channel: string, count: number): void {
    this.logs.set(channel, { epoch: `e${(this.#epochs += 1)}`, first: 1, head: 0, end: undefined });
    if (this.#connection?.cursors.has(channel) === true) this.#connection.cursors.set(channel, 0);
    this.#streams.move(channel, 0);
    this.append(channel, count);
  }

  trim(channel: string, count: number): void {
    const log = this.log(channel);
    log.first = Math.min(log.head + 1, log.first + count);
  }

  /** The socket did not drain: the server goes on at the head, and says so. */
  skip(channel: string): void {
    const connection = this.#connection;
    const log = this.log(channel);
    if (log.epoch === '') return;
    const skipped: ServerFrame = { e: 'ack', ch: channel, off: { epoch: log.epoch, offset: log.head }, first: log.first, st: 'skipped' };
    this.#streams.move(channel, log.head, skipped);
    if (connection?.cursors.has(channel) !== true) return;
    connection.cursors.set(channel, log.head);
    connection.queue.push(skipped);
  }

  /** Channels that are subscribed at the server. */
  get subscribed(): string[] {
    return [...(this.#connection?.cursors.keys() ?? [])];
  }

  /** Requests that the session waits for. */
  get waiting(): number {
    return this.#requests.length + this.#streams.size;
  }

  heartbeat(): void {
    this.#streams.beat();
    const connection = this.#connection;
    if (connection === undefined) return;
    const heads = new Map<string, Position>();
    for (const channel of connection.cursors.keys()) heads.set(channel, this.#at(channel, this.log(channel).head));
    connection.queue.push({ e: 'hb', heads });
  }

  // What happens on the way.

  /** The connection is made, if one is asked for. */
  accept(): void {
    const connection = this.#connection;
    if (connection === undefined || connection.open) return;
    if (this.#blocked) return this.cut(1006);
    connection.open = true;
    connection.queue.push({ e: 'hello', v: 1, hb: 15_000 });
    this.do({ type: 'opened', generation: connection.generation });
  }

  /** The next frames arrive. */
  deliver(count: number, twice = false): void {
    for (const id of this.#streams.ids) {
      const times = twice ? 2 : 1;
      for (let time = 1; time <= times; time += 1) this.#stream(id, count, time === times);
    }
    for (let left = count; left > 0; left -= 1) {
      const connection = this.#connection;
      const frame = connection?.queue.shift();
      if (connection === undefined || frame === undefined) return;
      for (let times = twice ? 2 : 1; times > 0; times -= 1)
        this.bench.frame(frame, connection.generation).forEach((effect) => this.#run(effect));
    }
  }

  /** A frame of a connection that is over arrives after all. */
  late(frame: ServerFrame): void {
    this.bench.frame(frame, (this.#connection?.generation ?? 1) - 1).forEach((effect) => this.#run(effect));
  }

  /** The network is one that lets no sockets through, or one that does. */
  block(blocked: boolean): void {
    this.#blocked = blocked;
    if (blocked && this.#connection?.open === true) this.cut(1006);
  }

  /** A stream breaks off, any of them. */
  interrupt(which: number): void {
    const { ids } = this.#streams;
    const id = ids[which % Math.max(1, ids.length)];
    if (id !== undefined && this.#streams.delete(id)) this.do({ type: 'unstreamed', id });
  }

  cut(code: number): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    this.sockets -= 1;
    this.do({ type: 'closed', generation: connection.generation, code });
  }

  /** Answers a request, any of them: as it should be, cut short, or not at all. */
  answer(which: number, how: 'whole' | 'short' | 'fail'): void {
    const [asking] = this.#requests.splice(which % Math.max(1, this.#requests.length), 1);
    if (asking === undefined) return;
    const { id } = asking.request;
    if (asking.do === 'poll')
      this.do({ type: 'polled', id, result: how === 'fail' ? { kind: 'failed' } : this.#poll(asking.request, how) });
    else this.do({ type: 'fetched', id, result: how === 'fail' ? { kind: 'failed' } : this.#history(asking.request, how) });
  }

  // What tabs do.

  open(channel: string): number {
    const log = (this.#logIds += 1);
    this.readers.set(log, { channel, reader: new Reader() });
    this.do({ type: 'open', log, topic: `${btoa(JSON.stringify({ c: channel, t: 1 }))}--abc`, refreshable: false });
    this.look(log, 40);
    return log;
  }

  close(log: number): void {
    if (this.readers.delete(log)) this.do({ type: 'close', log });
  }

  /** View 1 follows the tail, view 2 reads every line. */
  look(log: number, tail: number, want: readonly Range[] = []): void {
    const entry = this.readers.get(log);
    if (entry === undefined) return;
    const { epoch, next, held } = entry.reader;
    const lacking: Range[] = [];
    for (let from = next, offset = next; offset <= next + 2_000; offset += 1) {
      if (offset < next + 2_000 && !held.has(offset)) continue;
      if (from < offset) lacking.push({ from, to: offset - 1 });
      from = offset + 1;
    }
    this.do({ type: 'look', log, view: 1, look: { want, tail, pull: false, epoch, given: [] } });
    this.do({ type: 'look', log, view: 2, look: { want: lacking, tail: 0, pull: true, epoch, given: [] } });
  }

  take(log: number, lines: number): void {
    const entry = this.readers.get(log);
    if (entry === undefined) return;
    const { reader } = entry;
    const batch = this.bench.take(log, { lines, bytes: Infinity });
    const epoch = this.bench.status(log).epoch;
    if (epoch !== reader.epoch) {
      // Everything it holds is of a log that is no more.
      reader.held.clear();
      if (reader.epoch !== '') reader.resets += 1;
      reader.epoch = epoch;
      reader.next = 1;
    }
    for (const { from, lines: given } of runsOf(batch)) {
      for (const [index, [, text]] of given.entries()) {
        if (text !== `${epoch}:${from + index}`) throw new Error(`Line ${from + index} of ${epoch} was said to be ${text}.`);
        reader.held.add(from + index);
      }
    }
    reader.next = Math.max(reader.next, this.bench.status(log).first);
    while (reader.held.has(reader.next)) reader.next += 1;
    this.do({ type: 'tick' });
    this.look(log, 40);
  }

  do(event: SessionEvent): void {
    for (const effect of this.bench.do(event)) this.#run(effect);
  }

  pass(ms: number): void {
    for (const effect of this.bench.pass(ms)) this.#run(effect);
  }

  /** Faults stop: everything arrives and is answered, and tabs take what comes as it comes. */
  calm(): void {
    for (let round = 0; round < 150; round += 1) {
      this.accept();
      this.deliver(Infinity);
      for (const log of this.readers.keys()) this.take(log, 2_000);
      for (let answers = 0; this.#requests.length > 0; answers += 1) {
        if (answers > 1_000) throw new Error('The session asks for history without end.');
        this.answer(0, 'whole');
        for (const log of this.readers.keys()) this.take(log, 2_000);
      }
      this.heartbeat();
      this.pass(1_000);
    }
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'connect':
        this.sockets += 1;
        this.#connection = { generation: effect.generation, cursors: new Map(), queue: [], open: false };
        break;
      case 'abandon':
        if (this.#connection !== undefined) this.sockets -= 1;
        this.#connection = undefined;
        break;
      case 'send':
        if (effect.generation === this.#connection?.generation) this.#receive(effect.text);
        break;
      case 'fetch':
      case 'poll':
        this.#requests.push(effect);
        break;
      case 'stream':
        this.#streams.begin(effect.request);
        break;
      case 'abort':
        this.#requests.splice(0, Infinity, ...this.#requests.filter(({ request: { id } }) => id !== effect.id));
        this.#streams.delete(effect.id);
        break;
      case 'refresh':
      case 'dirty':
        break;
    }
    if (this.sockets > 1) throw new Error('The session holds more than one socket.');
    if (this.#streams.size > 3) throw new Error('The session holds more than three streams.');
  }

  #receive(text: string): void {
    const frame = parseClientFrame(text);
    if (frame === undefined) throw new Error(`The session sent what is no frame: ${text}`);
    for (const { signed, asked } of frame.subscribe) {
      if (asked === undefined) throw new Error(`The session asked for what is no position: ${text}`);
      this.#subscribe(readTopic(signed)!.channel, asked);
    }
    for (const signed of frame.unsubscribe) this.#connection?.cursors.delete(readTopic(signed)!.channel);
    if (frame.probe) this.heartbeat();
  }

  /** As PROTOCOL.md W11 to W19 say. */
  #subscribe(channel: string, asked: Asked): void {
    const { cursors, queue } = this.#connection!;
    const { epoch, first, head, end } = this.log(channel);
    const wanted = asked === 'now' ? head : asked.offset;
    const reset = asked !== 'now' && ((asked.epoch !== undefined && asked.epoch !== epoch) || asked.offset > head);
    const from = reset ? first - 1 : Math.max(wanted, first - 1);
    const skipped = head - from > REPLAY;
    const offset = skipped ? head : from;
    const st = reset ? 'reset' : first > wanted + 1 ? 'truncated' : skipped ? 'skipped' : end === undefined ? 'live' : 'ended';
    queue.push({ e: 'ack', ch: channel, off: this.#at(channel, offset), first, st });
    cursors.set(channel, offset);
    this.#pump(channel);
    if (end !== undefined) queue.push({ e: 'end', ch: channel, off: this.#at(channel, head), code: end });
  }

  #pump(channel: string): void {
    this.#streams.pump(channel);
    const connection = this.#connection;
    const cursor = connection?.cursors.get(channel);
    if (connection === undefined || cursor === undefined) return;
    connection.queue.push(...behind(channel, this.log(channel), cursor));
    connection.cursors.set(channel, this.log(channel).head);
  }

  #poll({ channel, position }: PollRequest, how: 'whole' | 'short'): PollResult {
    const log = this.log(channel);
    const { epoch, offset } = position ?? NOWHERE;
    const readable = log.epoch !== '' && (epoch === '' || epoch === log.epoch) && offset + 1 >= log.first;
    const limit = Math.min(position === undefined ? 1 : 1_000, how === 'short' ? 3 : Infinity);
    const count = readable ? Math.max(0, Math.min(limit, log.head - offset)) : 0;
    return { kind: 'log', ...log, lines: linesOf(log.epoch, offset + 1, count) };
  }

  #history({ channel, epoch, after, limit }: HistoryRequest, how: 'whole' | 'short'): HistoryResult {
    const log = this.log(channel);
    if (log.epoch !== epoch) return { kind: 'epoch' };
    if (after + 1 < log.first) return { kind: 'truncated', first: log.first };
    const count = Math.max(0, Math.min(limit, log.head - after, how === 'short' ? 3 : Infinity));
    return { kind: 'lines', lines: linesOf(epoch, after + 1, count), first: log.first, head: log.head, end: log.end };
  }

  #at(channel: string, offset: number): Position {
    return positionIn(this.log(channel), offset);
  }

  /** The next frames of a stream arrive, together. */
  #stream(id: number, count: number, last: boolean): void {
    const { frames, over } = this.#streams.take(id, count, last);
    if (frames !== undefined) this.do({ type: 'streamed', id, frames });
    if (over && this.#streams.delete(id)) this.do({ type: 'unstreamed', id });
  }
}
