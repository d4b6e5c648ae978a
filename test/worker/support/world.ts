import { closeVerdict } from '../../../src/protocol/close-codes.ts';
import type { ServerFrame } from '../../../src/protocol/messages.ts';
import type { LogStatus, Range } from '../../../src/worker/api.ts';
import type { Effect, SessionEvent } from '../../../src/worker/session/events.ts';
import { Bench, runsOf } from './bench.ts';
import type { ServerLog } from './model-log.ts';
import { ModelPace } from './model-pace.ts';
import { ModelRequests, type How } from './model-requests.ts';
import { ModelServer, type Aftermath, type Connection } from './model-server.ts';
import { ModelTab } from './model-tab.ts';

/** How long a session may take to notice that a socket is dead, ms: two heartbeats. */
const SILENCE = 30_000;
/** Requests under way at most: history, polls, streams, and questions about signatures. */
const REQUESTS = 4 + 1 + 3 + 2;

export interface WorldOptions {
  /** Room for lines, bytes. */
  readonly cacheBytes: number;
  /** How long topics are valid, s; undefined: forever. */
  readonly life?: number | undefined;
  /** The random number of every event, from 0 to below 1. */
  readonly random?: number;
  /** The server can skip to the tail. */
  readonly skips?: boolean;
}

/** A server, a network that loses, doubles, reorders and cuts, and a session between them and some tabs. */
export class World {
  readonly bench: Bench;
  /** Tabs by the session's name of their log. */
  readonly tabs = new Map<number, ModelTab>();
  /** Tabs that are kept, but not served. */
  readonly parked: ModelTab[] = [];
  /** Sockets that the session holds at this moment. */
  sockets = 0;
  /** How often a fresh topic was requested. */
  refreshes = 0;
  readonly #server: ModelServer;
  readonly #expiring: boolean;
  readonly #has: readonly string[];
  readonly #requests: ModelRequests;
  /** Logs that a fresh topic is waited for. */
  readonly #refreshing: number[] = [];
  /** Closed connections, with the frames that did not arrive. */
  readonly #over: Connection[] = [];
  readonly #pace = new ModelPace();
  #blocked = false;
  /** A socket was closed with a code that refuses all tabs. */
  #sentAway = false;
  #names = 0;
  /** How long the machine slept without the monotonic clock, ms. */
  #asleep = 0;

  constructor({ cacheBytes, life, random = 0.5, skips = false }: WorldOptions) {
    this.bench = new Bench(cacheBytes);
    this.bench.random = random;
    this.#expiring = life !== undefined;
    this.#has = skips ? ['tail'] : [];
    this.#server = new ModelServer(() => this.bench.wall0 + this.bench.now + this.#asleep, life);
    this.#requests = new ModelRequests(this.#server);
  }

  log(channel: string): ServerLog {
    return this.#server.log(channel);
  }

  /** What happens at the server, to its logs. */
  get server(): Pick<ModelServer, 'append' | 'end' | 'remove' | 'swap' | 'trim' | 'skip' | 'heartbeat'> {
    return this.#server;
  }

