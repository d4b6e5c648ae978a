import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TurnLimiter } from '../../../src/server/ws/turn-limiter.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { startServer } from '../../support/server.ts';

describe('Pace', () => {
  it('lets so many through in a turn, and the others in later ones, in their order', async () => {
    const pace = new TurnLimiter(3);
    const passed: number[] = [];
    for (let at = 0; at < 8; at += 1) void pace.pass().then(() => passed.push(at));
    await Promise.resolve();
    expect(passed).toEqual([0, 1, 2]);
    const counts: number[] = [];
    while (passed.length < 8) {
      await turn();
      counts.push(passed.length);
    }
    expect(passed).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const [at, count] of counts.entries()) expect(count - (counts[at - 1] ?? 3)).toBeLessThanOrEqual(3);
  });

  it('lets callers pass at once when no others wait', async () => {
    const pace = new TurnLimiter(1);
    await pace.pass();
    await pace.pass();
    await turn();
    await turn();
    let isThrough = false;
    void pace.pass().then(() => (isThrough = true));
    await Promise.resolve();
    expect(isThrough).toBe(true);
  });
});

describe('a socket that asks for a thousand topics at once', () => {
  it('leaves the server turns for others in between, and is answered for each of them', async () => {
    let asked = 0;
    class CountingStore extends MemoryStore {
      override tail(...args: Parameters<MemoryStore['tail']>): ReturnType<MemoryStore['tail']> {
        asked += 1;
        return super.tail(...args);
      }
    }
    const { connect, sign } = await startServer({ store: new CountingStore() });
    const viewer = await connect();
    let most = 0;
    let isOver = false;
    const watch = async (): Promise<void> => {
      for (let before = asked; !isOver; before = asked) {
        await turn();
        most = Math.max(most, asked - before);
      }
    };
    const watching = watch();
    viewer.subscribeAll(new Map(Array.from({ length: 1_000 }, (_, at) => [sign(`run:${at}`), ''])));
    await expect.poll(() => viewer.all('ack').length).toBe(1_000);
    isOver = true;
    await watching;
    expect(asked).toBe(1_000);
    // Those of one turn, and those that the turn's end let go on.
    expect(most).toBeLessThanOrEqual(200);
    expect(new Set(viewer.all('ack').map(({ ch }) => ch)).size).toBe(1_000);
  });
});
