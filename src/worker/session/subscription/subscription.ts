import type { Ack, End, Err, Msg, Part } from '../../../protocol/messages.ts';
import type { TopicClaims } from '../../../protocol/topic.ts';
import type { SegmentCache } from '../lines/segment-cache.ts';
import type { HistoryResult, TokenRefusal, SessionEvent } from '../events.ts';
import { Backfill } from './backfill.ts';
import { earliest, type Now } from '../timing.ts';
import { isFresher, TokenVerdicts } from './token-verdicts.ts';
import { TokenRefresh } from './token-refresh.ts';
import { ChannelState, type OpenLog, type Heads } from './channel-state.ts';
import { ViewState } from '../view-state.ts';

type Asked = Extract<SessionEvent, { readonly log: number }>;
type Looking = Exclude<Asked, { readonly type: 'open' | 'close' | 'renew' | 'refreshed' }>;

/** One topic with its history and its tokens: what happens to one of them and concerns the others. */
export class Subscription {
  readonly topic: ChannelState;
  readonly history: Backfill;
  readonly tokens: TokenRefresh;
  /** What the server said of tokens of this log. */
  readonly signatures = new TokenVerdicts();
  /** The token of the last subscribe. */
  sent: string | undefined;
  /** Handles may have come to be here without a token that the server accepted. */
  #unsorted = false;

  constructor(signed: string, claims: TopicClaims, cache: SegmentCache) {
    this.topic = new ChannelState(claims.channel, signed, claims, cache);
    this.history = new Backfill(this.topic, cache.limit / 8);
    this.tokens = new TokenRefresh(this.topic);
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
        const view = handle.views.get(event.view) ?? new ViewState();
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

  askable(moment: Now): boolean {
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
  admits(signed: string, { wall }: Now): boolean {
    if (!this.stuck && this.signatures.accepts(signed, wall)) return true;
    return !this.answered && signed === this.topic.signed;
  }

  join(handle: OpenLog): void {
    this.topic.handles.set(handle.id, handle);
    if (!handle.verified) this.#unsorted = true;
  }

  /**
   * A handle has another token. False: the server has to be asked about it first, since others, or what runs already, would
   * be lost with it.
   */
  offer(handle: OpenLog, signed: string, { wall }: Now): boolean {
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
  accept(signed: string, { wall }: Now): void {
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
  refuse(signed: string, verdict: TokenRefusal, moment: Now): void {
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
  strangers(): OpenLog[] {
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

  subscribable({ now }: Now): boolean {
    return this.topic.subscription === 'idle' && now >= this.topic.subscribeAt && !this.tokens.refused;
  }

  /** The token to subscribe with, now. */
  subscribing(moment: Now): string {
    this.topic.subscribing(moment);
    this.sent = this.topic.signed;
    return this.sent;
  }

  /** `signed`: the token that is answered by it, where that is certain. Returns requests to give up. */
  acked(ack: Ack, signed: string | undefined, moment: Now): number[] {
    // An ack for a subscription that was given up, or never asked for.
    if (this.topic.subscription === 'idle' || this.topic.subscription === 'done') return [];
    if (signed !== undefined) this.accept(signed, moment);
    return this.topic.ack(ack) ? this.history.reset() : [];
  }

  /** False when the subscription has to be made anew. */
  receive(frame: Msg | Part | End | Heads, moment: Now): boolean {
    if (this.topic.receive(frame) !== 'violation') return true;
    this.topic.contradicted(moment);
    return false;
  }

  /** The server refuses the last subscribe. */
  refused(signed: string, { code, message }: Err, moment: Now): void {
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

  fetched(id: number, result: HistoryResult, moment: Now): void {
    const request = this.history.settle(id, result, moment);
    if (request === undefined) return;
    if (result.kind === 'epoch') this.topic.contradicted(moment);
    // Lines prove no token: they may come from a cache, which is asked by their numbers alone.
    else if (result.kind === 'expired' || result.kind === 'denied') this.refuse(request.topic, result, moment);
  }

  disconnected(refused: boolean, moment: Now): void {
    if (this.topic.subscription !== 'done') this.topic.subscription = 'idle';
    if (refused) this.tokens.refuse(moment);
  }

  due(moment: Now): number {
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
