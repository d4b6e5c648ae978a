import type { Position } from '../../../protocol/position.ts';
import type { Effect, PollResult } from '../events.ts';
import { ChannelPoller } from './channel-poller.ts';
import { backoff, earliest, TIMING, type Now } from '../timing.ts';
import type { Subscription } from '../subscription/subscription.ts';

export const FALLBACK = {
  /** Streams of a session at a time; all tabs of an origin together have no more. */
  streams: 3,
  /** History requests at a time, beside those and a poll. */
  fetches: 2,
  /** Polls begin this far apart, one at a time, ms … */
  apart: 250,
  /** … and have this long to be answered. */
  answer: 10_000,
} as const;

interface Poll {
  readonly id: number;
  readonly lane: ChannelPoller;
  readonly signed: string;
  readonly epoch: string;
  readonly position: Position | undefined;
  readonly by: number;
}

/**
 * The way over HTTP, for where WebSockets are blocked: every topic is asked for now and then, and the three that are
 * looked at are streamed. A poll says everything that an ack does, so a stream that fails, for whatever reason, is
 * followed by a poll.
 */
export class HttpFallback {
  readonly #effects: Effect[];
  readonly #nextId: () => number;
  readonly #lanes = new Map<Subscription, ChannelPoller>();
  readonly #streaming = new Map<number, ChannelPoller>();
  #poll: Poll | undefined;
  #phase: 'off' | 'trying' | 'on' = 'off';
  #failures = 0;
  #notBefore = -Infinity;
  /** Streams in a row that did not live for long, and when there may be another one. */
  #shortLived = 0;
  #streamAt = -Infinity;
  #polledAt = -Infinity;
  /** How long a stream may be silent, ms. */
  #silence = Infinity;

  constructor(effects: Effect[], nextId: () => number) {
    this.#effects = effects;
    this.#nextId = nextId;
  }

  /** Topics are followed, or tried to be followed, this way. */
  get active(): boolean {
    return this.#phase !== 'off';
  }

  /** It gets through. */
  get open(): boolean {
    return this.#phase === 'on';
  }

  /** The last request came to nothing. */
  get fails(): boolean {
    return this.#failures > 0;
  }

