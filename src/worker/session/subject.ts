import type { Ack, End, Err, Msg, Part } from '../../protocol/messages.ts';
import { readTopic, type TopicClaims } from '../../protocol/topic.ts';
import type { SegmentCache } from './cache.ts';
import type { HistoryResult, SessionEvent } from './events.ts';
import { History } from './history.ts';
import { earliest, type Moment } from './pacing.ts';
import { Tokens } from './tokens.ts';
import { Topic, type Handle, type Heads } from './topic.ts';
import { View } from './view.ts';

/** Most signatures of one log that are remembered to be good. */
const SIGNATURES = 64;

type Asked = Extract<SessionEvent, { readonly log: number }>;

/** One topic with its history and its signature: what happens to one of them and concerns the others. */
export class Subject {
  readonly topic: Topic;
  readonly history: History;
  readonly tokens: Tokens;
  /** The signature of the last subscribe. */
  sent: string | undefined;
  /** Signatures that the server accepted. */
  readonly #accepted = new Set<string>();
  /** The signature that the server called expired: it was a good one. */
  #expired: string | undefined;
  #sorted = false;

  constructor(signed: string, claims: TopicClaims, cache: SegmentCache) {
    this.topic = new Topic(claims.channel, signed, claims, cache);
    this.history = new History(this.topic, cache.limit / 8);
    this.tokens = new Tokens(this.topic);
  }

  /** What a tab asks of one of its logs. */
  react(event: Exclude<Asked, { readonly type: 'open' | 'close' }>, moment: Moment): void {
    const { topic } = this;
    const handle = topic.handles.get(event.log);
    if (handle === undefined) return;
    switch (event.type) {
      case 'renew':
        if (readTopic(event.topic)?.channel !== topic.channel) break;
        handle.signed = event.topic;
        this.renew(event.topic);
        break;
      case 'retry':
        topic.reconsider();
        this.history.hurry();
        this.tokens.hurry();
        break;
      case 'look': {
        const view = handle.views.get(event.view) ?? new View();
        handle.views.set(event.view, view);
        view.look(event.look, topic);
        break;
      }
      case 'drop':
        handle.views.delete(event.view);
        break;
      case 'show':
        handle.visible = event.visible;
        break;
      case 'refreshed':
        if (!this.tokens.answered(event.log, event.topic, moment)) break;
        handle.signed = topic.signed;
        this.#goOn();
        break;
    }
  }

  /** The server accepted a signature of this log, so that there may be lines in the cache. */
  get proven(): boolean {
    return this.#accepted.size > 0;
  }

  /** Who came first came with a good signature, be it that it has expired. */
  get genuine(): boolean {
    return this.proven || this.#expired !== undefined;
  }

  /** Whether somebody with this signature may have what there is, without asking the server. */
  admits(signed: string, { wall }: Moment): boolean {
    const refused = this.tokens.refused || this.topic.refusal?.state === 'denied';
    return !refused && this.#accepted.has(signed) && (readTopic(signed)?.expiresAt ?? Infinity) * 1_000 > wall;
  }

  accept(signed: string): void {
    this.#accepted.add(signed);
    for (const oldest of this.#accepted) {
      if (this.#accepted.size <= SIGNATURES) break;
      this.#accepted.delete(oldest);
    }
  }

  /** Those who came with another signature than the one that was accepted, or refused: it says nothing about theirs. */
  strangers(): Handle[] {
    const handles = [...this.topic.handles.values()];
    if (!this.proven) return this.topic.refusal?.state === 'denied' ? handles.filter(({ signed }) => signed !== this.topic.signed) : [];
    // Whoever comes later was let in.
    if (this.#sorted) return [];
    this.#sorted = true;
    return handles.filter(({ signed }) => !this.#accepted.has(signed));
  }

  /** Somebody has a signature, perhaps a fresher one. */
  renew(signed: string): void {
    const stuck = this.tokens.refused || this.topic.refusal?.state === 'denied';
    if (!this.topic.adopt(signed, stuck)) return;
    this.tokens.replaced();
    this.#goOn();
  }

  subscribable({ now }: Moment): boolean {
    return this.topic.subscription === 'idle' && now >= this.topic.subscribeAt && !this.tokens.refused;
  }

  /** The signature to subscribe with, now. */
  subscribing(moment: Moment): string {
    this.topic.subscribing(moment);
    this.sent = this.topic.signed;
    return this.sent;
  }

  /** `signed`: the signature that is answered by it, where that is known. Returns requests to give up. */
  acked(ack: Ack, signed?: string): number[] {
    // An ack for a subscription that was given up, or never asked for.
    if (this.topic.subscription === 'idle' || this.topic.subscription === 'done') return [];
    if (signed !== undefined) this.accept(signed);
    this.tokens.accepted();
    return this.topic.ack(ack) ? this.history.reset() : [];
  }

  /** False when the subscription has to be made anew. */
  receive(frame: Msg | Part | End | Heads, moment: Moment): boolean {
    if (this.topic.receive(frame) !== 'violation') return true;
    this.topic.violated(moment);
    return false;
  }

  refused({ code, message }: Err, moment: Moment): void {
    const { topic } = this;
    if (topic.signed !== this.sent) {
      // A fresher signature came while the one that was sent was on its way.
      topic.subscription = 'idle';
      return;
    }
    const said = message.slice(0, 300);
    switch (code) {
      case 'expired':
        topic.subscription = 'idle';
        this.expired(moment);
        break;
      case 'forbidden':
        topic.deny(said || 'The signature of this topic does not match: sign it with the secret of this server.');
        break;
      case 'malformed':
        topic.deny(said || 'The server cannot read this topic: check how it is signed.');
        break;
      case 'limit':
        topic.postpone('error', said || 'The server follows no more topics for this browser: close some logs.', moment);
        break;
      case 'unavailable':
        topic.postpone('reconnecting', 'The server cannot read this log right now.', moment);
        break;
    }
  }

  /** The server says that the signature was good, and is no more. */
  expired(moment: Moment): void {
    this.#expired = this.topic.signed;
    this.tokens.refuse(moment);
  }

  fetched(id: number, result: HistoryResult, moment: Moment): void {
    const then = this.history.settle(id, result, moment);
    if (result.kind === 'lines') this.tokens.accepted();
    if (then === 'refresh') this.tokens.refuse(moment);
    else if (then === 'resubscribe') this.topic.violated(moment);
  }

  disconnected(refused: boolean, moment: Moment): void {
    if (this.topic.subscription !== 'done') this.topic.subscription = 'idle';
    if (refused) this.tokens.refuse(moment);
  }

  due(moment: Moment): number {
    return earliest(this.topic.due(moment), this.history.due(moment), this.tokens.due(moment));
  }

  #goOn(): void {
    // Who came with the signature that expired gets the fresh one with it: nobody else is asked for another.
    for (const handle of this.topic.handles.values()) if (handle.signed === this.#expired) handle.signed = this.topic.signed;
    const running = this.topic.subscription;
    this.history.hurry();
    if (running === 'idle') this.topic.reconsider();
  }
}
