/** Items that are begun before everybody else has a turn of the event loop: work on what is in memory never waits by itself. */
const SLICE = 64;

/** Calls `work` for every item, at most `limit` at a time. `work` must not reject. However many there are, others have turns in between. */
export async function forEachLimited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let begun = 0;
  for await (const item of items) {
    const task: Promise<void> = work(item).finally(() => running.delete(task));
    running.add(task);
    begun += 1;
    if (running.size >= limit) await Promise.race(running);
    if (begun % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(running);
}
