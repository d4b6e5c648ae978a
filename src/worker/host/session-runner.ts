import type { ClientStats } from '../api.ts';
import { doubling } from '../doubling.ts';
import { fetchHistory } from '../http/fetch-history.ts';
import type { Environment } from '../platform/environment.ts';
import { Socket } from '../platform/socket.ts';
import type { StreamSlots } from '../platform/stream-slots.ts';
import type { Effect, LogBatch, PollResult, SessionEvent } from '../session/events.ts';
import type { SegmentCache } from '../session/lines/segment-cache.ts';
import type { LineBudget } from '../session/lines/sparse-log.ts';
import { Session } from '../session/session.ts';
import type { Now } from '../session/timing.ts';
import type * as obstacles from './obstacles.ts';

/** A history request without any data for this long is aborted, ms: its connection may be dead. */
export const FETCH_SILENCE = 10_000;

/** What is needed where no socket opens is loaded this long after one has opened, ms: later there may be no way to it. */
const LOAD_AFTER = 5_000;

/** Needed only where no socket opens. */
type Obstacles = Pick<typeof obstacles, 'diagnose' | 'follow' | 'poll'>;

const DIAGNOSIS = {
  /** Longest time to find out why there is no socket, ms. */
  timeout: 5_000,
  /** Shortest time between two diagnoses, ms: a server that is down is asked often enough. It doubles … */
  pause: 10_000,
  /** … up to this. */
  longestPause: 160_000,
} as const;

/** A tab, as far as a session has something for it. */
export interface TabSink {
  dirty(log: number): void;
  refresh(log: number): void;
  granted(log: number, topic: string): void;
}

/** Observes everything that goes into a session and comes out of it. */
export interface SessionObserver {
  event(event: SessionEvent): void;
  effect(effect: Effect): void;
}

/** Runs the session of one endpoint: its socket, requests and timer. */
export class SessionRunner {
  readonly env: Environment;
  readonly #endpoint: string;
  readonly #cache: SegmentCache;
  readonly #slots: StreamSlots;
  readonly #session: Session;
  readonly #socket: Socket;
  /** By log. */
  readonly #owners = new Map<number, TabSink>();
  /** Whether each tab says that the network is there. */
  readonly #online = new Map<TabSink, boolean>();
  readonly #requests = new Map<number, AbortController>();
  readonly #observers = new Set<SessionObserver>();
  /** Events that came while another one was being handled. */
  readonly #queue: SessionEvent[] = [];
  #handling = false;
  #timerAt = Infinity;
  #cancelTimer: () => void = () => undefined;
  #ids = 0;
  #obstacles: Promise<Obstacles> | undefined;
  #diagnosing = false;
  /** No diagnosis before this, monotonic. */
  #diagnoseAt = -Infinity;
  #diagnoses = 0;

