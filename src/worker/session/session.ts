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
import type { SegmentCache } from './lines/segment-cache.ts';
import { Connection } from './socket/connection.ts';
import { HttpFallback, FALLBACK } from './http-fallback/http-fallback.ts';
import type { Effect, LogBatch, SessionEvent } from './events.ts';
import { earliest, type Now } from './timing.ts';
import type { LineBudget } from './lines/sparse-log.ts';
import { SubscriptionRegistry } from './registry/subscription-registry.ts';
import type { Subscription } from './subscription/subscription.ts';
import { sameStatus, statusOf } from './subscription/status.ts';

export interface SessionOptions {
  /** Shared by all sessions of a worker. */
  readonly cache: SegmentCache;
  /** History requests at a time. @default 4 */
  readonly fetches?: number;
}

/**
 * Everything the tabs of an origin follow at one endpoint: what is subscribed, fetched and held, and what each view
 * still lacks. It has no socket, clock or dice: events go in, effects come out.
 */
export class Session {
  /** When a `tick` is due, monotonic ms; Infinity: never. May be early. */
  due = Infinity;
  /** So far: history requests, sockets. */
  readonly counts = { fetches: 0, connects: 0 };

  readonly #fetches: number;
  readonly #effects: Effect[] = [];
  readonly #connection = new Connection(this.#effects);
  readonly #detour = new HttpFallback(this.#effects, () => (this.#ids += 1));
  readonly #roster: SubscriptionRegistry;
  /** History requests under way. */
  readonly #flights = new Map<number, Subscription>();
  /** Subjects that something happened to since effects were handed out. */
  readonly #touched = new Set<Subscription>();
  #ids = 0;

