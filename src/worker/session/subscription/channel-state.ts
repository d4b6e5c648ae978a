import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import { tailLines, type Ack, type End, type Msg, type Part } from '../../../protocol/messages.ts';
import type { Position } from '../../../protocol/position.ts';
import { readTopic, type TopicClaims } from '../../../protocol/topic.ts';
import type { LogExtent, LogState } from '../../api.ts';
import { SEGMENT_LINES, type SparseLog } from '../lines/sparse-log.ts';
import type { SegmentCache } from '../lines/segment-cache.ts';
import { backoff, earliest, TIMING, type Now } from '../timing.ts';
import type { OpenLog } from './open-log.ts';
import type { SessionView } from './session-view.ts';

/** Why a channel is not delivered although there is a connection. */
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

export type ChannelPhase = 'idle' | 'subscribing' | 'acked' | 'done';

/** Protocol errors further apart than this are unrelated, ms. */
const UNRELATED = 30_000;

/**
 * One log: its extent and lines, the phase of its subscription, and the handles that are open on it.
 *
 * ```text
 *          subscribe                  ack             ended, and every view has all it asked for
 *   idle ─────────────▶ subscribing ───────▶ acked ───────────────────────────────────────────▶ done
 *    ▲                       │                 │                                                  │
 *    ├── refused, no answer ─┘                 │                                                  │
 *    ├── disconnected, protocol error, blocked ┘                                                  │
 *    └── shown again, retry, or another topic ────────────────────────────────────────────────────┘
 * ```
 *
 * An idle channel subscribes at `subscribeAt`; `refusal` says why that is later, or never. One that is acked may subscribe
 * again for more or fewer lines: it stays acked meanwhile.
 */
export class ChannelState implements LogExtent {
  readonly channel: string;
  readonly lines: SparseLog;
  readonly handles = new Map<number, OpenLog>();

  #epoch = '';
  #first = 1;
  #head = 0;
  #end: number | undefined;
  #part: Line | null = null;

  #topic: string;
  #claims: TopicClaims;
  #phase: ChannelPhase = 'idle';
  #position: Position | undefined;
  #subscribeAt = -Infinity;
  #refusal: Refusal | undefined;
  #failures = 0;
  #protocolErrors = 0;
  #protocolErrorAt = -Infinity;
  /** The last epoch that a request for history was refused for. */
  #doubtedEpoch = '';
  #doubtedAt = -Infinity;
  #answerBy = Infinity;
  /** What the last subscribe asked for: the most of the newest lines at a time; undefined for every line. */
  #askedTail: number | undefined;
  /** What the subscription in force asked for. */
  #tail: number | undefined;
  /** What the last skip said of the log, until the lines that follow it come, if there are any. */
  #skip: { readonly head: number; readonly first: number } | undefined;
  /** Until then, skipped lines are not missed, monotonic. */
  #settlesAt = -Infinity;

