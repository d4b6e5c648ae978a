/** What the shells need of the platform; tests bring their own. */
export interface Environment {
  readonly WebSocket: typeof WebSocket;
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

/** The platform this runs on, looked at when it is used. */
export const PLATFORM: Environment = {
  get WebSocket() {
    return WebSocket;
  },
  fetch: (input, init) => fetch(input, init),
  get locks() {
    return typeof navigator === 'undefined' ? undefined : (navigator as { readonly locks?: LockManager }).locks;
  },
  now: () => performance.now(),
  wall: () => Date.now(),
  random: () => Math.random(),
  after(delay, callback) {
    const timer = setTimeout(callback, Math.min(LONGEST_TIMER, Math.max(0, Math.ceil(delay))));
    return () => clearTimeout(timer);
  },
};
