import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forEachLimited } from '../../../src/server/util/concurrency.ts';

describe('forEachLimited', () => {
  it('does all of the work, never more at a time than it may', async () => {
    let [running, most, done] = [0, 0, 0];
    await forEachLimited(Array.from({ length: 500 }).keys(), 7, async () => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      done += 1;
    });
    expect([most, done]).toEqual([7, 500]);
  });

  it('leaves others turns of the event loop, also where the work is done at once', async () => {
    let done = 0;
    const all = forEachLimited(Array.from({ length: 20_000 }).keys(), 16, async () => {
      await Promise.resolve();
      done += 1;
    });
    let most = 0;
    while (done < 20_000) {
      const before = done;
      await turn();
      most = Math.max(most, done - before);
    }
    await all;
    expect(most).toBeLessThan(200);
  });

  it('finishes the work it began before it rejects, when the items do', async () => {
    const done: number[] = [];
    async function* items(): AsyncGenerator<number> {
      yield* [1, 2, 3];
      throw new Error('no more');
    }
    const all = forEachLimited(items(), 7, async (item) => {
      await turn();
      done.push(item);
    });
    await expect(all).rejects.toThrow('no more');
    expect(done).toEqual([1, 2, 3]);
  });
});