  /** Channels that are subscribed at the server. */
  get subscribed(): string[] {
    return [...(this.#server.connection?.cursors.keys() ?? [])];
  }

  /** Requests that the session waits for. */
  get waiting(): number {
    return this.#requests.size + this.#server.streams.size;
  }

  // What happens at the server, to connections.

  /** It stops, with or without a bye; then it is down, or back at once with what is left of the logs. */
  restart(aftermath: Aftermath, bye: boolean, down: boolean): void {
    if (bye) {
      this.#server.connection?.queue.push({ e: 'bye', reason: 'deploy', retry: [0, 5_000], again: [20_000, 60_000] });
      this.deliver(Infinity);
    }
    this.cut(bye ? 1012 : 1006);
    for (const id of this.#server.streams.ids) this.#unstream(id);
    this.#server.restart(aftermath);
    this.#server.down = down;
  }

  up(): void {
    this.#server.down = false;
  }

  // What happens on the network.

  /** The connection opens, if one was requested. */
  accept(): void {
    const { connection } = this.#server;
    if (connection === undefined || connection.open || connection.lostAt !== undefined) return;
    if (this.#blocked || this.#server.down) return this.cut(1006);
    connection.open = true;
    connection.queue.push({ e: 'hello', v: 1, hb: SILENCE / 2, has: this.#has });
    this.do({ type: 'opened', generation: connection.generation });
  }

  /** The next frames arrive. */
  deliver(count: number, twice = false): void {
    for (const id of this.#server.streams.ids) {
      const times = twice ? 2 : 1;
      for (let time = 1; time <= times; time += 1) this.#stream(id, count, time === times);
    }
    for (let left = count; left > 0; left -= 1) {
      const { connection } = this.#server;
      const frame = connection?.lostAt === undefined ? connection?.queue.shift() : undefined;
      if (connection === undefined || frame === undefined) return;
      for (let times = twice ? 2 : 1; times > 0; times -= 1) this.#frame(frame, connection.generation);
    }
  }

  /** Frames of a closed connection arrive after all, or frames that it never sent. */
  late(which: number, lie: ServerFrame): void {
    const connection = this.#over[which % Math.max(1, this.#over.length)];
    if (connection === undefined) return;
    for (const frame of [...connection.queue.splice(0, 3), lie]) this.#frame(frame, connection.generation);
  }

  /** A cancelled request is answered after all. */
  lateAnswer(how: How): void {
    this.#answered(this.#requests.lateAnswer(how));
  }

  /** The network is one that lets no sockets through, or one that does. */
  block(blocked: boolean): void {
    this.#blocked = blocked;
    if (blocked && this.#server.connection?.open === true) this.cut(1006);
  }

  /** The connections there are go dead silently. */
  lose(): void {
    const { connection, streams } = this.#server;
    streams.lose();
    if (connection !== undefined) connection.lostAt ??= this.bench.now;
  }

  /** A stream breaks off, any of them. */
  interrupt(which: number): void {
    const { ids } = this.#server.streams;
    const id = ids[which % Math.max(1, ids.length)];
    if (id !== undefined) this.#unstream(id);
  }

  cut(code: number): void {
    const { connection } = this.#server;
    if (connection === undefined) return;
    this.#disconnect();
    if (closeVerdict(code) === 'refresh' || closeVerdict(code) === 'stop') this.#sentAway = true;
    this.do({ type: 'closed', generation: connection.generation, code });
  }

  /** Answers a request, any of them: as it should be, cut short, or not at all. */
  answer(which: number, how: How): void {
    this.#answered(this.#requests.answer(which, how));
  }

  /** A page answers a request for a fresh topic: with a good one, a forged one, or none. */
  refresh(which: number, found: 'good' | 'forged' | 'none'): void {
    const [log] = this.#refreshing.splice(which % Math.max(1, this.#refreshing.length), 1);
    const tab = log === undefined ? undefined : this.tabs.get(log);
    if (log === undefined || tab === undefined) return;
    const topic = found === 'none' || this.#server.down ? undefined : this.#topic(tab.channel, found);
    this.do({ type: 'refreshed', log, topic });
  }

  /** A page sets another topic for its log. */
  renew(log: number, how: 'good' | 'forged'): void {
    const tab = this.tabs.get(log);
    if (tab === undefined) return;
    tab.use(this.#topic(tab.channel, how), how);
    this.do({ type: 'renew', log, topic: tab.topic });
  }

  // What tabs do.

  open(channel: string, how: 'good' | 'forged' = 'good'): void {
    const tab = new ModelTab(channel, this.#topic(channel, how, false));
    tab.use(tab.topic, how);
    this.#open(tab);
  }

  /** A tab is closed, crashes or reloads: the same for a session. */
  close(log: number): void {
    if (!this.tabs.delete(log)) return;
    this.do({ type: 'close', log });
    if (this.tabs.size === 0) this.do({ type: 'noTabs' });
  }

  park(log: number): void {
    const tab = this.tabs.get(log);
    if (tab === undefined) return;
    this.close(log);
    this.parked.push(tab);
  }

  unpark(): void {
    const tab = this.parked.shift();
    if (tab !== undefined) this.#open(tab);
  }

  /** The worker dies, with its sockets and requests; the tabs continue with another one. */
  die(): void {
    this.#disconnect();
    this.#over.length = 0;
    this.#requests.clear();
    this.#refreshing.length = 0;
    this.#pace.reset();
    for (const id of this.#server.streams.ids) this.#server.streams.delete(id);
    this.bench.restart();
    const tabs = [...this.tabs.values()];
    this.tabs.clear();
    for (const tab of tabs) this.#open(tab);
  }

  request(log: number, tail: number, want: readonly Range[] = []): void {
    const tab = this.tabs.get(log);
    if (tab === undefined) return;
    for (const event of tab.requests(log, want, tail)) this.do(event);
  }

  take(log: number, lines: number): void {
    const tab = this.tabs.get(log);
    if (tab === undefined) return;
    const batch = this.bench.take(log, { lines, bytes: Infinity });
    const status = this.status(log);
    const refused = status.state === 'denied' && !tab.lies && !this.#expiring && !this.#sentAway;
    if (refused) throw new Error(`A tab with a good topic is denied: ${status.problem}`);
    tab.take(status, runsOf(batch));
    this.do({ type: 'tick' });
    this.request(log, 40);
  }

  status(log: number): LogStatus {
    return this.bench.status(log);
  }

  /** A person retries. */
  retry(log: number): void {
    this.#pace.retried(this.bench.now);
    this.do({ type: 'retry', log });
  }

  do(event: SessionEvent): void {
    for (const effect of this.bench.do(event)) this.#run(effect);
    if (this.waiting > REQUESTS) throw new Error(`The session makes ${this.waiting} requests at a time.`);
    if (this.bench.cache.bytes > this.bench.cache.limit) throw new Error(`The session holds ${this.bench.cache.bytes} bytes.`);
  }

  // What happens over time.

  pass(ms: number): void {
    for (const effect of this.bench.pass(ms)) this.#run(effect);
    const lost = this.#server.connection?.lostAt;
    if (lost !== undefined && this.bench.now - lost > SILENCE) throw new Error('The session did not notice that its socket is dead.');
  }

  /** The machine sleeps: no timer fires, and the monotonic clock may stand still too. */
  sleep(ms: number, standstill: boolean): void {
    if (standstill) {
      this.#asleep += ms;
      this.bench.skew += ms;
    } else {
      this.bench.now += ms;
      // A loss during the sleep counts from the wake-up.
      const { connection } = this.#server;
      if (connection?.lostAt !== undefined) connection.lostAt = this.bench.now;
    }
  }

  /** The wall clock is set. */
  jump(ms: number): void {
    this.bench.skew += ms;
  }

  /** For a second everything arrives and is answered, and tabs take every batch. */
  calm(): void {
    this.accept();
    this.deliver(Infinity);
    for (let asked = 0; this.#refreshing.length > 0; asked += 1) {
      if (asked > 100) throw new Error('The session asks for topics without end.');
      this.refresh(0, 'good');
    }
    for (const log of this.tabs.keys()) this.take(log, 2_000);
    for (let answers = 0; this.#requests.size > 0; answers += 1) {
      if (answers > 1_000) throw new Error('The session asks for history without end.');
      this.answer(0, 'whole');
      for (const log of this.tabs.keys()) this.take(log, 2_000);
    }
    this.#server.heartbeat();
    this.pass(1_000);
  }

  #topic(channel: string, how: 'good' | 'forged', other = true): string {
    return how === 'good' ? this.#server.sign(channel, other) : this.#server.forge(channel);
  }

  #open(tab: ModelTab): void {
    const log = (this.#names += 1);
    this.tabs.set(log, tab);
    this.do({ type: 'open', log, topic: tab.topic, refreshable: this.#expiring });
    this.request(log, 40);
  }

  #frame(frame: ServerFrame, generation: number): void {
    for (const effect of this.bench.frame(frame, generation)) this.#run(effect);
  }

  #disconnect(): void {
    const { connection } = this.#server;
    if (connection === undefined) return;
    this.#server.connection = undefined;
    this.sockets -= 1;
    this.#over.push(connection);
    if (this.#over.length > 3) this.#over.shift();
  }

  #answered(event: SessionEvent | undefined): void {
    if (event !== undefined) this.do(event);
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'connect':
        this.#connect(effect.generation);
        break;
      case 'abandon':
        this.#disconnect();
        break;
      case 'send': {
        const { connection } = this.#server;
        if (effect.generation === connection?.generation && connection.lostAt === undefined) this.#server.receive(effect.text);
        break;
      }
      case 'fetch':
      case 'poll':
        this.#requests.add(effect);
        break;
      case 'stream':
        if (!this.#server.stream(effect.request)) this.#requests.add({ do: 'refused', request: effect.request });
        if (this.#server.streams.size > 3) throw new Error('The session holds more than three streams.');
        break;
      case 'abort':
        this.#abort(effect.id);
        break;
      case 'refresh':
        this.refreshes += 1;
        this.#refreshing.push(effect.log);
        break;
      case 'granted': {
        const tab = this.tabs.get(effect.log);
        if (tab === undefined) break;
        tab.topic = effect.topic;
        tab.lies = false;
        break;
      }
      case 'dirty':
        break;
    }
  }

  #connect(generation: number): void {
    this.sockets += 1;
    if (this.sockets > 1) throw new Error('The session holds more than one socket.');
    this.#pace.connected(this.bench.now);
    this.#server.connection = { generation, cursors: new Map(), tails: new Map(), queue: [], open: false, lostAt: undefined };
  }

  #abort(id: number): void {
    this.#requests.abort(id);
    this.#server.streams.delete(id);
  }

  #unstream(id: number): void {
    if (this.#server.streams.delete(id)) this.do({ type: 'streamEnded', id });
  }

  /** The next frames of a stream arrive, together. */
  #stream(id: number, count: number, last: boolean): void {
    const { frames, over } = this.#server.streams.take(id, count, last);
    if (frames !== undefined) this.do({ type: 'streamed', id, frames });
    if (over) this.#unstream(id);
  }
}
