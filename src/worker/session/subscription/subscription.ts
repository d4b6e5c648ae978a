import type { Ack, End, Err, Msg, Part } from '../../../protocol/messages.ts';
import type { TopicClaims } from '../../../protocol/topic.ts';
import type { HistoryResult, SessionEvent, TokenRefusal } from '../events.ts';
import type { SegmentCache } from '../lines/segment-cache.ts';
import { earliest, type Now } from '../timing.ts';
import { Backfill } from './backfill.ts';
import { ChannelState, type Heads } from './channel-state.ts';
import type { OpenLog } from './open-log.ts';
import { SessionView } from './session-view.ts';
import { TokenRefresh } from './token-refresh.ts';
import { isFresher, TokenVerdicts } from './token-verdicts.ts';

/** Longest explanation of a server that is passed on, characters. */
const LONGEST_PROBLEM = 300;

type HandleEvent = Exclude<Extract<SessionEvent, { readonly log: number }>, { readonly type: 'open' | 'close' | 'renew' | 'refreshed' }>;

/** One channel with its history and its topics: passes on what happens to one of them and concerns the others. */
export class Subscription {
  readonly state: ChannelState;
  readonly backfill: Backfill;
  readonly tokenRefresh: TokenRefresh;
  readonly verdicts = new TokenVerdicts();
  /** The topic of the last subscribe. */
  #sentTopic: string | undefined;
  /** There may be handles whose topic the server has not accepted. */
  #hasUnverified = false;

  constructor(topic: string, claims: TopicClaims, cache: SegmentCache) {
    this.state = new ChannelState(topic, claims, cache);
    this.backfill = new Backfill(this.state, cache.limit / 8);
    this.tokenRefresh = new TokenRefresh(this.state);
  }

  get channel(): string {
    return this.state.channel;
  }

  /** The signed topic in use. */
  get topic(): string {
    return this.state.topic;
  }

  get sentTopic(): string | undefined {
    return this.#sentTopic;
  }

  /** A tab did something with one of its logs. */
  handle(event: HandleEvent): void {
    const { state } = this;
    const handle = state.handles.get(event.log);
    if (handle === undefined) return;
    switch (event.type) {
      case 'retry':
        state.unblock();
        this.backfill.retryNow();
        this.tokenRefresh.retryNow();
        break;
      case 'request': {
        const view = handle.views.get(event.view) ?? new SessionView();
        handle.views.set(event.view, view);
        view.request(event.request);
        break;
      }
      case 'closeView':
        handle.views.delete(event.view);
        break;
      case 'show':
        // A log that has ended may have been removed and written again while it was hidden.
        if (event.visible && !handle.visible) state.resume();
        handle.visible = event.visible;
        break;
    }
  }

  /** It does not continue without another topic. */
  get stuck(): boolean {
    return this.tokenRefresh.isRefused || this.state.refusal?.state === 'denied';
  }

  /** The server has answered for this log, so there may be lines of it. */
  get answered(): boolean {
    return this.state.position !== undefined;
  }

  /** Whether a new handle with this topic may share what is held, or waits for the same answer, without asking the server. */
  admits(topic: string, { wall }: Now): boolean {
    if (!this.stuck && this.verdicts.isAccepted(topic, wall)) return true;
    return !this.answered && topic === this.topic;
  }

  join(handle: OpenLog): void {
    this.state.handles.set(handle.id, handle);
    if (!handle.verified) this.#hasUnverified = true;
  }

