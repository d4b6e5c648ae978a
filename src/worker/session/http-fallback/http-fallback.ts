import type { Position } from '../../../protocol/position.ts';
import type { Effect, PollResult } from '../events.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { backoff, earliest, TIMING, type Now } from '../timing.ts';
import { ChannelPoller } from './channel-poller.ts';

export const FALLBACK = {
  /** Streams of a session at a time; all tabs of an origin together have no more. */
  streams: 3,
  /** History requests at a time, beside those and a poll. */
  fetches: 2,
  /** Polls start this far apart, one at a time, ms … */
  apart: 250,
  /** … and have this long to be answered. */
  answer: 10_000,
} as const;

interface PendingPoll {
  readonly id: number;
  readonly poller: ChannelPoller;
  readonly topic: string;
  readonly epoch: string;
  readonly position: Position | undefined;
  readonly by: number;
}

/**
 * Follows channels over HTTP where WebSockets are blocked: polls each of them, and streams up to three that are visible. A
 * poll says everything that an ack does, so a stream that fails for any reason is followed by a poll.
 *
 * ```text
 *          sockets are blocked             a request succeeds
 *   off ─────────────────────▶ trying ◀───────────────────────▶ on
 *    ▲                           │     two failures in a row     │
 *    └── a socket opened, or no topic needs a connection ────────┘
 * ```
 */
export class HttpFallback {
  readonly #effects: Effect[];
  readonly #nextId: () => number;
  readonly #pollers = new Map<Subscription, ChannelPoller>();
  /** By id of the stream. */
  readonly #streaming = new Map<number, ChannelPoller>();
  #pending: PendingPoll | undefined;
  #phase: 'off' | 'trying' | 'on' = 'off';
  #failures = 0;
  #notBefore = -Infinity;
  /** Streams in a row that did not last, and when the next may start. */
  #shortStreams = 0;
  #streamAt = -Infinity;
  #polledAt = -Infinity;
  /** How long a stream may be silent, ms. */
  #longestSilence = Infinity;

  constructor(effects: Effect[], nextId: () => number) {
    this.#effects = effects;
    this.#nextId = nextId;
  }

  /** Channels are followed this way, or that is being tried. */
  get active(): boolean {
    return this.#phase !== 'off';
  }

  get works(): boolean {
    return this.#phase === 'on';
  }

  /** The last request failed. */
  get fails(): boolean {
    return this.#failures > 0;
  }

