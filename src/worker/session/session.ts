import {
  encodeSubscribe,
  encodeUnsubscribe,
  parseServerFrame,
  type Ack,
  type End,
  type Err,
  type Msg,
  type Part,
} from '../../protocol/messages.ts';
import { formatPosition } from '../../protocol/position.ts';
import { readTopic } from '../../protocol/topic.ts';
import type { Effect, HistoryResult, LogBatch, SessionEvent } from './events.ts';
import { FALLBACK, HttpFallback } from './http-fallback/http-fallback.ts';
import type { SegmentCache } from './lines/segment-cache.ts';
import type { LineBudget } from './lines/sparse-log.ts';
import { SubscriptionRegistry } from './registry/subscription-registry.ts';
import { Connection } from './socket/connection.ts';
import { isSameStatus, statusOf } from './subscription/status.ts';
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
 * Each event runs through three steps: apply it, which marks the subscriptions it touches; plan, which decides on the
 * connection, the fallback and the topics; settle, which emits what the touched subscriptions need.
 */
export class Session {
  readonly #fetches: number;
  readonly #effects: Effect[] = [];
  readonly #connection = new Connection(this.#effects);
  readonly #fallback = new HttpFallback(this.#effects, () => (this.#ids += 1));
  readonly #registry: SubscriptionRegistry;
  /** History requests under way. */
  readonly #fetching = new Map<number, Subscription>();
  /** Subscriptions to settle. */
  readonly #touched = new Set<Subscription>();
  #due = Infinity;
  #fetchCount = 0;
  #connectCount = 0;
  #ids = 0;

