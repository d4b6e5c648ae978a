import { attempt, monotonic } from './attempt.ts';
import { platformLocks } from './web-lock.ts';

/** What the shells need of the platform; tests bring their own. */
export interface Environment {
  /** Undefined where there are none. */
  readonly WebSocket: typeof WebSocket | undefined;
  readonly fetch: typeof fetch;
  /** Undefined in insecure contexts. */
  readonly locks: LockManager | undefined;
  /** Monotonic, ms. */
  now(): number;
  /** Unix ms. */
  wall(): number;
  random(): number;
  /** Calls back once, after at least `delay` ms, unless the returned function is called before. */
  after(delay: number, callback: () => void): () => void;
}

/** Longer timers fire at once in browsers. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The platform this runs on, looked at when it is used: any part of it may be missing or throw. */
export const PLATFORM: Environment = {
  get WebSocket() {
    return attempt(() => WebSocket);
  },
  // Rejects where fetch itself throws.
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