  constructor({ cache, fetches = 4 }: SessionOptions) {
    this.#fetches = fetches;
    this.#roster = new SubscriptionRegistry({
      cache,
      effects: this.#effects,
      nextId: () => (this.#ids += 1),
      touched: (subject) => this.#touched.add(subject),
      gone: (subject) => this.#gone(subject),
    });
  }

  get facts(): { readonly sockets: number; readonly topics: number; readonly views: number } {
    let views = 0;
    for (const { topic } of this.#roster.subjects.values()) for (const handle of topic.handles.values()) views += handle.views.size;
    const { phase } = this.#connection;
    return { sockets: phase === 'open' || phase === 'opening' ? 1 : 0, topics: this.#roster.subjects.size, views };
  }

  /** How topics are followed at the moment. */
  get following(): 'websocket' | 'http' {
    return this.#detour.open ? 'http' : 'websocket';
  }

  /** The last attempt at a socket failed before the server said hello, and the next one is waited for. */
  get stranded(): boolean {
    return this.#connection.stranded && this.#connection.phase === 'waiting';
  }

  handle(event: SessionEvent, moment: Now): Effect[] {
    const quick = this.#react(event, moment);
    if (!quick) {
      for (const { tokens } of this.#touched) {
        const log = tokens.ask(moment);
        if (log !== undefined) this.#effects.push({ do: 'refresh', log });
      }
      this.#route(moment);
    }
    this.#settle(moment);
    if (!quick) this.#roster.candidates.plan(moment);
    if (!quick) this.due = this.#next(moment);
    return this.#effects.splice(0);
  }

  /** What changed for a log since it was taken before, within `budget`. A `tick` has to follow: there may be room for more. */
  take(log: number, budget: LineBudget, moment: Now): LogBatch | undefined {
    const subject = this.#roster.of(log);
    const handle = subject?.topic.handles.get(log);
    if (subject === undefined || handle === undefined) return undefined;
    const { topic } = subject;
    const status = statusOf(subject, this.#connection, moment);
    const changed = handle.told === undefined || !sameStatus(handle.told, status);
    handle.told = status;
    const views = [];
    for (const [view, lacking] of handle.views) {
      if (!handle.visible && !lacking.pull) continue;
      const runs = lacking.take(topic.lines, topic, budget);
      if (runs.length > 0) views.push({ view, runs });
    }
    if (views.length > 0) this.#touched.add(subject);
    const more = budget.lines <= 0 || budget.bytes <= 0;
    return changed ? { status, views, more } : views.length > 0 || more ? { views, more } : undefined;
  }

  /** Whether any pulled line may be delivered to a log, whatever is visible. */
  pulls(log: number): boolean {
    for (const view of this.#roster.of(log)?.topic.handles.get(log)?.views.values() ?? []) if (view.pull) return true;
    return false;
  }

  /** Takes an event in. Says whether it was one that changes nothing about what is due or needed. */
  #react(event: SessionEvent, moment: Now): boolean {
    switch (event.type) {
      case 'frame':
        return this.#frame(event.generation, event.text, moment);
      case 'streamed':
        return this.#streamed(event.id, event.frames, moment);
      case 'open':
        this.#roster.open(event.log, event.topic, event.refreshable, moment);
        break;
      case 'close':
        this.#roster.close(event.log);
        break;
      case 'network':
        this.#connection.online = event.online;
        // Whether a socket lives is asked in either case: browsers are wrong about both.
        if (event.online || this.#connection.phase === 'open') this.#connection.wake(moment);
        this.#detour.wake(moment);
        this.#wakeTokens(moment);
        break;
      case 'wake':
        this.#connection.wake(moment);
        this.#detour.wake(moment);
        this.#wakeTokens(moment);
        break;
      case 'deserted':
        this.#connection.rest();
        break;
      case 'opened':
        if (event.generation !== this.#connection.generation) break;
        this.#connection.opened(moment);
        this.#roster.ledger.clear();
        this.#touchAll();
        break;
      case 'closed':
        if (event.generation !== this.#connection.generation) break;
        this.#lost(this.#connection.closed(event.code, moment, event.impossible), moment);
        break;
      case 'tick':
        this.#tick(moment);
        break;
      case 'examining':
        this.#connection.examining();
        break;
      case 'examined':
        this.#connection.examined(event.diagnosis);
        this.#touchAll();
        break;
      case 'fetched':
        this.#fetched(event.id, event.result, moment);
        break;
      case 'polled':
        this.#roster.polled(event.id, event.result, moment);
        this.#abort(this.#detour.polled(event.id, event.result, moment));
        this.#touchAll();
        break;
      case 'unstreamed':
        if (event.busy === true) this.#detour.crowded(event.id, moment);
        else this.#detour.closed(event.id, moment);
        break;
      case 'renew':
        this.#roster.renew(event.log, event.topic, moment);
        break;
      case 'refreshed':
        this.#roster.refreshed(event.log, event.topic, event.why ?? 'refused', moment);
        break;
      default: {
        const subject = this.#roster.of(event.log);
        if (subject === undefined) break;
        subject.react(event);
        this.#touched.add(subject);
        if (event.type !== 'retry') break;
        this.#connection.retry(moment);
        this.#detour.wake(moment);
        this.#touchAll();
      }
    }
    return false;
  }

  #wakeTokens(moment: Now): void {
    for (const { tokens } of this.#roster.all()) tokens.wake(moment);
    this.#touchAll();
  }

  #tick(moment: Now): void {
    const { generation, blocked } = this.#connection;
    for (const subject of this.#roster.subjects.values()) subject.topic.tick(moment);
    this.#connection.tick(moment);
    // What was subscribed on a socket that does not answer is not waited for.
    if (generation !== this.#connection.generation || blocked !== this.#connection.blocked) this.#lost('retry', moment);
    this.#touchAll();
  }

  #frame(generation: number, text: string, moment: Now): boolean {
    if (!this.#connection.hears(generation)) return true;
    const frame = parseServerFrame(text);
    this.#connection.heard(frame, moment);
    if (frame === undefined) return true;
    switch (frame.e) {
      case 'hello':
        // A version that is not ours ended the socket.
        if (generation !== this.#connection.generation) this.#lost('stop', moment);
        this.#touchAll();
        return false;
      case 'bye':
        return false;
      case 'err':
        this.#refused(frame, moment);
        return false;
      case 'hb': {
        let calm = true;
        for (const [channel, off] of frame.heads) {
          const subject = this.#roster.subjects.get(channel);
          if (subject === undefined) continue;
          this.#touched.add(subject);
          if (!subject.receive({ e: 'hb', off }, moment)) calm = false;
        }
        return calm;
      }
      default: {
        const subject = this.#roster.subjects.get(frame.ch);
        return subject === undefined || this.#deliver(subject, frame, this.#roster.ledger.answered(frame.ch), moment);
      }
    }
  }

  /** Frames of a stream are those of the socket, of one topic. */
  #streamed(id: number, frames: readonly string[], moment: Now): boolean {
    let calm = this.#detour.open;
    const subject = this.#detour.heard(id, moment);
    if (subject === undefined) return true;
    if (!calm) this.#touchAll();
    for (const text of frames) {
      const frame = parseServerFrame(text);
      if (frame === undefined || !('ch' in frame) || frame.ch !== subject.topic.channel) continue;
      if (!this.#deliver(subject, frame, undefined, moment)) calm = false;
    }
    return calm;
  }

  /** `signed`: the token that an ack answers, where that is certain. */
  #deliver(subject: Subscription, frame: Ack | Msg | Part | End, signed: string | undefined, moment: Now): boolean {
    this.#touched.add(subject);
    if (frame.e !== 'ack') return subject.receive(frame, moment) && frame.e !== 'end';
    this.#abort(subject.acked(frame, signed, moment));
    return false;
  }

  /** Nobody follows it any more, or not with the signature it had. */
  #gone(subject: Subscription): void {
    this.#unsubscribe([subject]);
    this.#detour.drop(subject);
    this.#abort(subject.history.reset());
    subject.topic.lines.clear();
    this.#touched.delete(subject);
  }

  #refused(err: Err, moment: Now): void {
    const channel = err.topic === undefined ? undefined : readTopic(err.topic)?.channel;
    const subject = channel === undefined ? undefined : this.#roster.subjects.get(channel);
    if (subject === undefined || err.topic === undefined) return;
    this.#roster.ledger.refused(subject.channel, err.topic);
    // An answer to a token that was replaced meanwhile says nothing about the one that was sent since.
    if (subject.sent !== err.topic) return;
    subject.refused(err.topic, err, moment);
    this.#touched.add(subject);
  }

  #fetched(id: number, result: Parameters<Subscription['fetched']>[1], moment: Now): void {
    const subject = this.#flights.get(id);
    this.#flights.delete(id);
    subject?.fetched(id, result, moment);
    // A request less under way: somebody else may have been waiting for that.
    this.#touchAll();
  }

  #lost(verdict: string, moment: Now): void {
    const refused = verdict === 'refresh';
    // What is followed over HTTP loses nothing with a socket that did not get through.
    if (refused || !this.#detour.active) for (const subject of this.#roster.subjects.values()) subject.disconnected(refused, moment);
    this.#touchAll();
  }

  #needed(): boolean {
    for (const { topic } of this.#roster.subjects.values())
      if (topic.subscription !== 'done' && topic.refusal?.state !== 'denied') return true;
    return false;
  }

  /** Sees to a socket, or another way where there is none. */
  #route(moment: Now): void {
    const needed = this.#needed();
    const connection = this.#connection;
    const { open, active } = this.#detour;
    connection.need(needed, moment);
    if (needed && connection.blocked) this.#detour.plan(this.#roster.subjects.values(), 2 * connection.beat, moment);
    else if (active) this.#detour.end(moment);
    connection.detourFails = this.#detour.fails;
    connection.detoured(this.#detour.open, moment);
    if (open !== this.#detour.open || active !== this.#detour.active) this.#touchAll();
  }

  /** Brings subscriptions, requests and views of everything that was touched up to date. */
  #settle(moment: Now): void {
    const subscribe = new Map<string, string>();
    const done: Subscription[] = [];
    const fetches = this.#detour.active ? Math.min(this.#fetches, FALLBACK.fetches) : this.#fetches;
    for (const subject of this.#touched) {
      const { topic, history, tokens } = subject;
      this.#roster.separate(subject);
      if (topic.handles.size === 0) continue;
      if (this.#connection.ready && !this.#roster.candidates.has(subject) && subject.subscribable(moment)) {
        const signed = subject.subscribing(moment);
        this.#roster.ledger.sent(topic.channel, signed);
        subscribe.set(signed, topic.position === undefined ? '' : formatPosition(topic.position));
      }
      // A token that was refused is refused again.
      const slots = tokens.refused ? 0 : fetches - this.#flights.size;
      for (const request of history.plan(slots, () => (this.#ids += 1), moment)) {
        this.#flights.set(request.id, subject);
        this.counts.fetches += 1;
        this.#effects.push({ do: 'fetch', request });
      }
      if (topic.subscription === 'acked' && !history.busy && topic.complete()) done.push(subject);
      for (const [log, handle] of topic.handles) {
        this.#effects.push({ do: 'dirty', log });
        if (handle.granted !== undefined) this.#effects.push({ do: 'granted', log, topic: handle.granted });
        handle.granted = undefined;
      }
    }
    this.#touched.clear();
    this.#send(encodeSubscribe(subscribe));
    this.#unsubscribe(done);
    for (const { topic } of done) topic.subscription = 'done';
    if (done.length > 0) this.#route(moment);
    for (const effect of this.#effects) if (effect.do === 'connect') this.counts.connects += 1;
  }

  #unsubscribe(subjects: readonly Subscription[]): void {
    const asked = subjects.filter(({ topic }) => topic.subscription === 'subscribing' || topic.subscription === 'acked');
    if (this.#connection.ready) this.#send(encodeUnsubscribe(asked.map(({ topic }) => topic.signed)));
  }

  #send(frames: readonly string[]): void {
    for (const text of frames) this.#effects.push({ do: 'send', generation: this.#connection.generation, text });
  }

  #abort(ids: readonly number[]): void {
    for (const id of ids) {
      this.#flights.delete(id);
      this.#effects.push({ do: 'abort', id });
    }
  }

  #touchAll(): void {
    for (const subject of this.#roster.all()) this.#touched.add(subject);
  }

  #next(moment: Now): number {
    let due = earliest(this.#connection.due(), this.#detour.due(moment), this.#roster.candidates.due(moment));
    for (const subject of this.#roster.subjects.values()) due = earliest(due, subject.due(moment));
    return due;
  }
}
