import { setTimeout as sleep } from 'node:timers/promises';

/** Bounds of the longest possible wait, ms. */
const MIN_DELAY = 200;
const MAX_DELAY = 15_000;

/** Waits between attempts: a random half to whole of a time that doubles from 0.2 s to 15 s, so that clients do not retry in step. */
export class Backoff {
  #failures = 0;

  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Rejects with the signal's reason when it is aborted. */
  async wait(signal?: AbortSignal): Promise<void> {
    const bound = Math.min(MAX_DELAY, MIN_DELAY * 2 ** this.#failures);
    this.#failures += 1;
    await sleep(bound / 2 + (Math.random() * bound) / 2, undefined, signal === undefined ? {} : { signal });
  }
}
