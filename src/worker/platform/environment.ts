import { attempt, monotonic } from './attempt.ts';
import { platformLocks } from './web-lock.ts';

/** What a session runner needs from the platform; tests supply their own. */
export interface Environment {
  /** Undefined where there is none. */
  readonly WebSocket: typeof WebSocket | undefined;
  readonly fetch: typeof fetch;
  /** Undefined in insecure contexts. */
  readonly locks: LockManager | undefined;
  /** Monotonic, ms. */
  now(): number;
  /** Unix ms. */
  wall(): number;
  random(): number;
  /** Calls back once, after at least `delay` ms; the returned function cancels that. */
  after(delay: number, callback: () => void): () => void;
}

/** Longer timers fire at once in browsers. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The platform this runs on, read on every use: any part of it may be missing or throw. */
export const PLATFORM: Environment = {
  get WebSocket() {
    return attempt(() => WebSocket);
  },
  // Async, so that it rejects where fetch itself throws.
  fetch: async (input, init) => fetch(input, init),
  get locks() {
    return platformLocks();
  },
  now: monotonic,
  wall: () => Date.now(),
  random: () => Math.random(),
  after(delay, callback) {
    const timer = setTimeout(callback, Math.min(LONGEST_TIMER, Math.max(0, Math.ceil(delay))));
    return () => clearTimeout(timer);
  },
};