  /** Follows `subjects`: begins, ends and asks for what is due. */
  plan(subjects: Iterable<Subscription>, silence: number, moment: Now): void {
    const { now } = moment;
    if (this.#phase === 'off') this.#phase = 'trying';
    this.#silence = silence;
    for (const subject of subjects) if (!this.#lanes.has(subject)) this.#lanes.set(subject, new ChannelPoller(subject));
    if (this.#poll !== undefined && now >= this.#poll.by) {
      this.#abort(this.#poll.id);
      this.#failed(this.#poll.lane, moment);
    }
    for (const [id, lane] of this.#streaming) {
      // Those that nobody looks at leave their connection to others, in other tabs too.
      if (!lane.followed || !lane.watched) this.#halt(lane, moment);
      else if (lane.stream !== undefined && now >= lane.stream.by) {
        this.#abort(id);
        this.closed(id, moment);
      }
    }
    if (this.open) this.#stream(moment);
    if (this.#poll === undefined && now >= this.#pollAt()) this.#ask(moment);
  }

  /** Another way is there, or nobody wants any. */
  end(moment: Now): void {
    for (const { subject } of this.#lanes.values()) {
      this.drop(subject);
      subject.disconnected(false, moment);
    }
    this.#phase = 'off';
  }

  /** Nobody follows it any more. */
  drop(subject: Subscription): void {
    const lane = this.#lanes.get(subject);
    if (lane === undefined) return;
    this.#lanes.delete(subject);
    if (lane.stream !== undefined) {
      this.#abort(lane.stream.id);
      this.#streaming.delete(lane.stream.id);
    }
    if (this.#poll?.lane !== lane) return;
    this.#abort(this.#poll.id);
    this.#poll = undefined;
  }

  /** Something says that the network may be back, or gone unnoticed. */
  wake({ now }: Now): void {
    this.#notBefore = Math.min(this.#notBefore, Math.max(now, this.#polledAt + TIMING.apart));
    for (const lane of this.#lanes.values()) lane.hurry(now);
  }

  /** Something came on a stream: whose it is, if it still counts. */
  heard(id: number, moment: Now): Subscription | undefined {
    const lane = this.#streaming.get(id);
    if (lane?.stream === undefined) return undefined;
    lane.heard(lane.stream, this.#silence, moment);
    this.#works();
    return lane.subject;
  }

  /** A stream is over. */
  closed(id: number, moment: Now): void {
    const lane = this.#streaming.get(id);
    if (lane?.stream === undefined) return;
    const { heard, since } = lane.stream;
    if (heard && moment.now - since >= TIMING.uptime) this.#shortLived = 0;
    // Whatever is in the way of one stream is in the way of the others.
    this.#streamAt = moment.now + backoff(this.#shortLived, moment.random);
    this.#shortLived += 1;
    this.#streaming.delete(id);
    lane.broke(moment);
  }

  /** A stream found no connection that is free. */
  crowded(id: number, moment: Now): void {
    this.#streaming.get(id)?.crowded(moment);
    this.#streaming.delete(id);
  }

  /** A poll was answered. Returns history requests to give up. */
  polled(id: number, result: PollResult, moment: Now): number[] {
    const poll = this.#poll;
    if (poll?.id !== id) return [];
    const { lane, signed, epoch, position } = poll;
    const { topic } = lane.subject;
    this.#poll = undefined;
    if (result.kind === 'failed') {
      this.#failed(lane, moment);
      return [];
    }
    this.#works();
    lane.answered(moment);
    // The log began anew, or another signature came, while the answer was on its way: it says nothing any more.
    if (topic.epoch !== epoch || (result.kind !== 'log' && topic.signed !== signed)) lane.hurry(moment.now);
    else if (result.kind !== 'log') {
      // A stream that runs outlives its topic.
      if (lane.stream === undefined) topic.subscription = 'idle';
      lane.subject.refuse(signed, result, moment);
      lane.hurry(moment.now);
    } else {
      const { head } = topic;
      lane.subject.accept(signed, moment);
      const given = lane.take(result, position, moment);
      // The stream should have brought that: it has little time to show that it lives.
      if (lane.stream !== undefined && topic.head > head) lane.stream.by = Math.min(lane.stream.by, moment.now + TIMING.probe);
      return given;
    }
    return [];
  }

  /** When `plan` has something to do, monotonic. */
  due({ now }: Now): number {
    if (this.#phase === 'off') return Infinity;
    let due = this.#poll?.by ?? this.#pollAt();
    for (const lane of this.#lanes.values()) {
      due = earliest(due, lane.stream?.by);
      const streamAt = Math.max(lane.streamAt(), this.#streamAt);
      if (streamAt > now && this.open && this.#streaming.size < FALLBACK.streams) due = Math.min(due, streamAt);
    }
    return due;
  }

  #pollAt(): number {
    let at = Infinity;
    for (const lane of this.#lanes.values()) at = Math.min(at, lane.askAt());
    return Math.max(at, this.#notBefore, this.#polledAt + FALLBACK.apart);
  }

  /** Asks for the topic that has waited for longest. */
  #ask({ now }: Now): void {
    let lane: ChannelPoller | undefined;
    for (const other of this.#lanes.values()) if (lane === undefined || other.askAt() < lane.askAt()) lane = other;
    if (lane === undefined) return;
    const { channel, signed, epoch, position } = lane.subject.topic;
    const id = this.#nextId();
    lane.askedAt = now;
    this.#polledAt = now;
    this.#poll = { id, lane, signed, epoch, position, by: now + FALLBACK.answer };
    this.#effects.push({ do: 'poll', request: { id, channel, topic: signed, position } });
  }

  /** Streams as many of the topics that are looked at as may be. */
  #stream(moment: Now): void {
    if (moment.now < this.#streamAt) return;
    for (const lane of this.#lanes.values()) {
      if (this.#streaming.size >= FALLBACK.streams) return;
      if (lane.streamAt() > moment.now) continue;
      const { channel, signed, position } = lane.subject.topic;
      if (position === undefined || !lane.fresh(moment)) continue;
      const id = this.#nextId();
      lane.streaming(id, this.#silence, moment);
      this.#streaming.set(id, lane);
      this.#effects.push({ do: 'stream', request: { id, channel, topic: signed, position } });
    }
  }

  #halt(lane: ChannelPoller, moment: Now): void {
    if (lane.stream === undefined) return;
    this.#abort(lane.stream.id);
    this.#streaming.delete(lane.stream.id);
    lane.halted(moment);
  }

  #works(): void {
    this.#failures = 0;
    this.#phase = 'on';
  }

  /** One failure may be an accident; two are a way that is closed. */
  #failed(lane: ChannelPoller, { now, random }: Now): void {
    this.#poll = undefined;
    this.#notBefore = now + backoff(this.#failures, random);
    this.#failures += 1;
    if (this.#failures > 1) this.#phase = 'trying';
    lane.failed(this.#notBefore);
  }

  #abort(id: number): void {
    this.#effects.push({ do: 'abort', id });
  }
}
