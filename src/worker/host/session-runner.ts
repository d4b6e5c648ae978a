import type { ClientStats } from '../api.ts';
import { diagnose } from '../diagnosis/probe.ts';
import type { Environment } from '../platform/environment.ts';
import { fetchHistory } from '../http/fetch-history.ts';
import { poll } from '../http/poll.ts';
import { follow } from '../http/stream.ts';
import type { SegmentCache } from '../session/lines/segment-cache.ts';
import type { Effect, LogBatch, SessionEvent } from '../session/events.ts';
import { Session } from '../session/session.ts';
import type { LineBudget } from '../session/lines/sparse-log.ts';
import type { Now } from '../session/timing.ts';
import type { StreamSlots } from '../platform/stream-slots.ts';
import { Socket } from '../platform/socket.ts';

/** A history request of which nothing was heard for this long is given up, ms: it may be on a connection that is dead. */
export const FETCH_SILENCE = 10_000;

const DIAGNOSIS = {
  /** How long it may take to find out why there is no socket, ms. */
  patience: 5_000,
  /** Not again before, ms: a server that is away is asked often enough. The wait doubles … */
  pause: 10_000,
  /** … up to this. */
  longest: 160_000,
} as const;

/** Who opened logs: a tab. */
export interface TabSink {
  dirty(log: number): void;
  refresh(log: number): void;
  granted(log: number, topic: string): void;
}

/** Runs the session of one endpoint: its socket, requests and timer. */
export class SessionRunner {
  readonly env: Environment;
  readonly #endpoint: string;
  readonly #cache: SegmentCache;
  readonly #slots: StreamSlots;
  readonly #session: Session;
  readonly #socket: Socket;
  readonly #owners = new Map<number, TabSink>();
  /** Who says that the network is there, and who says that it is not. */
  readonly #online = new Map<TabSink, boolean>();
  readonly #requests = new Map<number, AbortController>();
  /** Events that came while another one was handled. */
  readonly #queue: SessionEvent[] = [];
  #handling = false;
  #armed = Infinity;
  #disarm: () => void = () => undefined;
  #ids = 0;
  #examining = false;
  /** No attempt at a socket is looked into before. */
  #examineAt = -Infinity;
  #pause: number = DIAGNOSIS.pause;

