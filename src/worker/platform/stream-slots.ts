import { acquire, LOCK_TIMEOUT, platformLocks } from './web-lock.ts';

/** Most long-lived connections of an origin: over HTTP/1.1 browsers allow six to a host, for all tabs together. */
export const SLOTS = { all: 4, streams: 3 } as const;

/** The right to use one of these connections. */
export interface StreamSlot {
  release(): void;
}

/** Hands out slots for streams; resolves to undefined if none is free. */
export interface StreamSlots {
  acquire(): Promise<StreamSlot | undefined>;
}

/** Slots of a single session host: the SharedWorker, where there are no Web Locks. */
export class LocalSlots implements StreamSlots {
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  acquire(): Promise<StreamSlot | undefined> {
    if (this.#free === 0) return Promise.resolve(undefined);
    this.#free -= 1;
    let held = true;
    return Promise.resolve({
      release: () => {
        if (held) this.#free += 1;
        held = false;
      },
    });
  }
}

/** Slots that all tabs and workers of an origin share, as Web Locks: the browser releases those of a tab that is gone. */
export class LockSlots implements StreamSlots {
  readonly #locks: LockManager;

  constructor(locks: LockManager) {
    this.#locks = locks;
  }

  async acquire(): Promise<StreamSlot | undefined> {
    for (let number = 1; number <= SLOTS.streams; number += 1) {
      const slot = await hold(this.#locks, number, { ifAvailable: true }, LOCK_TIMEOUT);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }
}

/** The slots of the platform; `shared`: this host serves all tabs of the origin. Without Web Locks a single page has none. */
export function platformSlots(shared: boolean): StreamSlots {
  const locks = platformLocks();
  if (locks !== undefined) return new LockSlots(locks);
  return new LocalSlots(shared ? SLOTS.streams : 0);
}

/** Without Web Locks, the downloads of a page run one after another. */
let turn: Promise<unknown> = Promise.resolve();

/** Acquires a slot for a download: any that is free, otherwise the next that is released. Calls `waiting` if none is free. */
export async function downloadSlot(signal: AbortSignal, waiting: () => void): Promise<StreamSlot> {
  signal.throwIfAborted();
  const locks = platformLocks();
  if (locks === undefined) return ownTurn(signal, waiting);
  for (let number = SLOTS.all; number >= 1; number -= 1) {
    const slot = await hold(locks, number, { ifAvailable: true }, LOCK_TIMEOUT);
    if (slot !== undefined) return slot;
  }
  signal.throwIfAborted();
  waiting();
  const acquired = new AbortController();
  const stop = (): void => acquired.abort();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const asked = Array.from({ length: SLOTS.all }, (_, index) => hold(locks, index + 1, { signal: acquired.signal }));
    const first = await Promise.race(asked);
    for (const other of asked) void other.then((slot) => (slot === first ? undefined : slot?.release()));
    signal.throwIfAborted();
    // Broken locks must not prevent a download.
    return first ?? { release: () => undefined };
  } finally {
    acquired.abort();
    signal.removeEventListener('abort', stop);
  }
}

async function ownTurn(signal: AbortSignal, waiting: () => void): Promise<StreamSlot> {
  const before = turn;
  let release: () => void = () => undefined;
  turn = new Promise<void>((resolve) => {
    release = resolve;
  });
  let mine = false;
  const come = before.then(() => {
    mine = true;
  });
  await Promise.resolve();
  if (!mine) waiting();
  const left = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    if (signal.aborted) reject(signal.reason as Error);
  });
  try {
    await Promise.race([come, left]);
  } catch (error) {
    // Later ones wait for the one before this, then.
    void come.then(release);
    throw error;
  }
  return { release };
}

/** Holds the lock of a slot. Undefined if it is not free, the request is aborted, or locks do not work. */
async function hold(locks: LockManager, number: number, options: LockOptions, timeout?: number): Promise<StreamSlot | undefined> {
  const release = await acquire(locks, `log-stream:connection:${number}`, options, timeout);
  return release === undefined ? undefined : { release };
}
