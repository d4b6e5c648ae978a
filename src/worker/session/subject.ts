import type { Ack, End, Err, Msg, Part } from '../../protocol/messages.ts';
import type { TopicClaims } from '../../protocol/topic.ts';
import type { SegmentCache } from './cache.ts';
import type { HistoryResult, SessionEvent } from './events.ts';
import { History } from './history.ts';
import { earliest, type Moment } from './pacing.ts';
import { Tokens } from './tokens.ts';
import { Topic, type Heads } from './topic.ts';
import { View } from './view.ts';

type Asked = Extract<SessionEvent, { readonly log: number }>;

/** One topic with its history and its signature: what happens to one of them and concerns the others. */
export class Subject {
  readonly topic: Topic;
  readonly history: History;
  readonly tokens: Tokens;
  /** The signature of the last subscribe. */
  sent: string | undefined;

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
        if (this.tokens.answered(event.log, event.topic, moment)) this.#goOn();
        break;
    }
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

  /** Returns requests to give up. */
  acked(ack: Ack): number[] {
    // An ack for a subscription that was given up, or never asked for.
    if (this.topic.subscription === 'idle' || this.topic.subscription === 'done') return [];
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
        this.tokens.refuse(moment);
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
    const running = this.topic.subscription;
    this.history.hurry();
    if (running === 'idle') this.topic.reconsider();
  }
}
