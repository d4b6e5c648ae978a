import { setTimeout as sleep } from 'node:timers/promises';

/** Shortest and longest mean wait, ms. */
const SHORTEST = 200;
const LONGEST = 15_000;

/** Waits between attempts: a random time up to a bound that doubles from 0.2 s to 15 s, so that many do not come back at once. */
export class Backoff {
  #failures = 0;

  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Rejects with the signal's reason when it is aborted meanwhile. */
  async wait(signal?: AbortSignal): Promise<void> {
    const bound = Math.min(LONGEST, SHORTEST * 2 ** this.#failures);
    this.#failures += 1;
    await sleep(bound / 2 + (Math.random() * bound) / 2, undefined, signal === undefined ? {} : { signal });
  }
}
