import { parseServerFrame } from '../../protocol/messages.ts';
import type { Effect, LogBatch, SessionEvent } from './events.ts';
import { FrameDispatcher } from './frame-dispatcher.ts';
import { HistoryRequests } from './history-requests.ts';
import { HttpFallback } from './http-fallback/http-fallback.ts';
import type { SegmentCache } from './lines/segment-cache.ts';
import type { LineBudget } from './lines/sparse-log.ts';
import { SubscriptionRegistry } from './registry/subscription-registry.ts';
import { Connection } from './socket/connection.ts';
import { SubscriptionSettler } from './subscription-settler.ts';
import { collectBatch } from './subscription/collect-batch.ts';
import { statusOf } from './subscription/status.ts';
import type { Subscription } from './subscription/subscription.ts';
import { earliest, type Now } from './timing.ts';

export interface SessionOptions {
  /** Shared by all sessions of a worker. */
  readonly cache: SegmentCache;
  /** History requests at a time. @default 4 */
  readonly fetches?: number;
}

/**
 * Everything the tabs of an origin follow at one endpoint: what is subscribed, fetched and held, and what each view has
 * yet to receive. It has no socket, clock or dice: events go in, effects come out.
 *
 * Each event runs through three steps: apply it, which touches the subscriptions it concerns; plan, which decides on the
 * connection, the fallback and the topics; settle, in which the `SubscriptionSettler` emits what the touched ones need.
 */
export class Session {
  readonly #effects: Effect[] = [];
  readonly #nextId = (): number => (this.#ids += 1);
  readonly #connection = new Connection(this.#effects);
  readonly #fallback = new HttpFallback(this.#effects, this.#nextId);
  readonly #registry: SubscriptionRegistry;
  readonly #history: HistoryRequests;
  readonly #settler: SubscriptionSettler;
  readonly #frames: FrameDispatcher;
  #due = Infinity;
  #connectCount = 0;
  #ids = 0;

