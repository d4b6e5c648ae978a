import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisStore } from '../../src/server/stores/redis/redis-store.ts';
import { hasRedis, RedisServer } from '../server/stores/redis/redis-server.ts';
import { openServer, type TestServer } from '../support/server.ts';
import type { WireClient } from '../support/wire-client.ts';

const PATIENCE = { timeout: 30_000, interval: 10 };

/** Commands that have nothing to do with lines: what connections need, and what this test asks. */
const BESIDES = /^(?:hello|client|info|ping|select|auth|config|pubsub|command|cluster)/;

describe.skipIf(!hasRedis)('what viewers cost Redis', () => {
  let redis: RedisServer;
  let admin: ReturnType<typeof createClient>;
  let servers: TestServer[];
  let stores: RedisStore[];
  beforeAll(async () => {
    redis = await RedisServer.start();
    admin = createClient({ url: redis.url });
    await admin.connect();
    stores = await Promise.all([1, 2, 3].map(() => RedisStore.open({ url: redis.url })));
    servers = await Promise.all(stores.map((store) => openServer({ store })));
    // Redis knows the scripts from here on.
    await servers[0]?.append('before', ['x']);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await Promise.all(stores.map((store) => store.close()));
    admin.destroy();
    await redis.stop();
  });

  /** How often each command was run while `batches` were appended and `count` viewers, spread over the processes, got all of it. */
  async function commandsWith(count: number, batches: readonly (readonly string[])[]): Promise<Map<string, number>> {
    const channel = `watched:${count}:${batches.length}`;
    const viewers: WireClient[] = [];
    for (let index = 0; index < count; index += 1) {
      const server = servers[index % servers.length] ?? servers[0];
      if (server === undefined) throw new Error('There is no server.');
      const viewer = await server.connect();
      viewer.subscribe(server.sign(channel), 0);
      await viewer.next('ack');
      viewers.push(viewer);
    }
    // Subscribed for good: what is told from now on arrives.
    const news = `log-stream:{${channel}}:n`;
    const watching = Math.min(count, servers.length);
    await vi.waitFor(async () => expect(await admin.pubSubShardNumSub([news])).toEqual({ [news]: watching }), PATIENCE);
    await vi.waitFor(async () => {
      const before = await commandStats();
      await new Promise((resolve) => setImmediate(resolve));
      expect(await commandStats()).toEqual(before);
    }, PATIENCE);

    const before = await commandStats();
    let head = 0;
    for (const lines of batches) {
      head += lines.length;
      await servers[0]?.append(channel, lines);
      await vi.waitFor(() => {
        for (const viewer of viewers) {
          expect(Math.max(0, ...viewer.received.map((frame) => (frame.e === 'msg' || frame.e === 'ack' ? frame.off.offset : 0)))).toBe(
            head,
          );
        }
      }, PATIENCE);
    }
    const after = await commandStats();
    for (const viewer of viewers) viewer.socket.terminate();
    const counts = [...after].map(([name, calls]): [string, number] => [name, calls - (before.get(name) ?? 0)]);
    return new Map(counts.filter(([, calls]) => calls > 0));
  }

  async function commandStats(): Promise<Map<string, number>> {
    const stats = new Map<string, number>();
    for (const [, name = '', calls] of (await admin.info('commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
      if (!BESIDES.test(name)) stats.set(name, Number(calls));
    }
    return stats;
  }

  it('is the same for 3 and for 100 of them on three processes, where lines travel with the news', async () => {
    const batches = Array.from({ length: 20 }, (_, index) => [`line ${index}`]);
    const few = await commandsWith(3, batches);
    expect(few.get('evalsha')).toBe(20);
    expect(few.get('xadd')).toBe(20);
    // Nobody has to read what was told already.
    expect(few.has('xrange')).toBe(false);
    expect(await commandsWith(100, batches)).toEqual(few);
  }, 60_000);

  it('grows with processes and not with viewers, where lines are too large to travel', async () => {
    const batches = Array.from({ length: 5 }, (_, index) => [`line ${index} ${'x'.repeat(50_000)}`]);
    const few = await commandsWith(3, batches);
    const many = await commandsWith(100, batches);
    // Each append, and one read for it in each process; one that comes in the middle of another may take one more.
    expect(few.get('evalsha')).toBeGreaterThanOrEqual(5 + 15);
    for (const commands of [few, many]) expect(commands.get('evalsha')).toBeLessThanOrEqual(5 + 2 * 15);
  }, 60_000);
});
