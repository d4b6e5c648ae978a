/** Items started in one turn of the event loop: work on data in memory would otherwise never yield. */
const ITEMS_PER_TURN = 64;

/**
 * Calls `work` for every item, at most `limit` at a time, without blocking the event loop. `work` must not reject. When `items`
 * do, so does the result, once the work for those before is done.
 */
export async function forEachLimited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let started = 0;
  try {
    for await (const item of items) {
      const task: Promise<void> = work(item).finally(() => running.delete(task));
      running.add(task);
      started += 1;
      if (running.size >= limit) await Promise.race(running);
      if (started % ITEMS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await Promise.all(running);
  }
}
