import type { LogState } from '../../worker/api.ts';

/** States shorter than this (ms) are not shown: a flash only alarms. */
export const GRACE = { reconnecting: 1_000, 'catching-up': 400 } as const;

/** However often the log changes between such states, the change is shown after this long, ms. */
export const MAX_GRACE = 1_500;

/** States that may stay on screen for a moment after they ceased to hold. */
const LINGERING: ReadonlySet<LogState> = new Set<LogState>(['connecting', 'catching-up', 'live']);

/**
 * Decides which state to show. It is the log's own, with two exceptions: a state that passes within a moment is not shown,
 * and a log is not called ended while lines on screen are still loading. Has no clock of its own: `now` is monotonic, in ms.
 *
 * ```
 *              another state, which has a grace
 *   SETTLED ─────────────────────────────────────► PENDING ─┐ yet another: its grace begins,
 *      ▲                                              │  ▲  │ the longest grace runs on
 *      └── the grace is over; or the next state ──────┘  └──┘
 *          has none, or is the one shown
 * ```
 */
export class StateDebouncer {
  #shown: LogState;
  /** The state that is shown next, if it lasts; undefined while settled. */
  #pending: LogState | undefined;
  #pendingSince = 0;
  /** When the shown state ceased to hold. */
  #staleSince = 0;
  #dueAt = Infinity;

  constructor(shown: LogState = 'connecting') {
    this.#shown = shown;
  }

  /** When the shown state changes without any further event; Infinity while settled. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The state to show, given the log's own. `isLoading`: lines on screen are still on their way. */
  next(state: LogState, isLoading: boolean, now: number): LogState {
    const target = state === 'ended' && isLoading && this.#shown !== 'ended' ? 'catching-up' : state;
    const grace = this.#graceOf(target);
    if (target === this.#shown || grace === 0) return this.#settle(target);
    this.#await(target, grace, now);
    return now >= this.#dueAt ? this.#settle(target) : this.#shown;
  }

  #graceOf(target: LogState): number {
    if (target === 'catching-up') return LINGERING.has(this.#shown) || this.#shown === 'reconnecting' ? GRACE[target] : 0;
    // A first attempt that fails has nothing to hide.
    return target === 'reconnecting' && LINGERING.has(this.#shown) && this.#shown !== 'connecting' ? GRACE[target] : 0;
  }

  #await(target: LogState, grace: number, now: number): void {
    if (this.#pending === undefined) this.#staleSince = now;
    if (this.#pending !== target) this.#pendingSince = now;
    this.#pending = target;
    this.#dueAt = Math.min(this.#pendingSince + grace, this.#staleSince + MAX_GRACE);
  }

  #settle(state: LogState): LogState {
    this.#shown = state;
    this.#pending = undefined;
    this.#dueAt = Infinity;
    return state;
  }
}