  /**
   * A handle has another topic. Returns false if the server must be asked about it first, because other handles, or the
   * running subscription, would be lost with it.
   */
  offer(handle: OpenLog, topic: string, { wall }: Now): boolean {
    const { verdicts, stuck } = this;
    const accepted = verdicts.isAccepted(topic, wall);
    const same = topic === this.topic;
    if (!same && !accepted && !this.#canRiskToken()) return false;
    handle.topic = topic;
    if (!same) handle.verified = accepted;
    if (!handle.verified) this.#hasUnverified = true;
    if (!same && (!accepted || stuck || isFresher(topic, this.topic))) this.#continueWith(topic);
    return true;
  }

  /** The server accepts a topic: all handles whose own was genuine may use it from now on. */
  accept(topic: string, { wall }: Now): void {
    const { state, verdicts, stuck } = this;
    let better = stuck || !verdicts.isAccepted(state.topic, wall) || isFresher(topic, state.topic);
    verdicts.accept(topic);
    this.#hasUnverified = true;
    for (const handle of state.handles.values()) {
      if (handle.pending?.topic === topic) {
        // The page supplied it because the one in use expires.
        if (handle.pending.requested) {
          handle.granted = topic;
          better = true;
        }
        handle.pending = undefined;
        handle.topic = topic;
      } else if (verdicts.isExpired(handle.topic)) handle.topic = topic;
      if (handle.topic === topic) handle.verified = true;
    }
    if (topic !== state.topic && better) this.#continueWith(topic);
    if (topic === state.topic) this.tokenRefresh.accepted();
  }

  /** The server does not accept a topic, or no longer does: continues with another one, if there is one. */
  refuse(topic: string, verdict: TokenRefusal, now: Now): void {
    const { state, verdicts, tokenRefresh } = this;
    verdicts.refuse(topic, verdict.kind);
    this.#hasUnverified = true;
    for (const handle of state.handles.values()) {
      if (handle.topic === topic) handle.verified = verdict.kind === 'expired';
      if (handle.pending?.topic !== topic) continue;
      if (handle.pending.requested) Object.assign(handle, handle.pending.previous);
      handle.pending = undefined;
    }
    // Another one is in use meanwhile.
    if (topic !== state.topic) return;
    const next = verdicts.best(now.wall) ?? this.#nextPending(topic);
    if (next !== undefined) {
      this.#continueWith(next);
      return;
    }
    verdicts.clearAccepted();
    if (state.isComplete()) {
      state.finish();
      return;
    }
    // A running subscription outlives its topic, and the page that supplied this one may supply a better one.
    const final = verdict.kind === 'denied' && state.phase !== 'acked' && !tokenRefresh.wasSupplied(topic);
    const expired = final ? [...state.handles.values()].find((handle) => verdicts.isExpired(handle.topic)) : undefined;
    if (expired !== undefined) state.useTopic(expired.topic);
    if (final && expired === undefined) state.deny(verdict.problem);
    else tokenRefresh.refuse(now, verdict.kind === 'denied' ? verdict.problem : undefined);
  }

  /** Handles whose topic differs from the one the server judged; each must be verified separately. */
  takeUnverified(): OpenLog[] {
    const { state, verdicts } = this;
    const handles = [...state.handles.values()];
    if (!verdicts.anyAccepted) {
      if (state.refusal?.state !== 'denied') return [];
      return handles.filter(({ topic }) => topic !== state.topic && !verdicts.isExpired(topic));
    }
    if (!this.#hasUnverified) return [];
    this.#hasUnverified = false;
    return handles.filter(({ verified }) => !verified);
  }

  /** Whether it may subscribe, or be asked about, now. */
  canSubscribe({ monotonic }: Now): boolean {
    return this.state.phase === 'idle' && monotonic >= this.state.subscribeAt && !this.tokenRefresh.isRefused;
  }

  /** Whether it may subscribe again now, because its views need more or fewer lines than it is subscribed to. */
  canMove({ monotonic }: Now): boolean {
    const { state, tokenRefresh } = this;
    if (state.phase !== 'acked' || state.isMoving || tokenRefresh.isRefused) return false;
    return monotonic >= state.subscribeAt && state.askedTail !== state.wantedTail;
  }

  /** Returns the topic to subscribe with now. `tail`: how many of the newest lines at a time; undefined for every line. */
  subscribe(now: Now, tail: number | undefined): string {
    this.state.subscribe(now, tail);
    this.#sentTopic = this.topic;
    return this.topic;
  }

  /** `topic`: the one that the ack answers, where that is certain. Returns the requests to cancel. */
  acked(ack: Ack, topic: string | undefined, now: Now): number[] {
    // The subscription was given up, or never made.
    if (this.state.phase === 'idle' || this.state.phase === 'done') return [];
    // The server also moves a subscription by itself, long after its topic expired.
    if (topic !== undefined && this.state.awaitsAck) this.accept(topic, now);
    return this.state.ack(ack, now) ? this.backfill.reset() : [];
  }

  /** Applies a frame. Returns whether it has to subscribe again, because the frame contradicts earlier ones. */
  receive(frame: Msg | Part | End | Heads, now: Now): boolean {
    if (this.state.receive(frame) !== 'protocolError') return false;
    this.state.protocolError(now);
    return true;
  }

  /** The server refuses the last subscribe. */
  refused(topic: string, { code, message }: Err, now: Now): void {
    const { state } = this;
    const explanation = message.slice(0, LONGEST_PROBLEM);
    const { isMoving } = state;
    state.refused(now);
    switch (code) {
      case 'expired':
        this.refuse(topic, { kind: 'expired' }, now);
        break;
      case 'forbidden':
        this.refuse(
          topic,
          { kind: 'denied', problem: explanation || "You don't have access to this log: the signature of its topic doesn't match." },
          now,
        );
        break;
      case 'malformed':
        this.refuse(topic, { kind: 'denied', problem: explanation || "The server can't read this topic. Check how it is signed." }, now);
        break;
      case 'limit':
        if (!isMoving) state.postpone('error', explanation || 'The server follows no more topics for this browser. Close some logs.', now);
        break;
      case 'unavailable':
        if (!isMoving) state.postpone('reconnecting', 'The server cannot read this log right now.', now);
        break;
    }
  }

  fetched(id: number, result: HistoryResult, now: Now): void {
    const request = this.backfill.settle(id, result, now);
    if (request === undefined) return;
    if (result.kind === 'epoch') this.state.doubtEpoch(now);
    // Lines prove no topic: a cache may have answered, which knows only their numbers.
    else if (result.kind === 'expired' || result.kind === 'denied') this.refuse(request.topic, result, now);
  }

  /** `refused`: the server closed the socket because of its topics. */
  disconnected(refused: boolean, now: Now): void {
    this.state.disconnected();
    if (refused) this.tokenRefresh.refuse(now);
  }

  due(now: Now): number {
    return earliest(this.state.due(now), this.backfill.due(now), this.tokenRefresh.due(now));
  }

  /** Whether other handles lose nothing if the server refuses another topic. */
  #canRiskToken(): boolean {
    const alone = this.state.handles.size === 1;
    if (this.state.phase !== 'idle') return alone && this.stuck;
    return this.stuck || (alone && !this.answered);
  }

  /** A topic that a handle brought and the server is being asked about; the handle uses it from now on. */
  #nextPending(refused: string): string | undefined {
    for (const handle of this.state.handles.values()) {
      if (handle.pending === undefined || handle.pending.topic === refused || handle.topic === handle.pending.topic) continue;
      handle.topic = handle.pending.topic;
      return handle.topic;
    }
    return undefined;
  }

  #continueWith(topic: string): void {
    this.state.useTopic(topic);
    this.tokenRefresh.replaced();
    this.backfill.retryNow();
    if (this.state.phase === 'idle') this.state.unblock();
  }
}
