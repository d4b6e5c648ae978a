import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../server/util/backoff.ts';

const BACKOFF = { first: 200, longest: 15_000, jitter: 0.5 } as const;

/** Waits between attempts: a random half to whole of a time that doubles from 0.2 s to 15 s. */
export class Retry {
  #failures = 0;

  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Rejects with the signal's reason when it is aborted. A wait that does not keep the process alive may never end. */
  async wait(signal?: AbortSignal, keepsAlive = true): Promise<void> {
    const delay = backoff(this.#failures, BACKOFF);
    this.#failures += 1;
    await sleep(delay, undefined, { ref: keepsAlive, ...(signal !== undefined && { signal }) });
  }
}