  constructor({ cache, fetches = 4 }: SessionOptions) {
    this.#fetches = fetches;
    this.#registry = new SubscriptionRegistry({
      cache,
      effects: this.#effects,
      nextId: () => (this.#ids += 1),
      touched: (subscription) => this.#touched.add(subscription),
      removed: (subscription) => this.#remove(subscription),
    });
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
    return { fetches: this.#fetchCount, connects: this.#connectCount };
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
      for (const { tokenRefresh } of this.#touched) {
        const log = tokenRefresh.nextRequest(now);
        if (log !== undefined) this.#effects.push({ do: 'refresh', log });
      }
      this.#route(now);
    }
    this.#settle(now);
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
    const { state } = subscription;
    const status = statusOf(subscription, this.#connection, now);
    const changed = handle.lastStatus === undefined || !isSameStatus(handle.lastStatus, status);
    handle.lastStatus = status;
    const views = [];
    for (const [id, view] of handle.views) {
      view.enterEpoch(state.epoch);
      if (!handle.visible && !view.pull) continue;
      const runs = view.deliver(state.lines, state, budget);
      if (runs.length > 0) views.push({ view: id, runs });
    }
    if (views.length > 0) this.#touched.add(subscription);
    const more = budget.lines <= 0 || budget.bytes <= 0;
    return changed ? { status, views, more } : views.length > 0 || more ? { views, more } : undefined;
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
        this.#touchAll();
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
        this.#touchAll();
        break;
      case 'fetched':
        this.#fetched(event.id, event.result, now);
        break;
      case 'polled':
        this.#registry.polled(event.id, event.result, now);
        this.#abort(this.#fallback.polled(event.id, event.result, now));
        this.#touchAll();
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
        this.#touched.add(subscription);
        if (event.type !== 'retry') break;
        this.#connection.retry(now);
        this.#fallback.wake(now);
        this.#touchAll();
      }
    }
    return true;
  }

  /** The network may be back: whatever waits for it may try now. */
  #wake(now: Now): void {
    this.#fallback.wake(now);
    for (const { tokenRefresh } of this.#registry.all()) tokenRefresh.wake(now);
    this.#touchAll();
  }

  #tick(now: Now): void {
    const { generation, blocked } = this.#connection;
    for (const { state } of this.#registry.byChannel.values()) state.tick(now);
    this.#connection.tick(now);
    // Subscribes on a socket that does not answer are void.
    if (generation !== this.#connection.generation || blocked !== this.#connection.blocked) this.#disconnected(false, now);
    this.#touchAll();
  }

  #frame(generation: number, text: string, now: Now): boolean {
    if (!this.#connection.isCurrent(generation)) return false;
    const frame = parseServerFrame(text);
    this.#connection.received(frame, now);
    if (frame === undefined) return false;
    switch (frame.e) {
      case 'hello':
        // Another protocol version ended the socket.
        if (generation !== this.#connection.generation) this.#disconnected(false, now);
        this.#touchAll();
        break;
      case 'bye':
        break;
      case 'err':
        this.#refused(frame, now);
        break;
      case 'hb': {
        let mustPlan = false;
        for (const [channel, off] of frame.heads) {
          const subscription = this.#registry.byChannel.get(channel);
          if (subscription === undefined) continue;
          this.#touched.add(subscription);
          if (subscription.receive({ e: 'hb', off }, now)) mustPlan = true;
        }
        return mustPlan;
      }
      default: {
        const subscription = this.#registry.byChannel.get(frame.ch);
        return subscription !== undefined && this.#receive(subscription, frame, this.#registry.sentTokens.answeredBy(frame.ch), now);
      }
    }
    return true;
  }

  /** A stream brings the same frames as the socket, of one channel. */
  #streamed(id: number, frames: readonly string[], now: Now): boolean {
    let mustPlan = !this.#fallback.works;
    const subscription = this.#fallback.heard(id, now);
    if (subscription === undefined) return false;
    if (mustPlan) this.#touchAll();
    for (const text of frames) {
      const frame = parseServerFrame(text);
      if (frame === undefined || !('ch' in frame) || frame.ch !== subscription.channel) continue;
      if (this.#receive(subscription, frame, undefined, now)) mustPlan = true;
    }
    return mustPlan;
  }

  /** `topic`: the one that an ack answers, where that is certain. Returns whether planning is necessary. */
  #receive(subscription: Subscription, frame: Ack | Msg | Part | End, topic: string | undefined, now: Now): boolean {
    this.#touched.add(subscription);
    if (frame.e !== 'ack') return subscription.receive(frame, now) || frame.e === 'end';
    this.#abort(subscription.acked(frame, topic, now));
    return true;
  }

  /** A subscription has no handles any more, or another one took its channel. */
  #remove(subscription: Subscription): void {
    this.#unsubscribe([subscription]);
    this.#fallback.remove(subscription);
    this.#abort(subscription.backfill.reset());
    subscription.state.lines.clear();
    this.#touched.delete(subscription);
  }

  #refused(err: Err, now: Now): void {
    const channel = err.topic === undefined ? undefined : readTopic(err.topic)?.channel;
    const subscription = channel === undefined ? undefined : this.#registry.byChannel.get(channel);
    if (subscription === undefined || err.topic === undefined) return;
    this.#registry.sentTokens.refused(subscription.channel, err.topic);
    // Another topic was sent since: this says nothing about that one.
    if (subscription.sentTopic !== err.topic) return;
    subscription.refused(err.topic, err, now);
    this.#touched.add(subscription);
  }

  #fetched(id: number, result: HistoryResult, now: Now): void {
    const subscription = this.#fetching.get(id);
    this.#fetching.delete(id);
    subscription?.fetched(id, result, now);
    // Others may have waited for a free slot.
    this.#touchAll();
  }

  /** `refused`: the server closed the socket because of its topics. */
  #disconnected(refused: boolean, now: Now): void {
    // Channels on the HTTP fallback lose nothing with a socket that did not get through.
    if (refused || !this.#fallback.active)
      for (const subscription of this.#registry.byChannel.values()) subscription.disconnected(refused, now);
    this.#touchAll();
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
    if (works !== this.#fallback.works || active !== this.#fallback.active) this.#touchAll();
  }

  /** Emits what the touched subscriptions need: subscribes, history requests, batches. */
  #settle(now: Now): void {
    const subscribe = new Map<string, string>();
    const done: Subscription[] = [];
    const fetches = this.#fallback.active ? Math.min(this.#fetches, FALLBACK.fetches) : this.#fetches;
    // The set may grow and shrink meanwhile: separating handles touches other subscriptions, which are visited as well.
    for (const subscription of this.#touched) {
      const { state, backfill, tokenRefresh } = subscription;
      this.#registry.separateUnverified(subscription);
      if (state.handles.size === 0) continue;
      if (this.#connection.ready && !this.#registry.unverified.has(subscription) && subscription.canSubscribe(now)) {
        const topic = subscription.subscribe(now);
        this.#registry.sentTokens.sent(state.channel, topic);
        subscribe.set(topic, state.position === undefined ? '' : formatPosition(state.position));
      }
      // A refused topic would be refused again.
      const slots = tokenRefresh.isRefused ? 0 : fetches - this.#fetching.size;
      for (const request of backfill.plan(slots, () => (this.#ids += 1), now)) {
        this.#fetching.set(request.id, subscription);
        this.#fetchCount += 1;
        this.#effects.push({ do: 'fetch', request });
      }
      if (state.phase === 'acked' && !backfill.busy && state.isComplete()) done.push(subscription);
      for (const [log, handle] of state.handles) {
        this.#effects.push({ do: 'dirty', log });
        if (handle.granted !== undefined) this.#effects.push({ do: 'granted', log, topic: handle.granted });
        handle.granted = undefined;
      }
    }
    this.#touched.clear();
    this.#send(encodeSubscribe(subscribe));
    this.#unsubscribe(done);
    for (const { state } of done) state.finish();
    if (done.length > 0) this.#route(now);
    for (const effect of this.#effects) if (effect.do === 'connect') this.#connectCount += 1;
  }

  #unsubscribe(subscriptions: readonly Subscription[]): void {
    const subscribed = subscriptions.filter(({ state }) => state.phase === 'subscribing' || state.phase === 'acked');
    if (this.#connection.ready) this.#send(encodeUnsubscribe(subscribed.map(({ topic }) => topic)));
  }

  #send(frames: readonly string[]): void {
    for (const text of frames) this.#effects.push({ do: 'send', generation: this.#connection.generation, text });
  }

  #abort(ids: readonly number[]): void {
    for (const id of ids) {
      this.#fetching.delete(id);
      this.#effects.push({ do: 'abort', id });
    }
  }

  #touchAll(): void {
    for (const subscription of this.#registry.all()) this.#touched.add(subscription);
  }

  #nextDue(now: Now): number {
    let due = earliest(this.#connection.due(), this.#fallback.due(now), this.#registry.unverified.due(now));
    for (const subscription of this.#registry.byChannel.values()) due = earliest(due, subscription.due(now));
    return due;
  }
}
