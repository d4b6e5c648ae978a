import { attempt } from './attempt.ts';

/** How long a lock of a fresh name may take, ms: nobody else holds it, so that one which takes longer never comes. */
const LOCK_TIMEOUT = 1_000;

/** A Web Lock that is held: whoever asks for it gets it when the holder lets go, or is gone. */
export interface Lock {
  readonly name: string;
  release(): void;
}

/** The Web Locks of the platform; undefined in insecure contexts, and where they are broken. */
export function platformLocks(): LockManager | undefined {
  return attempt(() => (navigator as { readonly locks?: LockManager }).locks);
}

/**
 * Holds a Web Lock of a fresh name: that it is let go of is the only word of the death of a tab, or a worker, that
 * browsers give. Undefined where there are none, they throw or do not answer, and when `signal` takes the request back.
 */
export async function holdLock(locks: LockManager | undefined, signal?: AbortSignal): Promise<Lock | undefined> {
  if (locks === undefined) return undefined;
  const name = `log-stream:${freshName()}`;
  return new Promise((resolve) => {
    let over = false;
    const none = (): void => {
      over = true;
      clearTimeout(timer);
      resolve(undefined);
    };
    const timer = setTimeout(none, LOCK_TIMEOUT);
    const held = new Promise<void>((release) => {
      requestLock(locks, name, signal === undefined ? {} : { signal }, () => {
        if (over) return undefined;
        clearTimeout(timer);
        resolve({ name, release });
        return held;
      }).catch(none);
    });
  });
}

/** Asks for a lock. Rejects, rather than throws, where that is not possible. */
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
