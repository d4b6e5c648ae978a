import { monotonic } from '../../worker/platform/attempt.ts';
import type { LogState, LogStatus } from '../../worker/api.ts';
import { CONNECTING, QUIET_AFTER } from './chip.ts';
import { StateDebouncer } from './state-debouncer.ts';

/** How often it is looked again whether the lines on screen came, ms; mostly it is known sooner. */
const REVIEW = 500;

export interface ShownStatusHost {
  /** Whether lines on screen are still on their way; `fresh`: the status is newer than what is on screen. */
  awaitsLines(status: LogStatus, fresh: boolean): boolean;
  /** The state is another one. */
  stateChanged(previous: LogState): void;
  /** What is shown changed by time alone: a countdown, the length of a silence. */
  tick(): void;
}

/** What the element says of its log, and the clock of everything in it that goes on by itself. */
export class ShownStatus {
  readonly #host: ShownStatusHost;
  #steady = new StateDebouncer();
  /** As the session tells it. */
  #told: LogStatus = CONNECTING;
  #status: LogStatus = CONNECTING;
  /** When the log last grew, or was first known to be live. */
  #grewAt: number | undefined;
  /** The status is newer than what is on screen. */
  #fresh = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ShownStatusHost) {
    this.#host = host;
  }

  /** The status as it is shown. */
  get status(): LogStatus {
    return this.#status;
  }

  /** For how long a live log has not grown, ms. */
  get quiet(): number {
    return this.#status.state === 'live' && this.#grewAt !== undefined ? monotonic() - this.#grewAt : 0;
  }

  update(status: LogStatus): void {
    const before = this.#told;
    // A connection that comes back brings no line by that: a silence goes on across it.
    const news = status.head !== before.head || status.part !== before.part || status.epoch !== before.epoch;
    if (news) this.#grewAt = monotonic();
    else if (status.state === 'live') this.#grewAt ??= monotonic();
    this.#told = status;
    this.#fresh = true;
    this.reevaluate();
  }

  /** What is on screen is up to date. */
  committed(): void {
    this.#fresh = false;
    if (this.#told.state !== this.#status.state) this.reevaluate();
  }

  /** Looks again at what may have changed since: lines came on screen, or time passed. */
  reevaluate(): void {
    const told = this.#told;
    const before = this.#status;
    const state = this.#steady.next(told.state, told.state === 'ended' && this.#host.awaitsLines(told, this.#fresh), monotonic());
    this.#status = state === told.state ? told : { ...told, state, retryAt: undefined, problem: undefined };
    if (state !== before.state) this.#host.stateChanged(before.state);
    this.#arm();
  }

  /** Another log: nothing is known of it. */
  reset(): void {
    const previous = this.#status.state;
    this.#steady = new StateDebouncer();
    this.#told = this.#status = CONNECTING;
    this.#grewAt = undefined;
    if (previous !== CONNECTING.state) this.#host.stateChanged(previous);
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    this.stop();
    const wait = Math.min(this.#steady.dueAt - monotonic(), this.#until());
    if (wait === Infinity) return;
    // A little late rather than early: then what it is for has happened.
    this.#timer = setTimeout(
      () => {
        this.#host.tick();
        this.reevaluate();
      },
      Math.max(0, wait) + 5,
    );
  }

  /** Time to the next change of a figure that goes on by itself, ms. */
  #until(): number {
    const { state, retryAt } = this.#status;
    if (state === 'reconnecting' && retryAt !== undefined) {
      const left = retryAt - Date.now();
      return left > 0 ? left % 1_000 : Infinity;
    }
    if (state === 'live') return this.quiet < QUIET_AFTER ? QUIET_AFTER - this.quiet : 1_000 - (this.quiet % 1_000);
    return this.#told.state === 'ended' && state !== 'ended' ? REVIEW : Infinity;
  }
}
