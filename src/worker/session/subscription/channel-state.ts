import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { Ack, End, Msg, Part } from '../../../protocol/messages.ts';
import type { Position } from '../../../protocol/position.ts';
import { readTopic, type TopicClaims } from '../../../protocol/topic.ts';
import type { LogState, LogStatus } from '../../api.ts';
import type { SegmentCache } from '../lines/segment-cache.ts';
import { backoff, TIMING, type Now } from '../timing.ts';
import { SEGMENT_LINES, type SparseLog } from '../lines/sparse-log.ts';
import type { LogExtent, ViewState } from '../view-state.ts';

/** A token that a handle brought. */
export interface SuppliedTokens {
  readonly signed: string;
  /** It was asked for one: when the server refuses that, it still has the one it had. */
  readonly supplied: boolean;
  readonly instead: { readonly signed: string; readonly verified: boolean };
}

/** One opened log of a tab. */
export interface OpenLog {
  readonly id: number;
  /** The token it came with, or one that the server accepted from it, or for it, since. */
  signed: string;
  /** The server accepted that token, or called it expired, which only a genuine one is. */
  verified: boolean;
  /** A token that it brought, and that the server is yet to judge. */
  brought: SuppliedTokens | undefined;
  /** The server accepted the token that it supplied: it is to be told. */
  granted: string | undefined;
  readonly refreshable: boolean;
  /** Asked for a fresh token, it said that it has nowhere to get one. */
  empty: boolean;
  visible: boolean;
  readonly views: Map<number, ViewState>;
  /** What it was told last. */
  told: LogStatus | undefined;
}

/** Why a topic does not go on although there is a socket. */
export interface Refusal {
  readonly state: LogState;
  readonly problem: string | undefined;
  readonly retryAt: number | undefined;
}

/** The head of a log as a heartbeat names it. */
export interface Heads {
  readonly e: 'hb';
  readonly off: Position;
}

/** Violations further apart than this have nothing to do with each other, ms. */
const UNRELATED = 30_000;

/** One log: what is known and held of it, how its subscription stands, and who looks. */
export class ChannelState implements LogExtent {
  readonly channel: string;
  readonly lines: SparseLog;
  readonly handles = new Map<number, OpenLog>();

  epoch = '';
  first = 1;
  head = 0;
  end: number | undefined;
  part: Line | null = null;

  signed: string;
  claims: TopicClaims;
  /** `done`: it has ended and everybody has seen it whole. */
  subscription: 'idle' | 'subscribing' | 'acked' | 'done' = 'idle';
  /** Where a subscription goes on; undefined before the first ack. */
  position: Position | undefined;
  /** No subscribe before this moment. */
  subscribeAt = -Infinity;
  refusal: Refusal | undefined;
  failures = 0;
  #violations = 0;
  #violatedAt = -Infinity;
  #answerBy = Infinity;

