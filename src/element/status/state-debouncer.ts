import type { LogState } from '../../worker/api.ts';

/** What is over sooner than this is not worth a word, ms: nobody could read it, and a flash of it alarms. */
export const GRACE = { reconnecting: 1_000, 'catching-up': 400 } as const;

/** However the log goes back and forth between such states, it is told after this long, ms. */
export const MAX_GRACE = 1_500;

/** States that may stay for a moment although another one holds. */
const CALM: ReadonlySet<LogState> = new Set<LogState>(['connecting', 'catching-up', 'live']);

/**
 * Which state to show: the log's own, apart from two things. What passes within a moment is not shown, and a log is not
 * called ended while lines on screen are still on their way. Has no clock of its own: `now` is monotonic, in ms.
 */
export class StateDebouncer {
  /** When the state changes even if nothing happens; Infinity: never. */
  dueAt = Infinity;
  #shown: LogState;
  /** What would be shown if it lasts, and since when. */
  #next: LogState | undefined;
  #since = 0;
  /** When what is shown ceased to hold. */
  #left = 0;

  constructor(shown: LogState = 'connecting') {
    this.#shown = shown;
  }

  /** `lacking`: lines on screen are still on their way. */
  next(state: LogState, lacking: boolean, now: number): LogState {
    const target = state === 'ended' && lacking && this.#shown !== 'ended' ? 'catching-up' : state;
    const grace = this.#grace(target);
    if (target === this.#shown || grace === 0) return this.#show(target);
    if (this.#next === undefined) this.#left = now;
    if (this.#next !== target) {
      this.#next = target;
      this.#since = now;
    }
    this.dueAt = Math.min(this.#since + grace, this.#left + MAX_GRACE);
    return now >= this.dueAt ? this.#show(target) : this.#shown;
  }

  #grace(target: LogState): number {
    if (target === 'catching-up') return CALM.has(this.#shown) || this.#shown === 'reconnecting' ? GRACE[target] : 0;
    // A first attempt that fails has nothing to hide.
    return target === 'reconnecting' && CALM.has(this.#shown) && this.#shown !== 'connecting' ? GRACE[target] : 0;
  }

  #show(state: LogState): LogState {
    this.#shown = state;
    this.#next = undefined;
    this.dueAt = Infinity;
    return state;
  }
}
