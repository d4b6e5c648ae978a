import * as redis from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { dialSentinels, dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { NodePool } from '../../../../src/server/stores/redis/node-pool.ts';
import { Sentinels } from '../../../../src/server/stores/redis/sentinels.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis } from './redis-server.ts';
import { GROUP, SENTINEL_PASSWORD, SentinelGroup } from './redis-sentinels.ts';

/** ms, longer than any test may take. */
const FOREVER = 600_000;

describe.skipIf(!hasRedis)('Sentinels, some of which hang', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await SentinelGroup.start();
  }, 90_000);
  afterAll(() => group.stop());

  /** Sentinels behind proxies, with the master found. */
  async function start(timeout: number) {
    const proxies = await Promise.all(group.sentinels.map(({ port }) => TcpProxy.listen(() => port)));
    const { master } = await group.roles();
    const nodes = new NodePool(dialServers(redis, parseAddress(master.url), undefined), { reconnects: false });
    const dial = dialSentinels(redis, { username: undefined, password: SENTINEL_PASSWORD }, undefined);
    const names = proxies.map(({ port }) => `127.0.0.1:${port}`);
    const sentinels = new Sentinels(nodes, dial, names, GROUP, timeout);
    onTestFinished(async () => {
      for (const proxy of proxies) proxy.calm();
      await Promise.all([sentinels.close(), nodes.close()]);
      await Promise.all(proxies.map((proxy) => proxy.close()));
    });
    expect(await sentinels.refresh()).toBe(true);
    const owner = `127.0.0.1:${master.port}`;
    expect(sentinels.ownerOf()).toBe(owner);
    return { proxies, sentinels, nodes, master, owner };
  }

  test.each([0, 1, 2])('are not waited for when the others agree (%i)', async (index) => {
    const { proxies, sentinels, owner } = await start(FOREVER);
    proxies[index]?.stall(true);
    for (let round = 1; round <= 3; round += 1) expect(await sentinels.refresh()).toBe(false);
    expect(sentinels.ownerOf()).toBe(owner);
    // It is still the first connection, which would time out after 8 s of silence.
    expect(proxies[index]?.connections).toBe(1);
  });

  test('are waited for until the timeout when only one of three answers', async () => {
    const { proxies, sentinels, owner } = await start(500);
    for (const proxy of proxies.slice(1)) proxy.stall(true);
    expect(await sentinels.refresh()).toBe(false);
    expect(sentinels.ownerOf()).toBe(owner);
  });

  test('are asked again while the master hangs, before a connection to it times out', async () => {
    const { sentinels, nodes, master, owner } = await start(500);
    nodes.keepOnly(new Set());
    expect(sentinels.ownerOf()).toBeUndefined();
    master.suspend();
    onTestFinished(() => master.resume());
    let hasTimedOut = false;
    void Promise.resolve(nodes.get(owner)).catch(() => {
      hasTimedOut = true;
    });
    for (let round = 1; round <= 2; round += 1) await expect(sentinels.refresh()).rejects.toThrow(`The master ${owner} does not answer`);
    expect(hasTimedOut).toBe(false);
    master.resume();
    await vi.waitFor(() => sentinels.refresh(), { timeout: 30_000 });
    expect(sentinels.ownerOf()).toBe(owner);
  }, 60_000);
});