  /** Follows `subscriptions`: makes the requests that are due, and ends those that are not needed. */
  plan(subscriptions: Iterable<Subscription>, longestSilence: number, now: Now): void {
    const { monotonic } = now;
    if (this.#phase === 'off') this.#enter('trying');
    this.#longestSilence = longestSilence;
    for (const each of subscriptions) if (!this.#pollers.has(each)) this.#pollers.set(each, new ChannelPoller(each));
    if (this.#pending !== undefined && monotonic >= this.#pending.by) {
      this.#abort(this.#pending.id);
      this.#failed(this.#pending.poller, now);
    }
    for (const [id, poller] of this.#streaming) {
      // Hidden ones leave their connection to others, in other tabs too.
      if (!poller.isFollowed || !poller.isVisible) this.#stopStream(poller, now);
      else if (poller.stream !== undefined && monotonic >= poller.stream.by) {
        this.#abort(id);
        this.streamEnded(id, now);
      }
    }
    if (this.works) this.#startStreams(now);
    if (this.#pending === undefined && monotonic >= this.#nextPollAt()) this.#startPoll(now);
  }

  /** The socket works again, or nothing needs a connection. */
  stop(now: Now): void {
    for (const { subscription } of this.#pollers.values()) {
      this.remove(subscription);
      subscription.disconnected(false, now);
    }
    this.#enter('off');
  }

  /** A subscription is gone. */
  remove(subscription: Subscription): void {
    const poller = this.#pollers.get(subscription);
    if (poller === undefined) return;
    this.#pollers.delete(subscription);
    if (poller.stream !== undefined) {
      this.#abort(poller.stream.id);
      this.#streaming.delete(poller.stream.id);
    }
    if (this.#pending?.poller !== poller) return;
    this.#abort(this.#pending.id);
    this.#pending = undefined;
  }

  /** The network may be back, or may have gone unnoticed. */
  wake({ monotonic }: Now): void {
    this.#notBefore = Math.min(this.#notBefore, Math.max(monotonic, this.#polledAt + TIMING.apart));
    for (const poller of this.#pollers.values()) poller.pollSoon(monotonic);
  }

  /** Something arrived on a stream. Returns its subscription, if the stream still counts. */
  heard(id: number, now: Now): Subscription | undefined {
    const poller = this.#streaming.get(id);
    if (poller?.stream === undefined) return undefined;
    poller.heard(this.#longestSilence, now);
    this.#succeeded();
    return poller.subscription;
  }

  streamEnded(id: number, now: Now): void {
    const poller = this.#streaming.get(id);
    if (poller?.stream === undefined) return;
    const { heard, since } = poller.stream;
    if (heard && now.monotonic - since >= TIMING.uptime) this.#shortStreams = 0;
    // Whatever ended this stream would end others as well.
    this.#streamAt = now.monotonic + backoff(this.#shortStreams, now.random);
    this.#shortStreams += 1;
    this.#streaming.delete(id);
    poller.streamEnded(now);
  }

  /** There was no free connection for a stream. */
  noConnectionFree(id: number, now: Now): void {
    this.#streaming.get(id)?.noConnectionFree(now);
    this.#streaming.delete(id);
  }

  /** A poll was answered. Returns the history requests to cancel. */
  polled(id: number, result: PollResult, now: Now): number[] {
    const poll = this.#pending;
    if (poll?.id !== id) return [];
    const { poller, topic, epoch, position } = poll;
    const { subscription } = poller;
    const { state } = subscription;
    this.#pending = undefined;
    if (result.kind === 'failed') {
      this.#failed(poller, now);
      return [];
    }
    this.#succeeded();
    poller.answered(now);
    // The log was reset, or has another topic meanwhile: the answer is outdated.
    if (state.epoch !== epoch || (result.kind !== 'log' && state.topic !== topic)) poller.pollSoon(now.monotonic);
    else if (result.kind !== 'log') {
      // A running stream outlives its topic.
      if (poller.stream === undefined) state.refused(now);
      subscription.refuse(topic, result, now);
      poller.pollSoon(now.monotonic);
    } else {
      subscription.accept(topic, now);
      return poller.apply(result, position, now);
    }
    return [];
  }

  /** When `plan` has something to do, monotonic. */
  due({ monotonic }: Now): number {
    if (this.#phase === 'off') return Infinity;
    let due = this.#pending?.by ?? this.#nextPollAt();
    for (const poller of this.#pollers.values()) {
      due = earliest(due, poller.stream?.by);
      const streamAt = Math.max(poller.streamAt, this.#streamAt);
      if (streamAt > monotonic && this.works && this.#streaming.size < FALLBACK.streams) due = Math.min(due, streamAt);
    }
    return due;
  }

  #enter(phase: 'off' | 'trying' | 'on'): void {
    this.#phase = phase;
  }

  #nextPollAt(): number {
    let at = Infinity;
    for (const poller of this.#pollers.values()) at = Math.min(at, poller.pollAt);
    return Math.max(at, this.#notBefore, this.#polledAt + FALLBACK.apart);
  }

  /** Polls the channel that has waited longest. */
  #startPoll(now: Now): void {
    let poller: ChannelPoller | undefined;
    for (const other of this.#pollers.values()) if (poller === undefined || other.pollAt < poller.pollAt) poller = other;
    if (poller === undefined) return;
    const { channel, topic, epoch, position } = poller.subscription.state;
    const id = this.#nextId();
    poller.polling(now);
    this.#polledAt = now.monotonic;
    this.#pending = { id, poller, topic, epoch, position, by: now.monotonic + FALLBACK.answer };
    this.#effects.push({ do: 'poll', request: { id, channel, topic, position } });
  }

  /** Streams as many of the visible channels as may be. */
  #startStreams(now: Now): void {
    if (now.monotonic < this.#streamAt) return;
    for (const poller of this.#pollers.values()) {
      if (this.#streaming.size >= FALLBACK.streams) return;
      if (poller.streamAt > now.monotonic) continue;
      const { channel, topic, position } = poller.subscription.state;
      if (position === undefined || !poller.canStream(now)) continue;
      const id = this.#nextId();
      poller.streaming(id, this.#longestSilence, now);
      this.#streaming.set(id, poller);
      this.#effects.push({ do: 'stream', request: { id, channel, topic, position } });
    }
  }

  #stopStream(poller: ChannelPoller, now: Now): void {
    if (poller.stream === undefined) return;
    this.#abort(poller.stream.id);
    this.#streaming.delete(poller.stream.id);
    poller.streamStopped(now);
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#enter('on');
  }

  /** One failure may be an accident; two mean that HTTP does not get through either. */
  #failed(poller: ChannelPoller, { monotonic, random }: Now): void {
    this.#pending = undefined;
    this.#notBefore = monotonic + backoff(this.#failures, random);
    this.#failures += 1;
    if (this.#failures > 1) this.#enter('trying');
    poller.failed(this.#notBefore);
  }

  #abort(id: number): void {
    this.#effects.push({ do: 'abort', id });
  }
}
