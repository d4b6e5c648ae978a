import { attempt } from './attempt.ts';

/** Longest time to acquire a free lock, ms: one that takes longer never arrives. */
export const LOCK_TIMEOUT = 1_000;

/** A Web Lock that is held: others acquire it when the holder releases it, or is gone. */
export interface Lock {
  readonly name: string;
  release(): void;
}

/** The Web Locks of the platform; undefined in insecure contexts, and where they are broken. */
export function platformLocks(): LockManager | undefined {
  return attempt(() => (navigator as { readonly locks?: LockManager }).locks);
}

/**
 * Holds a Web Lock with a fresh name: its release is the only sign of the death of a tab, or a worker, that browsers give.
 * Undefined where there are no locks, they throw or do not answer, and when `signal` aborts the request.
 */
export async function holdLock(locks: LockManager | undefined, signal?: AbortSignal): Promise<Lock | undefined> {
  if (locks === undefined) return undefined;
  const name = `log-stream:${freshName()}`;
  const release = await acquire(locks, name, signal === undefined ? {} : { signal }, LOCK_TIMEOUT);
  return release === undefined ? undefined : { name, release };
}

/**
 * Acquires a lock; resolves to a function that releases it. Undefined if it is not available, the request is aborted or
 * takes longer than `timeout` ms, or locks do not work.
 */
export function acquire(locks: LockManager, name: string, options: LockOptions, timeout?: number): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    let settled = false;
    const none = (): void => {
      settled = true;
      clearTimeout(timer);
      resolve(undefined);
    };
    const timer = timeout === undefined ? undefined : setTimeout(none, timeout);
    const held = new Promise<void>((release) => {
      requestLock(locks, name, options, (lock) => {
        if (settled || lock === null) {
          none();
          return undefined;
        }
        clearTimeout(timer);
        resolve(release);
        return held;
      }).catch(none);
    });
  });
}

/** Requests a lock. Rejects, rather than throws, where that is not possible. */
export async function requestLock(
  locks: LockManager,
  name: string,
  options: LockOptions,
  granted: (lock: globalThis.Lock | null) => unknown,
): Promise<void> {
  await locks.request(name, options, granted);
}

function freshName(): string {
  return attempt(() => crypto.randomUUID()) ?? `${Date.now()}-${Math.random()}`;
}