  constructor(endpoint: string, cache: SegmentCache, env: Environment, slots: StreamSlots) {
    this.#slots = slots;
    this.env = env;
    this.#endpoint = endpoint;
    this.#cache = cache;
    this.#session = new Session({ cache });
    this.#socket = new Socket(endpoint.replace(/^http/u, 'ws'), env.WebSocket, {
      opened: (generation) => {
        this.#prepare();
        this.dispatch({ type: 'opened', generation });
      },
      frame: (generation, text) => this.dispatch({ type: 'frame', generation, text }),
      closed: (generation, code, unsupported) => this.dispatch({ type: 'closed', generation, code, unsupported }),
    });
  }

  get stats(): Omit<ClientStats, 'transport' | 'tabs'> {
    return { ...this.#session.gauges, ...this.#session.counts, delivery: this.#session.delivery, cacheBytes: this.#cache.bytes };
  }

  /** Returns the number of a log that a tab is about to open. */
  register(owner: TabSink): number {
    const log = (this.#ids += 1);
    this.#owners.set(log, owner);
    return log;
  }

  /** A tab's word on the network. It is gone when all tabs say so: a browser can cut off a single one. */
  network(owner: TabSink, online: boolean): void {
    this.#online.set(owner, online);
    this.dispatch({ type: 'network', online: this.#isOnline() });
  }

  /** A tab is gone: its word on the network no longer counts. */
  leave(owner: TabSink): void {
    const before = this.#isOnline();
    this.#online.delete(owner);
    if (this.#isOnline() !== before) this.dispatch({ type: 'network', online: !before });
  }

  close(log: number): void {
    this.#owners.delete(log);
    this.dispatch({ type: 'close', log });
  }

  nextBatch(log: number, budget: LineBudget): LogBatch | undefined {
    return this.#session.nextBatch(log, budget, this.#now());
  }

  hasPull(log: number): boolean {
    return this.#session.hasPull(log);
  }

  observe(observer: SessionObserver): void {
    this.#observers.add(observer);
  }

  unobserve(observer: SessionObserver): void {
    this.#observers.delete(observer);
  }

  dispatch(event: SessionEvent): void {
    // The next failure may have another cause.
    if (event.type === 'retry' || event.type === 'opened') {
      this.#diagnoseAt = -Infinity;
      this.#diagnoses = 0;
    }
    this.#queue.push(event);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#handle(next);
    } finally {
      this.#handling = false;
      this.#setTimer();
    }
    void this.#diagnose();
  }

  #handle(event: SessionEvent): void {
    for (const observer of this.#observers) observer.event(event);
    for (const effect of this.#session.handle(event, this.#now())) {
      for (const observer of this.#observers) observer.effect(effect);
      this.#run(effect);
    }
  }

  #isOnline(): boolean {
    return this.#online.size === 0 || [...this.#online.values()].includes(true);
  }

  #now(): Now {
    return { monotonic: this.env.now(), wall: this.env.wall(), random: this.env.random() };
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

  async #request(effect: Extract<Effect, { readonly request: unknown }>): Promise<void> {
    const { id } = effect.request;
    const controller = new AbortController();
    this.#requests.set(id, controller);
    const event = await this.#answer(effect, controller);
    this.#requests.delete(id);
    this.dispatch(event);
  }

  /** Never rejects. */
  async #answer(effect: Extract<Effect, { readonly request: unknown }>, controller: AbortController): Promise<SessionEvent> {
    const { fetch: fetcher } = this.env;
    const { id } = effect.request;
    const { signal } = controller;
    if (effect.do === 'stream') {
      const slot = await this.#slots.acquire();
      if (slot === undefined) return { type: 'streamEnded', id, busy: true };
      try {
        const { follow } = await this.#loadObstacles();
        await follow(this.#endpoint, effect.request, fetcher, signal, (frames) => this.dispatch({ type: 'streamed', id, frames }));
      } catch {
        // It could not be loaded: like a stream that was interrupted.
      } finally {
        slot.release();
      }
      return { type: 'streamEnded', id };
    }
    if (effect.do === 'poll') {
      const result = await this.#loadObstacles().then(
        ({ poll }) => poll(this.#endpoint, effect.request, fetcher, signal),
        (): PollResult => ({ kind: 'failed' }),
      );
      return { type: 'polled', id, result };
    }
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

  /** Rejects where it cannot be loaded; the next call tries again. */
  #loadObstacles(): Promise<Obstacles> {
    this.#obstacles ??= import('./obstacles.ts').catch((error: unknown) => {
      this.#obstacles = undefined;
      throw error;
    });
    return this.#obstacles;
  }

  #prepare(): void {
    if (this.#obstacles === undefined) this.env.after(LOAD_AFTER, () => void this.#loadObstacles().catch(() => undefined));
  }

  /** Finds out why the last handshake failed. */
  async #diagnose(): Promise<void> {
    const { env } = this;
    if (!this.#session.needsDiagnosis || this.#diagnosing || env.now() < this.#diagnoseAt) return;
    this.#diagnosing = true;
    this.#diagnoseAt = env.now() + doubling(this.#diagnoses, DIAGNOSIS.pause, DIAGNOSIS.longestPause);
    this.#diagnoses += 1;
    this.dispatch({ type: 'diagnosing' });
    const controller = new AbortController();
    const cancel = env.after(DIAGNOSIS.timeout, () => controller.abort());
    const diagnosis = await this.#loadObstacles().then(
      ({ diagnose }) => diagnose(this.#endpoint, env.fetch, controller.signal),
      () => undefined,
    );
    cancel();
    this.#diagnosing = false;
    this.dispatch({ type: 'diagnosed', diagnosis });
  }

  /** Sets the one timer to whatever is due first. */
  #setTimer(): void {
    const { due } = this.#session;
    if (due === this.#timerAt) return;
    this.#cancelTimer();
    this.#timerAt = due;
    this.#cancelTimer = due === Infinity ? () => undefined : this.env.after(due - this.env.now(), () => this.#tick());
  }

  #tick(): void {
    this.#timerAt = Infinity;
    this.dispatch({ type: 'tick' });
  }
}
