import { LIMITS } from '../../../protocol/limits.ts';
import { NOWHERE, type Position } from '../../../protocol/position.ts';
import type { PollResult } from '../events.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { backoff, TIMING, type Now } from '../timing.ts';

export const POLLING = {
  /** Interval between polls of a channel that is not streamed, ms. */
  every: 5_000,
} as const;

type PolledLog = Extract<PollResult, { readonly kind: 'log' }>;

/** The stream of one channel. */
interface Stream {
  readonly id: number;
  readonly since: number;
  /** It counts as dead if nothing arrives until then. */
  by: number;
  /** Something arrived: no proxy holds it back. */
  heard: boolean;
}

/**
 * How one channel is followed over HTTP: polled at intervals, and streamed where there is room for it.
 *
 * ```text
 *               polled once, near the head         something arrives
 *     polled ─────────────────────────────▶ opening ────────────────▶ streamed (not polled)
 *       ▲ ▲                                    │                         │
 *       │ └── no connection free, or dead ─────┘                         │
 *       └──── stopped to make room, hidden, ended or dead: poll at once ─┘
 * ```
 */
export class ChannelPoller {
  readonly subscription: Subscription;
  #stream: Stream | undefined;
  #polledAt = -Infinity;
  #pollAt = -Infinity;
  #answeredAt = -Infinity;
  #streamAt = -Infinity;

  constructor(subscription: Subscription) {
    this.subscription = subscription;
  }

  get stream(): Readonly<Stream> | undefined {
    return this.#stream;
  }

  /** A visible tab has it open. */
  get isVisible(): boolean {
    for (const { visible } of this.subscription.state.handles.values()) if (visible) return true;
    return false;
  }

  /** The server answered, and there may be more to come. */
  get isFollowed(): boolean {
    const { phase, end } = this.subscription.state;
    return phase === 'acked' && end === undefined;
  }

  /** When it is due to be polled. */
  get pollAt(): number {
    const { state, tokenRefresh } = this.subscription;
    if (this.isFollowed) return this.#pollAt;
    return state.phase === 'idle' && !tokenRefresh.isRefused ? Math.max(state.subscribeAt, this.#pollAt) : Infinity;
  }

  /** When it may be streamed. */
  get streamAt(): number {
    return this.isFollowed && this.isVisible && this.#stream === undefined ? this.#streamAt : Infinity;
  }

  /** Whether a stream would begin near the head. If not, it is polled first: a stream brings every line on the way. */
  canStream({ monotonic }: Now): boolean {
    if (monotonic - this.#answeredAt <= POLLING.every) return true;
    this.pollSoon(monotonic);
    return false;
  }

  /** Polls at `at`, but no sooner than two polls may follow each other. */
  pollSoon(at: number): void {
    this.#pollAt = Math.min(this.#pollAt, Math.max(at, this.#polledAt + TIMING.apart));
  }

  polling({ monotonic }: Now): void {
    this.#polledAt = monotonic;
  }

  streaming(id: number, longestSilence: number, { monotonic }: Now): void {
    this.#stream = { id, since: monotonic, by: monotonic + longestSilence, heard: false };
  }

  /** Something arrived on the stream: no need to poll. */
  heard(longestSilence: number, { monotonic }: Now): void {
    if (this.#stream === undefined) return;
    this.#stream.heard = true;
    this.#stream.by = monotonic + longestSilence;
    this.#pollAt = Infinity;
  }

  /** The stream ended. What it had yet to bring is polled; with jitter, since many may end at the same time. */
  streamEnded({ monotonic, random }: Now): void {
    if (this.#stream?.heard === true) {
      this.#answeredAt = -Infinity;
      this.pollSoon(monotonic + backoff(0, random));
    }
    this.#stream = undefined;
  }

  /** The stream was stopped to make room for another one. */
  streamStopped(now: Now): void {
    this.noConnectionFree(now);
    this.pollSoon(now.monotonic);
  }

  /** There is no connection for a stream: it is polled as before. */
  noConnectionFree({ monotonic }: Now): void {
    this.#stream = undefined;
    this.#streamAt = monotonic + POLLING.every;
  }

  /** A poll failed; the next one follows at `retryAt`. */
  failed(retryAt: number): void {
    this.#pollAt = retryAt;
  }

  /** A poll was answered, whatever the answer says. */
  answered({ monotonic }: Now): void {
    this.#answeredAt = monotonic;
    this.#pollAt = this.#stream?.heard === true ? Infinity : monotonic + POLLING.every;
  }

  /** Applies the answer to a poll from `position`. Returns the history requests to cancel. */
  apply(log: PolledLog, position: Position | undefined, now: Now): number[] {
    const { state } = this.subscription;
    const { head } = state;
    const cancelled = this.#update(log, position, now);
    // The stream should have brought new lines: it has little time to show that it is alive.
    if (this.#stream !== undefined && state.head > head) this.#stream.by = Math.min(this.#stream.by, now.monotonic + TIMING.probe);
    return cancelled;
  }

  #update({ epoch, first, head, end, lines }: PolledLog, position: Position | undefined, now: Now): number[] {
    const { subscription } = this;
    const { state, channel } = subscription;
    const isOther = state.epoch !== '' && state.epoch !== epoch;
    const reset = isOther || (position !== undefined && position.offset > head);
    const off = epoch === '' ? NOWHERE : { epoch, offset: head };
    if (this.isFollowed && !reset && end === undefined && state.epoch === epoch && head <= state.head) {
      state.truncate(first);
      return [];
    }
    state.subscribe(now, undefined);
    const cancelled = subscription.acked({ e: 'ack', ch: channel, off, first, st: reset ? 'reset' : 'live' }, undefined, now);
    const after = position?.offset ?? 0;
    if (after + lines.length <= LIMITS.lines) state.lines.insert(after + 1, lines);
    if (end !== undefined) subscription.receive({ e: 'end', ch: channel, off, code: end }, now);
    return cancelled;
  }
}