  constructor(channel: string, signed: string, claims: TopicClaims, cache: SegmentCache) {
    this.channel = channel;
    this.signed = signed;
    this.claims = claims;
    this.lines = cache.log((index) => this.#inUse(index));
  }

  *active(): Generator<ViewState> {
    for (const { visible, views } of this.handles.values()) for (const view of views.values()) if (visible || view.pull) yield view;
  }

  /** Goes on with another token of the same channel. */
  use(signed: string): void {
    const claims = readTopic(signed);
    if (claims?.channel !== this.channel) return;
    this.signed = signed;
    this.claims = claims;
  }

  /** The answer to a subscribe, or word that the socket goes on elsewhere. Says whether everything was forgotten. */
  ack({ off, first, st }: Ack): boolean {
    const reset = st === 'reset' || (this.epoch !== '' && off.epoch !== this.epoch);
    if (reset) this.#forget();
    this.epoch = off.epoch;
    this.grow(off.offset);
    this.position = off;
    this.subscription = 'acked';
    this.refusal = undefined;
    this.failures = 0;
    this.part = null;
    this.truncate(first);
    return reset;
  }

  /** Takes a frame in. `ignored`: it is of a subscription that is over; `violation`: of an incarnation that no ack told of. */
  receive(frame: Msg | Part | End | Heads): 'taken' | 'ignored' | 'violation' {
    const { off } = frame;
    const acked = this.subscription === 'acked';
    if (off.epoch !== this.epoch) {
      if (!acked) return 'ignored';
      if (this.epoch !== '') return 'violation';
      // The first line of a log that had none: the position is adopted whole.
      this.epoch = off.epoch;
    } else if (this.position === undefined) return 'ignored';
    this.grow(off.offset);
    switch (frame.e) {
      case 'msg':
        if (off.offset <= LIMITS.lines) this.lines.insert(off.offset - frame.lines.length + 1, frame.lines);
        if (acked && off.offset >= (this.position?.offset ?? 0)) this.position = off;
        this.part = null;
        break;
      case 'part':
        this.part = frame.line;
        break;
      case 'end':
        this.end = frame.code;
        this.part = null;
        break;
      case 'hb':
        // Lines up to this head exist, even if they never came: they are not held.
        break;
    }
    return 'taken';
  }

  /** Retention took the lines below `first`. */
  truncate(first: number): void {
    if (first <= this.first) return;
    // Those lines were there.
    this.grow(first - 1);
    this.first = Math.min(first, this.head + 1);
    this.lines.dropBelow(this.first);
  }

  /** There are so many lines, as far as that can be believed. */
  grow(head: number): void {
    this.head = Math.max(this.head, Math.min(head, LIMITS.lines));
  }

  /** The server contradicts itself: ask it anew, at once the first time, then with growing patience. */
  contradicted({ now, random }: Now): void {
    if (now - this.#violatedAt > UNRELATED) this.#violations = 0;
    this.subscribeAt = this.#violations === 0 ? now : now + backoff(this.#violations, random);
    this.#violations += 1;
    this.#violatedAt = now;
    this.subscription = 'idle';
  }

  /** It is not to be had now: try again later. */
  postpone(state: LogState, problem: string | undefined, { now, wall, random }: Now): void {
    const delay = backoff(this.failures, random);
    this.failures += 1;
    this.subscription = 'idle';
    this.subscribeAt = now + delay;
    this.refusal = { state, problem, retryAt: wall + delay };
  }

  deny(problem: string): void {
    this.bar({ state: 'denied', problem, retryAt: undefined });
  }

  /** It does not go on before something changes. */
  bar(refusal: Refusal): void {
    this.subscription = 'idle';
    this.subscribeAt = Infinity;
    this.refusal = refusal;
  }

  /** Forgets why it was refused: something changed. */
  reconsider(): void {
    if (this.subscription === 'done') this.subscription = 'idle';
    this.refusal = undefined;
    this.failures = 0;
    this.subscribeAt = -Infinity;
  }

  /** Whether it has ended and nobody lacks a line of it. */
  complete(): boolean {
    if (this.end === undefined) return false;
    for (const { views } of this.handles.values()) for (const view of views.values()) if (view.wanted(this).length > 0) return false;
    return true;
  }

  subscribing({ now }: Now): void {
    this.subscription = 'subscribing';
    this.#answerBy = now + TIMING.answer;
  }

  tick(moment: Now): void {
    if (this.subscription === 'subscribing' && moment.now >= this.#answerBy) this.contradicted(moment);
  }

  due({ now }: Now): number {
    if (this.subscription === 'subscribing') return this.#answerBy;
    return this.subscription === 'idle' && this.subscribeAt > now ? this.subscribeAt : Infinity;
  }

  #forget(): void {
    this.lines.clear();
    this.first = 1;
    this.head = 0;
    this.end = undefined;
  }

  #inUse(index: number): boolean {
    for (const view of this.active()) {
      if (view.uses(this, index * SEGMENT_LINES + 1, (index + 1) * SEGMENT_LINES)) return true;
    }
    return false;
  }
}