  constructor({ cache, fetches = 4 }: SessionOptions) {
    const effects = this.#effects;
    this.#registry = new SubscriptionRegistry({
      cache,
      effects,
      nextId: this.#nextId,
      touched: (subscription) => this.#settler.touch(subscription),
      removed: (subscription) => this.#remove(subscription),
    });
    this.#history = new HistoryRequests(effects, this.#nextId, this.#fallback, fetches);
    this.#settler = new SubscriptionSettler({
      effects,
      connection: this.#connection,
      registry: this.#registry,
      history: this.#history,
    });
    this.#frames = new FrameDispatcher(this.#registry, this.#settler, this.#history);
  }

  /** When a `tick` is due, monotonic; may be early. */
  get due(): number {
    return this.#due;
  }

  get gauges(): { readonly sockets: number; readonly topics: number; readonly views: number } {
    let views = 0;
    for (const { state } of this.#registry.byChannel.values()) for (const handle of state.handles.values()) views += handle.views.size;
    const { phase } = this.#connection;
    return { sockets: phase === 'open' || phase === 'opening' ? 1 : 0, topics: this.#registry.byChannel.size, views };
  }

  /** Since the session began. */
  get counts(): { readonly fetches: number; readonly connects: number } {
    return { fetches: this.#history.count, connects: this.#connectCount };
  }

  /** How logs are delivered now. */
  get delivery(): 'websocket' | 'http' {
    return this.#fallback.works ? 'http' : 'websocket';
  }

  /** The last handshake failed, and the next one is waited for: there is time to find out why. */
  get needsDiagnosis(): boolean {
    return this.#connection.handshakeFailed && this.#connection.phase === 'waiting';
  }

  handle(event: SessionEvent, now: Now): Effect[] {
    const mustPlan = this.#apply(event, now);
    if (mustPlan) {
      this.#settler.requestTopics(now);
      this.#route(now);
    }
    if (this.#settler.settle(now)) this.#route(now);
    for (const effect of this.#effects) if (effect.do === 'connect') this.#connectCount += 1;
    if (mustPlan) {
      this.#registry.unverified.plan(now);
      this.#due = this.#nextDue(now);
    }
    return this.#effects.splice(0);
  }

  /**
   * Collects what changed for a log since its last batch, within `budget`; undefined if nothing did. A `tick` must follow:
   * views may have room for more.
   */
  nextBatch(log: number, budget: LineBudget, now: Now): LogBatch | undefined {
    const subscription = this.#registry.of(log);
    const handle = subscription?.state.handles.get(log);
    if (subscription === undefined || handle === undefined) return undefined;
    const batch = collectBatch(handle, subscription.state, statusOf(subscription, this.#connection, now), budget);
    if (batch !== undefined && batch.views.length > 0) this.#settler.touch(subscription);
    return batch;
  }

  /** Whether a log has a view that receives lines even while its tab is hidden. */
  hasPull(log: number): boolean {
    for (const view of this.#registry.of(log)?.state.handles.get(log)?.views.values() ?? []) if (view.pull) return true;
    return false;
  }

  /** Applies an event. Returns whether it may change what is due or needed, so that planning is necessary. */
  #apply(event: SessionEvent, now: Now): boolean {
    switch (event.type) {
      case 'frame':
        return this.#frame(event.generation, event.text, now);
      case 'streamed':
        return this.#streamed(event.id, event.frames, now);
      case 'open':
        this.#registry.open(event.log, event.topic, event.refreshable, now);
        for (const { view, request } of event.requests ?? [])
          this.#registry.of(event.log)?.handle({ type: 'request', log: event.log, view, request });
        break;
      case 'close':
        this.#registry.close(event.log);
        break;
      case 'network':
        this.#connection.setOnline(event.online);
        // Browsers are wrong about both: an open socket is probed in either case.
        if (event.online || this.#connection.phase === 'open') this.#connection.wake(now);
        this.#wake(now);
        break;
      case 'wake':
        this.#connection.wake(now);
        this.#wake(now);
        break;
      case 'noTabs':
        this.#connection.noTabs();
        break;
      case 'opened':
        if (event.generation !== this.#connection.generation) break;
        this.#connection.opened(now);
        this.#registry.sentTokens.clear();
        this.#settler.touchAll();
        break;
      case 'closed':
        if (event.generation !== this.#connection.generation) break;
        this.#disconnected(this.#connection.closed(event.code, now, event.unsupported) === 'refresh', now);
        break;
      case 'tick':
        this.#tick(now);
        break;
      case 'diagnosing':
        this.#connection.diagnosing();
        break;
      case 'diagnosed':
        this.#connection.diagnosed(event.diagnosis);
        this.#settler.touchAll();
        break;
      case 'fetched':
        this.#history.fetched(event.id, event.result, now);
        // Others may have waited for a free slot.
        this.#settler.touchAll();
        break;
      case 'polled':
        this.#registry.polled(event.id, event.result, now);
        this.#history.abort(this.#fallback.polled(event.id, event.result, now));
        this.#settler.touchAll();
        break;
      case 'streamEnded':
        if (event.busy === true) this.#fallback.noConnectionFree(event.id, now);
        else this.#fallback.streamEnded(event.id, now);
        break;
      case 'renew':
        this.#registry.renew(event.log, event.topic, now);
        break;
      case 'refreshed':
        this.#registry.refreshed(event.log, event.topic, event.failure ?? 'rejected', now);
        break;
      default: {
        const subscription = this.#registry.of(event.log);
        if (subscription === undefined) break;
        subscription.handle(event);
        this.#settler.touch(subscription);
        if (event.type !== 'retry') break;
        this.#connection.retry(now);
        this.#fallback.wake(now);
        this.#settler.touchAll();
      }
    }
    return true;
  }

  /** The network may be back: whatever waits for it may try now. */
  #wake(now: Now): void {
    this.#fallback.wake(now);
    for (const { tokenRefresh } of this.#registry.all()) tokenRefresh.wake(now);
    this.#settler.touchAll();
  }

  #tick(now: Now): void {
    const { generation, blocked } = this.#connection;
    for (const { state } of this.#registry.byChannel.values()) state.tick(now);
    this.#connection.tick(now);
    // Subscribes on a socket that does not answer are void.
    if (generation !== this.#connection.generation || blocked !== this.#connection.blocked) this.#disconnected(false, now);
    this.#settler.touchAll();
  }

  #frame(generation: number, text: string, now: Now): boolean {
    if (!this.#connection.isCurrent(generation)) return false;
    const frame = parseServerFrame(text);
    this.#connection.received(frame, now);
    if (frame === undefined) return false;
    if (frame.e === 'bye') return true;
    if (frame.e !== 'hello') return this.#frames.received(frame, now);
    // Another protocol version ended the socket.
    if (generation !== this.#connection.generation) this.#disconnected(false, now);
    this.#settler.touchAll();
    return true;
  }

  #streamed(id: number, frames: readonly string[], now: Now): boolean {
    const worked = this.#fallback.works;
    const subscription = this.#fallback.heard(id, now);
    if (subscription === undefined) return false;
    if (!worked) this.#settler.touchAll();
    return this.#frames.streamed(subscription, frames, now) || !worked;
  }

  /** A subscription has no handles any more, or another one took its channel. */
  #remove(subscription: Subscription): void {
    this.#settler.remove(subscription);
    this.#fallback.remove(subscription);
    this.#history.abort(subscription.backfill.reset());
    subscription.state.lines.clear();
  }

  /** `refused`: the server closed the socket because of its topics. */
  #disconnected(refused: boolean, now: Now): void {
    // Channels on the HTTP fallback lose nothing with a socket that did not get through.
    if (refused || !this.#fallback.active)
      for (const subscription of this.#registry.byChannel.values()) subscription.disconnected(refused, now);
    this.#settler.touchAll();
  }

  /** Asks for a socket, or for the HTTP fallback where none gets through. */
  #route(now: Now): void {
    const needed = this.#registry.needsConnection;
    const connection = this.#connection;
    const { works, active } = this.#fallback;
    connection.need(needed, now);
    if (needed && connection.blocked) this.#fallback.plan(this.#registry.byChannel.values(), 2 * connection.heartbeat, now);
    else if (active) this.#fallback.stop(now);
    connection.setFallback(this.#fallback.works, this.#fallback.fails, now);
    if (works !== this.#fallback.works || active !== this.#fallback.active) this.#settler.touchAll();
  }

  #nextDue(now: Now): number {
    let due = earliest(this.#connection.due(), this.#fallback.due(now), this.#registry.unverified.due(now));
    for (const subscription of this.#registry.byChannel.values()) due = earliest(due, subscription.due(now));
    return due;
  }
}
