import type { Ack, End, Err, Msg, Part } from '../../protocol/messages.ts';
import type { TopicClaims } from '../../protocol/topic.ts';
import type { SegmentCache } from './cache.ts';
import type { HistoryResult, Refused, SessionEvent } from './events.ts';
import { History } from './history.ts';
import { earliest, type Moment } from './pacing.ts';
import { isFresher, Signatures } from './signatures.ts';
import { Tokens } from './tokens.ts';
import { Topic, type Handle, type Heads } from './topic.ts';
import { View } from './view.ts';

type Asked = Extract<SessionEvent, { readonly log: number }>;
type Looking = Exclude<Asked, { readonly type: 'open' | 'close' | 'renew' | 'refreshed' }>;

/** One topic with its history and its tokens: what happens to one of them and concerns the others. */
export class Subject {
  readonly topic: Topic;
  readonly history: History;
  readonly tokens: Tokens;
  /** What the server said of tokens of this log. */
  readonly signatures = new Signatures();
  /** The token of the last subscribe. */
  sent: string | undefined;
  /** Handles may have come to be here without a token that the server accepted. */
  #unsorted = false;

  constructor(signed: string, claims: TopicClaims, cache: SegmentCache) {
    this.topic = new Topic(claims.channel, signed, claims, cache);
    this.history = new History(this.topic, cache.limit / 8);
    this.tokens = new Tokens(this.topic);
  }

  get channel(): string {
    return this.topic.channel;
  }

  /** The token that it goes by. */
  get signed(): string {
    return this.topic.signed;
  }

  /** What a tab asks of one of its logs. */
  react(event: Looking): void {
    const { topic } = this;
    const handle = topic.handles.get(event.log);
    if (handle === undefined) return;
    switch (event.type) {
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
        // A log that has ended may have been removed and written again while nobody looked.
        if (event.visible && !handle.visible && topic.subscription === 'done') topic.subscription = 'idle';
        handle.visible = event.visible;
        break;
    }
  }

  askable(moment: Moment): boolean {
    return this.subscribable(moment);
  }

  /** It does not go on without another token. */
  get stuck(): boolean {
    return this.tokens.refused || this.topic.refusal?.state === 'denied';
  }

  /** The server has answered for this log, so that there may be lines of it. */
  get answered(): boolean {
    return this.topic.position !== undefined;
  }

  /** Whether a newcomer with this token may have what there is, or waits for the same answer, without asking the server. */
  admits(signed: string, { wall }: Moment): boolean {
    if (!this.stuck && this.signatures.accepts(signed, wall)) return true;
    return !this.answered && signed === this.topic.signed;
  }

  join(handle: Handle): void {
    this.topic.handles.set(handle.id, handle);
    if (!handle.verified) this.#unsorted = true;
  }

