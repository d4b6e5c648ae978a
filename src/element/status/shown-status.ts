import { monotonic } from '../../worker/platform/attempt.ts';
import type { LineRun, LogState, LogStatus } from '../../worker/api.ts';
import { CONNECTING, QUIET_AFTER } from './chip.ts';
import { StateDebouncer } from './state-debouncer.ts';

/** How often to check whether the lines on screen have arrived, ms; a committed frame usually says so sooner. */
const RECHECK = 500;

export interface ShownStatusHost {
  /** Whether lines on screen are still on their way; `isUndrawn`: the status is newer than the screen. */
  isAwaitingLines(status: LogStatus, isUndrawn: boolean): boolean;
  /** Shows a status, with the lines that came with it; called once for each update and each change of the state. */
  show(status: LogStatus, runs: readonly LineRun[]): void;
  /** The state changed; it is shown already. */
  stateChanged(previous: LogState): void;
  /** A countdown or the length of a silence changed. */
  tick(): void;
}

/**
 * The status of the log as the element shows it, and the one timer for everything in it that changes by itself.
 *
 * ```
 *   session ── update ──► reported ─┐
 *   viewport ─ committed ───────────┼─► #reevaluate ─► StateDebouncer ─► #enter ─► show, stateChanged
 *   timer ──── tick ────────────────┘         └─► #schedule the next look
 * ```
 */
export class ShownStatus {
  readonly #host: ShownStatusHost;
  #debouncer = new StateDebouncer();
  /** As reported by the session. */
  #reported: LogStatus = CONNECTING;
  #shown: LogStatus = CONNECTING;
  /** When the log last grew; undefined while that is not known. */
  #grewAt: number | undefined;
  /** Whether the reported status is newer than the screen. */
  #isUndrawn = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ShownStatusHost) {
    this.#host = host;
  }

  get status(): LogStatus {
    return this.#shown;
  }

  /** For how long a live log has not grown, ms; 0 while that is not known. */
  get quiet(): number {
    return this.#shown.state === 'live' && this.#grewAt !== undefined ? monotonic() - this.#grewAt : 0;
  }

  /** Applies what the session reports, with the lines that came. */
  update(status: LogStatus, runs: readonly LineRun[]): void {
    const before = this.#reported;
    // A reconnect by itself brings no line: a silence lasts across it.
    const hasGrown = status.head !== before.head || status.part !== before.part || status.epoch !== before.epoch;
    const wasSeen = before.state === 'live' && status.epoch === before.epoch;
    if (hasGrown) this.#grewAt = wasSeen ? monotonic() : undefined;
    this.#grewAt ??= growthBefore(status, runs);
    this.#reported = status;
    this.#isUndrawn = true;
    this.#reevaluate(runs);
  }

  /** The screen is up to date. */
  committed(): void {
    this.#isUndrawn = false;
    if (this.#reported.state !== this.#shown.state) this.#reevaluate();
  }

  /** Forgets the log, because another one is shown. */
  reset(): void {
    const previous = this.#shown.state;
    this.#debouncer = new StateDebouncer();
    this.#reported = this.#shown = CONNECTING;
    this.#grewAt = undefined;
    if (previous !== CONNECTING.state) this.#host.stateChanged(previous);
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Decides what to show now; `runs` are the lines of an update. */
  #reevaluate(runs?: readonly LineRun[]): void {
    const reported = this.#reported;
    const isLoading = reported.state === 'ended' && this.#host.isAwaitingLines(reported, this.#isUndrawn);
    const state = this.#debouncer.next(reported.state, isLoading, monotonic());
    this.#enter(state === reported.state ? reported : { ...reported, state, retryAt: undefined, problem: undefined }, runs);
    this.#schedule();
  }

  #enter(status: LogStatus, runs: readonly LineRun[] | undefined): void {
    const previous = this.#shown.state;
    const isChanged = status.state !== previous;
    this.#shown = status;
    if (isChanged || runs !== undefined) this.#host.show(status, runs ?? []);
    if (isChanged) this.#host.stateChanged(previous);
  }

  #schedule(): void {
    this.stop();
    const wait = Math.min(this.#debouncer.dueAt - monotonic(), this.#timeToChange());
    if (wait === Infinity) return;
    // Slightly late, so that the moment has certainly passed.
    this.#timer = setTimeout(
      () => {
        this.#host.tick();
        this.#reevaluate();
      },
      Math.max(0, wait) + 5,
    );
  }

  /** Time until a countdown or the length of a silence changes, ms. */
  #timeToChange(): number {
    const { state, retryAt } = this.#shown;
    if (state === 'reconnecting' && retryAt !== undefined) {
      const left = retryAt - Date.now();
      return left > 0 ? left % 1_000 : Infinity;
    }
    if (state === 'live') return this.quiet < QUIET_AFTER ? QUIET_AFTER - this.quiet : 1_000 - (this.quiet % 1_000);
    return this.#reported.state === 'ended' && state !== 'ended' ? RECHECK : Infinity;
  }
}

/** When a log grew that was not followed then, going by the time of its newest line; undefined if that is not in `runs`. */
function growthBefore({ part, head }: LogStatus, runs: readonly LineRun[]): number | undefined {
  const newest = part ?? runs.map(({ from, lines }) => lines[head - from]).find((line) => line !== undefined);
  return newest && monotonic() - Math.max(0, Date.now() - newest[0]);
}
