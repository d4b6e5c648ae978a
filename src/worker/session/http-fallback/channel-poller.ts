import { LIMITS } from '../../../protocol/limits.ts';
import { NOWHERE, type Position } from '../../../protocol/position.ts';
import type { PollResult } from '../events.ts';
import { backoff, TIMING, type Now } from '../timing.ts';
import type { Subscription } from '../subscription/subscription.ts';

export const POLLING = {
  /** How often a topic that is not streamed is asked for, ms. */
  every: 5_000,
} as const;

type LogState = Extract<PollResult, { readonly kind: 'log' }>;

/** A stream of one topic. */
interface Stream {
  readonly id: number;
  readonly since: number;
  /** It is dead when nothing came until then. */
  by: number;
  /** Something came: nobody in between holds it back. */
  heard: boolean;
}

/** How one topic is followed over HTTP: asked for now and then, and streamed where there is room for it. */
export class ChannelPoller {
  readonly subject: Subscription;
  stream: Stream | undefined;
  /** When it was asked for last. */
  askedAt = -Infinity;
  #askAt = -Infinity;
  #answeredAt = -Infinity;
  #streamAt = -Infinity;

  constructor(subject: Subscription) {
    this.subject = subject;
  }

  /** Somebody looks at it. */
  get watched(): boolean {
    for (const { visible } of this.subject.topic.handles.values()) if (visible) return true;
    return false;
  }

  /** The server answered, and there may be more to come. */
  get followed(): boolean {
    const { subscription, end } = this.subject.topic;
    return subscription === 'acked' && end === undefined;
  }

  /** When it is to be asked for. */
  askAt(): number {
    const { topic, tokens } = this.subject;
    if (this.followed) return this.#askAt;
    return topic.subscription === 'idle' && !tokens.refused ? Math.max(topic.subscribeAt, this.#askAt) : Infinity;
  }

  /** When it may be streamed. */
  streamAt(): number {
    return this.followed && this.watched && this.stream === undefined ? this.#streamAt : Infinity;
  }

  /** Whether a stream would begin near the head. If not, the log is asked for first: a stream brings every line on the way. */
  fresh({ now }: Now): boolean {
    if (now - this.#answeredAt <= POLLING.every) return true;
    this.hurry(now);
    return false;
  }

  /** Asks as soon as is decent. */
  hurry(at: number): void {
    this.#askAt = Math.min(this.#askAt, Math.max(at, this.askedAt + TIMING.apart));
  }

  streaming(id: number, silence: number, { now }: Now): void {
    this.stream = { id, since: now, by: now + silence, heard: false };
  }

  /** Something came on the stream: there is no need to ask. */
  heard(stream: Stream, silence: number, { now }: Now): void {
    stream.heard = true;
    stream.by = now + silence;
    this.#askAt = Infinity;
  }

  /** The stream is over: it may have had more to bring, if it ever brought anything. Many may lose theirs at the same moment. */
  broke({ now, random }: Now): void {
    if (this.stream?.heard === true) {
      this.#answeredAt = -Infinity;
      this.hurry(now + backoff(0, random));
    }
    this.stream = undefined;
  }

  /** The stream was given up, for another one to have its place. */
  halted(moment: Now): void {
    this.crowded(moment);
    this.hurry(moment.now);
  }

  /** There is no room for a stream: it is asked for as before. */
  crowded({ now }: Now): void {
    this.stream = undefined;
    this.#streamAt = now + POLLING.every;
  }

  /** It could not be asked for. */
  failed(again: number): void {
    this.#askAt = again;
  }

  /** It was answered, whatever that says. */
  answered({ now }: Now): void {
    this.#answeredAt = now;
    this.#askAt = this.stream?.heard === true ? Infinity : now + POLLING.every;
  }

  /** Takes in how the log stands, asked for behind `position`. Returns history requests to give up. */
  take({ epoch, first, head, end, lines }: LogState, position: Position | undefined, moment: Now): number[] {
    const { subject } = this;
    const { topic } = subject;
    const { channel } = topic;
    const other = topic.epoch !== '' && topic.epoch !== epoch;
    const reset = other || (position !== undefined && position.offset > head);
    const off = epoch === '' ? NOWHERE : { epoch, offset: head };
    if (this.followed && !reset && end === undefined && topic.epoch === epoch && head <= topic.head) {
      topic.truncate(first);
      return [];
    }
    topic.subscribing(moment);
    const given = subject.acked({ e: 'ack', ch: channel, off, first, st: reset ? 'reset' : 'live' }, undefined, moment);
    if ((position?.offset ?? 0) + lines.length <= LIMITS.lines) topic.lines.insert((position?.offset ?? 0) + 1, lines);
    if (end !== undefined) subject.receive({ e: 'end', ch: channel, off, code: end }, moment);
    return given;
  }
}
