/** A Web Lock that is held: whoever asks for it gets it when the holder lets go, or is gone. */
export interface Lock {
  readonly name: string;
  release(): void;
}

/**
 * Holds a Web Lock of a fresh name: that it is let go of is the only word of the death of a tab, or a worker, that
 * browsers give. Undefined in insecure contexts, where there are none, and when `signal` takes the request back.
 */
export async function holdLock(locks: LockManager | undefined, signal?: AbortSignal): Promise<Lock | undefined> {
  if (locks === undefined) return undefined;
  const name = `log-stream:${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const held = new Promise<void>((release) => {
      locks
        .request(name, signal === undefined ? {} : { signal }, () => {
          resolve({ name, release });
          return held;
        })
        .catch(() => resolve(undefined));
    });
  });
}