  /**
   * A handle has another token. False: the server has to be asked about it first, since others, or what runs already, would
   * be lost with it.
   */
  offer(handle: Handle, signed: string, { wall }: Moment): boolean {
    const { topic, signatures, stuck } = this;
    const accepted = signatures.accepts(signed, wall);
    const same = signed === topic.signed;
    if (!same && !accepted && !this.#idle()) return false;
    handle.signed = signed;
    if (!same) handle.verified = accepted;
    if (!handle.verified) this.#unsorted = true;
    if (!same && (!accepted || stuck || isFresher(signed, topic.signed))) this.#goOn(signed);
    return true;
  }

  /** The server accepts a token: all whose own was good have it from now on. */
  accept(signed: string, { wall }: Moment): void {
    const { topic, signatures, stuck } = this;
    let wanted = stuck || !signatures.accepts(topic.signed, wall) || isFresher(signed, topic.signed);
    signatures.accept(signed);
    this.#unsorted = true;
    for (const handle of topic.handles.values()) {
      if (handle.brought?.signed === signed) {
        // It was asked for, since the one there is does not last.
        if (handle.brought.supplied) {
          handle.granted = signed;
          wanted = true;
        }
        handle.brought = undefined;
        handle.signed = signed;
      } else if (signatures.expired(handle.signed)) handle.signed = signed;
      if (handle.signed === signed) handle.verified = true;
    }
    if (signed !== topic.signed && wanted) this.#goOn(signed);
    if (signed === topic.signed) this.tokens.accepted();
  }

  /** The server does not accept a token, or no longer does: goes on with another one, if there is one. */
  refuse(signed: string, verdict: Refused, moment: Moment): void {
    const { topic, signatures, tokens } = this;
    signatures.refuse(signed, verdict.kind);
    this.#unsorted = true;
    for (const handle of topic.handles.values()) {
      if (handle.signed === signed) handle.verified = verdict.kind === 'expired';
      if (handle.brought?.signed !== signed) continue;
      if (handle.brought.supplied) Object.assign(handle, handle.brought.instead);
      handle.brought = undefined;
    }
    // It says nothing about the one that is used by now.
    if (signed !== topic.signed) return;
    const next = signatures.best(moment.wall) ?? this.#brought(signed);
    if (next !== undefined) {
      this.#goOn(next);
      return;
    }
    signatures.forget();
    // A log that was seen whole to its end needs nothing any more.
    if (topic.complete()) {
      topic.subscription = 'done';
      return;
    }
    // A subscription that runs outlives its token, and whoever supplied this one may come by a better one.
    const final = verdict.kind === 'denied' && topic.subscription !== 'acked' && !tokens.wasSupplied(signed);
    const expired = final ? [...topic.handles.values()].find((handle) => signatures.expired(handle.signed)) : undefined;
    if (expired !== undefined) topic.use(expired.signed);
    if (final && expired === undefined) topic.deny(verdict.problem);
    else tokens.refuse(moment, verdict.kind === 'denied' ? verdict.problem : undefined);
  }

  /** Handles whose token differs from the one that the server judged: each must be verified separately. */
  strangers(): Handle[] {
    const { topic, signatures } = this;
    const handles = [...topic.handles.values()];
    if (!signatures.proven) {
      if (topic.refusal?.state !== 'denied') return [];
      return handles.filter(({ signed }) => signed !== topic.signed && !signatures.expired(signed));
    }
    if (!this.#unsorted) return [];
    this.#unsorted = false;
    return handles.filter(({ verified }) => !verified);
  }

  subscribable({ now }: Moment): boolean {
    return this.topic.subscription === 'idle' && now >= this.topic.subscribeAt && !this.tokens.refused;
  }

  /** The token to subscribe with, now. */
  subscribing(moment: Moment): string {
    this.topic.subscribing(moment);
    this.sent = this.topic.signed;
    return this.sent;
  }

  /** `signed`: the token that is answered by it, where that is certain. Returns requests to give up. */
  acked(ack: Ack, signed: string | undefined, moment: Moment): number[] {
    // An ack for a subscription that was given up, or never asked for.
    if (this.topic.subscription === 'idle' || this.topic.subscription === 'done') return [];
    if (signed !== undefined) this.accept(signed, moment);
    return this.topic.ack(ack) ? this.history.reset() : [];
  }

  /** False when the subscription has to be made anew. */
  receive(frame: Msg | Part | End | Heads, moment: Moment): boolean {
    if (this.topic.receive(frame) !== 'violation') return true;
    this.topic.violated(moment);
    return false;
  }

  /** The server refuses the last subscribe. */
  refused(signed: string, { code, message }: Err, moment: Moment): void {
    const { topic } = this;
    const said = message.slice(0, 300);
    topic.subscription = 'idle';
    switch (code) {
      case 'expired':
        this.refuse(signed, { kind: 'expired' }, moment);
        break;
      case 'forbidden':
        this.refuse(
          signed,
          { kind: 'denied', problem: said || 'The signature of this topic does not match: sign it with the secret of this server.' },
          moment,
        );
        break;
      case 'malformed':
        this.refuse(signed, { kind: 'denied', problem: said || 'The server cannot read this topic: check how it is signed.' }, moment);
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
    const request = this.history.settle(id, result, moment);
    if (request === undefined) return;
    if (result.kind === 'epoch') this.topic.violated(moment);
    // Lines prove no token: they may come from a cache, which is asked by their numbers alone.
    else if (result.kind === 'expired' || result.kind === 'denied') this.refuse(request.topic, result, moment);
  }

  disconnected(refused: boolean, moment: Moment): void {
    if (this.topic.subscription !== 'done') this.topic.subscription = 'idle';
    if (refused) this.tokens.refuse(moment);
  }

  due(moment: Moment): number {
    return earliest(this.topic.due(moment), this.history.due(moment), this.tokens.due(moment));
  }

  /** Whether nothing that others have can be lost with a token that the server refuses. */
  #idle(): boolean {
    const alone = this.topic.handles.size === 1;
    if (this.topic.subscription !== 'idle') return alone && this.stuck;
    return this.stuck || (alone && !this.answered);
  }

  /** A token that a handle brought, and that the server is being asked about. */
  #brought(refused: string): string | undefined {
    for (const handle of this.topic.handles.values()) {
      if (handle.brought === undefined || handle.brought.signed === refused || handle.signed === handle.brought.signed) continue;
      handle.signed = handle.brought.signed;
      return handle.signed;
    }
    return undefined;
  }

  #goOn(signed: string): void {
    const { topic } = this;
    topic.use(signed);
    this.tokens.replaced();
    this.history.hurry();
    if (topic.subscription === 'idle') topic.reconsider();
  }
}