  constructor(endpoint: string, cache: SegmentCache, env: Environment, slots: StreamSlots) {
    this.#slots = slots;
    this.env = env;
    this.#endpoint = endpoint;
    this.#cache = cache;
    this.#session = new Session({ cache });
    this.#socket = new Socket(endpoint.replace(/^http/u, 'ws'), env.WebSocket, {
      opened: (generation) => this.dispatch({ type: 'opened', generation }),
      frame: (generation, text) => this.dispatch({ type: 'frame', generation, text }),
      closed: (generation, code, impossible) => this.dispatch({ type: 'closed', generation, code, impossible }),
    });
  }

  get stats(): Omit<ClientStats, 'transport' | 'tabs'> {
    return { ...this.#session.facts, ...this.#session.counts, following: this.#session.following, cacheBytes: this.#cache.bytes };
  }

  /** A name for a log that somebody is about to open. */
  name(owner: TabSink): number {
    const log = (this.#ids += 1);
    this.#owners.set(log, owner);
    return log;
  }

  /** What a tab says of the network. It is believed to be gone when all of them say so: a browser can cut off a single tab. */
  network(owner: TabSink, online: boolean): void {
    this.#online.set(owner, online);
    this.dispatch({ type: 'network', online: this.#isOnline() });
  }

  /** A tab is gone: what it said of the network does not count any more. */
  leave(owner: TabSink): void {
    const before = this.#isOnline();
    this.#online.delete(owner);
    if (this.#isOnline() !== before) this.dispatch({ type: 'network', online: !before });
  }

  close(log: number): void {
    this.#owners.delete(log);
    this.dispatch({ type: 'close', log });
  }

  take(log: number, budget: LineBudget): LogBatch | undefined {
    return this.#session.take(log, budget, this.#moment());
  }

  pulls(log: number): boolean {
    return this.#session.pulls(log);
  }

  dispatch(event: SessionEvent): void {
    // Somebody does not want to wait, or a socket got through: what fails next may do so for another reason.
    if (event.type === 'retry' || event.type === 'opened') {
      this.#examineAt = -Infinity;
      this.#pause = DIAGNOSIS.pause;
    }
    this.#queue.push(event);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const effect of this.#session.handle(next, this.#moment())) this.#run(effect);
      }
    } finally {
      this.#handling = false;
      this.#arm();
    }
    void this.#examine();
  }

  #isOnline(): boolean {
    return this.#online.size === 0 || [...this.#online.values()].includes(true);
  }

  #moment(): Now {
    return { now: this.env.now(), wall: this.env.wall(), random: this.env.random() };
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'connect':
        this.#socket.connect(effect.generation);
        break;
      case 'abandon':
        this.#socket.abandon();
        break;
      case 'send':
        this.#socket.send(effect.text);
        break;
      case 'fetch':
      case 'poll':
      case 'stream':
        void this.#request(effect);
        break;
      case 'abort':
        this.#requests.get(effect.id)?.abort();
        break;
      case 'refresh':
        this.#owners.get(effect.log)?.refresh(effect.log);
        break;
      case 'granted':
        this.#owners.get(effect.log)?.granted(effect.log, effect.topic);
        break;
      case 'dirty':
        this.#owners.get(effect.log)?.dirty(effect.log);
        break;
    }
  }

  /** Makes a request that can be given up by its id. */
  async #request(effect: Extract<Effect, { readonly request: unknown }>): Promise<void> {
    const { id } = effect.request;
    const controller = new AbortController();
    this.#requests.set(id, controller);
    const event = await this.#answer(effect, controller);
    this.#requests.delete(id);
    this.dispatch(event);
  }

  /** None of these ever rejects. */
  async #answer(effect: Extract<Effect, { readonly request: unknown }>, controller: AbortController): Promise<SessionEvent> {
    const { fetch: fetcher } = this.env;
    const { id } = effect.request;
    const { signal } = controller;
    if (effect.do === 'stream') {
      const slot = await this.#slots.take();
      if (slot === undefined) return { type: 'unstreamed', id, busy: true };
      try {
        await follow(this.#endpoint, effect.request, fetcher, signal, (frames) => this.dispatch({ type: 'streamed', id, frames }));
      } finally {
        slot.release();
      }
      return { type: 'unstreamed', id };
    }
    if (effect.do === 'poll') return { type: 'polled', id, result: await poll(this.#endpoint, effect.request, fetcher, signal) };
    let cancel: () => void = () => undefined;
    const heard = (): void => {
      cancel();
      cancel = this.env.after(FETCH_SILENCE, () => controller.abort());
    };
    heard();
    const result = await fetchHistory(this.#endpoint, effect.request, fetcher, signal, heard);
    cancel();
    return { type: 'fetched', id, result };
  }

  /** Finds out why an attempt came to no socket. */
  async #examine(): Promise<void> {
    const { env } = this;
    if (!this.#session.stranded || this.#examining || env.now() < this.#examineAt) return;
    this.#examining = true;
    this.#examineAt = env.now() + this.#pause;
    this.#pause = Math.min(DIAGNOSIS.longest, 2 * this.#pause);
    this.dispatch({ type: 'examining' });
    const controller = new AbortController();
    const cancel = env.after(DIAGNOSIS.patience, () => controller.abort());
    const diagnosis = await diagnose(this.#endpoint, env.fetch, controller.signal);
    cancel();
    this.#examining = false;
    this.dispatch({ type: 'examined', diagnosis });
  }

  /** One timer, for whatever is due first. */
  #arm(): void {
    const { due } = this.#session;
    if (due === this.#armed) return;
    this.#disarm();
    this.#armed = due;
    this.#disarm = due === Infinity ? () => undefined : this.env.after(due - this.env.now(), () => this.#due());
  }

  #due(): void {
    this.#armed = Infinity;
    this.dispatch({ type: 'tick' });
  }
}
