import * as redis from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { dialSentinels, dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { Nodes } from '../../../../src/server/stores/redis/nodes.ts';
import { Sentinels } from '../../../../src/server/stores/redis/sentinels.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis } from './redis-server.ts';
import { GROUP, SENTINEL_PASSWORD, SentinelGroup } from './redis-sentinels.ts';

/** ms; longer than any test may take. */
const FOREVER = 600_000;

describe.skipIf(!hasRedis)('Sentinels of which some hang', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await SentinelGroup.start();
  }, 90_000);
  afterAll(() => group.stop());

  /** Knows the master, and has a network to each Sentinel. */
  async function start(patience: number) {
    const proxies = await Promise.all(group.sentinels.map(({ port }) => TcpProxy.listen(() => port)));
    const { master } = await group.roles();
    const nodes = new Nodes(dialServers(redis, parseAddress(master.url), undefined), { returning: false });
    const dial = dialSentinels(redis, { username: undefined, password: SENTINEL_PASSWORD }, undefined);
    const names = proxies.map(({ port }) => `127.0.0.1:${port}`);
    const sentinels = new Sentinels(nodes, dial, names, GROUP, patience);
    onTestFinished(async () => {
      for (const proxy of proxies) proxy.calm();
      await Promise.all([sentinels.close(), nodes.close()]);
      await Promise.all(proxies.map((proxy) => proxy.close()));
    });
    expect(await sentinels.ask()).toBe(true);
    const owner = `127.0.0.1:${master.port}`;
    expect(sentinels.owner()).toBe(owner);
    return { proxies, sentinels, nodes, master, owner };
  }

  test.each([0, 1, 2])('are not waited for where the others agree, whichever hangs (%i)', async (index) => {
    const { proxies, sentinels, owner } = await start(FOREVER);
    proxies[index]?.stall(true);
    for (let round = 1; round <= 3; round += 1) expect(await sentinels.ask()).toBe(false);
    expect(sentinels.owner()).toBe(owner);
    // The connection would be made anew after 8 s of silence.
    expect(proxies[index]?.connections).toBe(1);
  });

  test('are waited for no longer than they may take where only one of three answers', async () => {
    const { proxies, sentinels, owner } = await start(500);
    for (const proxy of proxies.slice(1)) proxy.stall(true);
    expect(await sentinels.ask()).toBe(false);
    expect(sentinels.owner()).toBe(owner);
  });

  test('are asked again while the master that they name hangs, before a connection to it can have timed out', async () => {
    const { sentinels, nodes, master, owner } = await start(500);
    nodes.keep(new Set());
    expect(sentinels.owner()).toBeUndefined();
    master.hang();
    onTestFinished(() => master.resume());
    let isGivenUp = false;
    void Promise.resolve(nodes.get(owner)).catch(() => {
      isGivenUp = true;
    });
    for (let round = 1; round <= 2; round += 1) await expect(sentinels.ask()).rejects.toThrow(`The master ${owner} does not answer`);
    expect(isGivenUp).toBe(false);
    master.resume();
    await vi.waitFor(() => sentinels.ask(), { timeout: 30_000 });
    expect(sentinels.owner()).toBe(owner);
  }, 60_000);
});
