import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Retention } from '../../src/server/store.ts';
import { RedisStore } from '../../src/server/stores/redis/redis-store.ts';
import { hasRedis, RedisServer } from '../server/stores/redis/redis-server.ts';
import { numbered, openServer, type TestServer } from '../support/server.ts';
import { packLines } from '../../src/server/lines/packed-lines.ts';

const PATIENCE = { timeout: 30_000, interval: 10 };

describe.skipIf(!hasRedis)('what another process trims', () => {
  let redis: RedisServer;
  let store: RedisStore;
  /** Keeps everything: that lines go is the doing of the other process alone. */
  let watching: TestServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
    store = await RedisStore.open({ url: redis.url });
    watching = await openServer({ store });
  }, 60_000);
  afterAll(async () => {
    await watching.close();
    await store.close();
    await redis.stop();
  });

  it.each<[by: string, retain: Retention, first: number]>([
    ['lines', { lines: 30 }, 171],
    ['bytes', { bytes: 8 * 50 }, 151],
    ['age', { age: 3_600_000 }, 101],
  ])(
    'by %s is gone for viewers here too, and they are told',
    async (by, retain, first) => {
      const channel = `retained:${by}`;
      const lines = numbered(200);
      const hourAgo = {
        lines: packLines(lines.slice(0, 100).map((text) => [text] as const)),
        time: Date.now() - 7_200_000,
        carryIn: '',
        carryOut: '',
      };
      await store.append(channel, hourAgo);
      await watching.append(channel, lines.slice(100));
      const { epoch } = await store.tail(channel);
      const viewer = await watching.connect();
      viewer.subscribe(watching.sign(channel), `${epoch}-200`);
      expect(await viewer.next('ack')).toMatchObject({ first: 1, st: 'live' });

      // It trims what it finds when it starts, and what grows later.
      const otherStore = await RedisStore.open({ url: redis.url });
      const trimming = await openServer({ store: otherStore, retain });
      try {
        await vi.waitFor(async () => expect((await store.tail(channel)).first).toBe(first), PATIENCE);
        const history = `${watching.url}/topics/${channel}?topic=${encodeURIComponent(watching.sign(channel))}&epoch=${epoch}`;
        const gone = await fetch(`${history}&after=${first - 2}`);
        expect([gone.status, gone.headers.get('log-first')]).toEqual([410, String(first)]);
        const held = await fetch(`${history}&after=${first - 1}&limit=5`);
        expect(((await held.json()) as { lines: unknown[][] }).lines.map(([, text]) => text)).toEqual(lines.slice(first - 1, first + 4));
        // Whoever subscribes is told by what this process has heard; whoever is behind hears that lines are gone.
        await vi.waitFor(async () => {
          viewer.subscribe(watching.sign(channel), `${epoch}-200`);
          expect((await viewer.next('ack')).first).toBe(first);
        }, PATIENCE);
        viewer.subscribe(watching.sign(channel), `${epoch}-50`);
        expect(await viewer.next('ack')).toMatchObject({ first, st: 'truncated', off: { epoch, offset: first - 1 } });
        expect((await viewer.next('msg')).off).toEqual({ epoch, offset: 200 });
        // What is appended goes on behind the same numbers.
        expect((await trimming.append(channel, ['line 201'])).head).toBe(201);
        expect((await viewer.next('msg')).off).toEqual({ epoch, offset: 201 });
      } finally {
        await trimming.close();
        await otherStore.close();
      }
    },
    60_000,
  );
});