  constructor(topic: string, claims: TopicClaims, cache: SegmentCache) {
    this.channel = claims.channel;
    this.#topic = topic;
    this.#claims = claims;
    this.lines = cache.createLog((index) => this.#inUse(index));
  }

  get epoch(): string {
    return this.#epoch;
  }

  get first(): number {
    return this.#first;
  }

  get head(): number {
    return this.#head;
  }

  get end(): number | undefined {
    return this.#end;
  }

  /** The unfinished last line. */
  get part(): Line | null {
    return this.#part;
  }

  /** The signed topic in use. */
  get topic(): string {
    return this.#topic;
  }

  get claims(): TopicClaims {
    return this.#claims;
  }

  get phase(): ChannelPhase {
    return this.#phase;
  }

  /** Where a subscription resumes; undefined before the first ack. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** No subscribe before this, monotonic. */
  get subscribeAt(): number {
    return this.#subscribeAt;
  }

  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** The most of the newest lines that a view needs as they come; undefined when one needs every line. */
  get wantedTail(): number | undefined {
    let most = 0;
    for (const { views } of this.handles.values()) for (const view of views.values()) most = Math.max(most, view.liveLines);
    return most === Infinity ? undefined : tailLines(most);
  }

  /** What the last subscribe asked for, as {@link wantedTail}. */
  get askedTail(): number | undefined {
    return this.#askedTail;
  }

  /** A subscribe has not been answered. */
  get awaitsAck(): boolean {
    return this.#answerBy < Infinity;
  }

  /** It is subscribed, and subscribes again. */
  get isMoving(): boolean {
    return this.#phase === 'acked' && this.awaitsAck;
  }

  /** It is subscribed, and the server may skip lines to keep up with the log. */
  get isTail(): boolean {
    return this.#phase === 'acked' && this.#tail !== undefined;
  }

  /** The server skipped lines a moment ago, and most likely does so again. */
  isSkipping({ monotonic }: Now): boolean {
    return monotonic < this.#settlesAt;
  }

  /** Views that lines are delivered to now. */
  *activeViews(): Generator<SessionView> {
    for (const { visible, views } of this.handles.values()) for (const view of views.values()) if (visible || view.pull) yield view;
  }

  /** Continues with another topic of the same channel. */
  useTopic(topic: string): void {
    const claims = readTopic(topic);
    if (claims?.channel !== this.channel) return;
    this.#topic = topic;
    this.#claims = claims;
  }

  /** `tail`: how many of the newest lines to ask for at a time; undefined for every line. */
  subscribe({ monotonic }: Now, tail: number | undefined): void {
    if (this.#phase !== 'acked') this.#enter('subscribing');
    this.#askedTail = tail;
    this.#answerBy = monotonic + TIMING.answer;
  }

  /** The server acknowledged the subscription, or moved it. Returns whether all lines were dropped. */
  ack({ off, first, st }: Ack, { monotonic }: Now): boolean {
    const reset = st === 'reset' || (this.#epoch !== '' && off.epoch !== this.#epoch);
    if (reset) this.#clear();
    if (this.awaitsAck) this.#tail = this.#askedTail;
    this.#enter('acked');
    this.#epoch = off.epoch;
    this.#skip = { head: off.offset, first };
    // The newest lines follow a skip: the log grows with them, so that they are not missed in between.
    const isFollowed = this.#tail !== undefined && st !== 'live' && st !== 'ended';
    if (!isFollowed) this.#applySkip();
    else if (monotonic >= this.#settlesAt) this.#settlesAt = monotonic + TIMING.settle;
    this.#position = off;
    this.#refusal = undefined;
    this.#failures = 0;
    this.#part = null;
    return reset;
  }

  /** Applies a frame. `ignored`: its subscription is over; `protocolError`: no ack named its epoch. */
  receive(frame: Msg | Part | End | Heads): 'applied' | 'ignored' | 'protocolError' {
    const { off } = frame;
    const acked = this.#phase === 'acked';
    if (off.epoch !== this.#epoch) {
      if (!acked) return 'ignored';
      if (this.#epoch !== '') return 'protocolError';
      // The first line of a log that had none: it names the epoch.
      this.#epoch = off.epoch;
    } else if (this.#position === undefined) return 'ignored';
    this.growTo(off.offset);
    this.#applySkip();
    switch (frame.e) {
      case 'msg':
        if (off.offset <= LIMITS.lines) this.lines.insert(off.offset - frame.lines.length + 1, frame.lines);
        if (acked && off.offset >= (this.#position?.offset ?? 0)) this.#position = off;
        this.#part = null;
        break;
      case 'part':
        this.#part = frame.line;
        break;
      case 'end':
        this.#end = frame.code;
        this.#part = null;
        break;
      case 'hb':
        // Lines up to this head exist even if they were skipped: they are fetched.
        break;
    }
    return 'applied';
  }

  /** Retention removed the lines below `first`. */
  truncate(first: number): void {
    if (first <= this.#first) return;
    // The removed lines existed.
    this.growTo(first - 1);
    this.#first = Math.min(first, this.#head + 1);
    this.lines.dropBelow(this.#first);
  }

  /** The log has at least this many lines, as far as that is credible. */
  growTo(head: number): void {
    this.#head = Math.max(this.#head, Math.min(head, LIMITS.lines));
  }

  /** History says that the log has ended. */
  endWith(code: number): void {
    this.#end ??= code;
  }

  /** The server contradicted itself: subscribe again, at once the first time, then after growing delays. */
  protocolError({ monotonic, random }: Now): void {
    if (monotonic - this.#protocolErrorAt > UNRELATED) this.#protocolErrors = 0;
    this.#subscribeAt = this.#protocolErrors === 0 ? monotonic : monotonic + backoff(this.#protocolErrors, random);
    this.#protocolErrors += 1;
    this.#protocolErrorAt = monotonic;
    this.#enter('idle');
  }

  /**
   * A request for history is refused because the log is in another epoch: subscribe again to learn which. If that brought
   * the same epoch a short while ago, history alone fails, and the subscription stays.
   */
  doubtEpoch(now: Now): void {
    if (this.#doubtedEpoch === this.#epoch && now.monotonic - this.#doubtedAt <= UNRELATED) return;
    this.#doubtedEpoch = this.#epoch;
    this.#doubtedAt = now.monotonic;
    this.protocolError(now);
  }

  /** The server cannot deliver it now: subscribe again later. */
  postpone(state: LogState, problem: string | undefined, { monotonic, wall, random }: Now): void {
    const delay = backoff(this.#failures, random);
    this.#failures += 1;
    this.#enter('idle');
    this.#subscribeAt = monotonic + delay;
    this.#refusal = { state, problem, retryAt: wall + delay };
  }

  deny(problem: string): void {
    this.block({ state: 'denied', problem, retryAt: undefined });
  }

  /** Subscribes no more until `unblock`. */
  block(refusal: Refusal): void {
    this.#enter('idle');
    this.#subscribeAt = Infinity;
    this.#refusal = refusal;
  }

  /** Subscribes again at once: whatever it was refused for may have changed. */
  unblock(): void {
    this.resume();
    this.#refusal = undefined;
    this.#failures = 0;
    this.#subscribeAt = -Infinity;
  }

  /** The connection was lost, or the server ended the subscription. A log that is done stays so. */
  disconnected(): void {
    if (this.#phase !== 'done') this.#enter('idle');
  }

  /** The server refused the subscribe. One that was to move continues as before, and is not moved for a while. */
  refused({ monotonic, random }: Now): void {
    if (!this.isMoving) {
      this.#enter('idle');
      return;
    }
    this.#answerBy = Infinity;
    this.#askedTail = this.#tail;
    this.#subscribeAt = monotonic + backoff(this.#failures, random);
    this.#failures += 1;
  }

  /** Ended, and every view has every line: nothing more is needed from the server. */
  finish(): void {
    this.#enter('done');
  }

  /** A log that was done is needed again. */
  resume(): void {
    if (this.#phase === 'done') this.#enter('idle');
  }

  /** Whether it has ended and no view lacks a line of it. */
  isComplete(): boolean {
    if (this.#end === undefined) return false;
    for (const { views } of this.handles.values()) for (const view of views.values()) if (view.undelivered(this).length > 0) return false;
    return true;
  }

  tick(now: Now): void {
    if (now.monotonic >= this.#answerBy) this.protocolError(now);
    // Nothing followed the last skip: a line may be too long to be sent.
    if (!this.isSkipping(now)) this.#applySkip();
  }

  due(now: Now): number {
    const { monotonic } = now;
    const subscribes = this.#phase === 'idle' || this.#phase === 'acked';
    return earliest(
      this.#answerBy,
      subscribes && this.#subscribeAt > monotonic ? this.#subscribeAt : Infinity,
      this.isSkipping(now) ? this.#settlesAt : Infinity,
    );
  }

  #applySkip(): void {
    if (this.#skip === undefined) return;
    const { head, first } = this.#skip;
    this.#skip = undefined;
    this.growTo(head);
    this.truncate(first);
  }

  #enter(phase: ChannelPhase): void {
    this.#phase = phase;
    if (phase !== 'subscribing') this.#answerBy = Infinity;
  }

  #clear(): void {
    this.#skip = undefined;
    this.lines.clear();
    this.#first = 1;
    this.#head = 0;
    this.#end = undefined;
  }

  #inUse(index: number): boolean {
    for (const view of this.activeViews()) {
      if (view.uses(this, index * SEGMENT_LINES + 1, (index + 1) * SEGMENT_LINES)) return true;
    }
    return false;
  }
}
