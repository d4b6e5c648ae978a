import { setTimeout as pause } from 'node:timers/promises';

export { pause };

/** Looks again and again until it holds, an exception counting as not yet; rejects with what was the matter after `patience` ms. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  let reason: unknown;
  do {
    try {
      if (await holds()) return;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
    await pause(50);
  } while (performance.now() < deadline);
  throw new Error(`It did not come to this within ${patience / 1_000} s: ${what}.`, { cause: reason });
}
