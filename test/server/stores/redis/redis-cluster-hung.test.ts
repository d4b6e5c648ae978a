import * as redis from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { RedisCluster } from '../../../../src/server/stores/redis/redis-cluster.ts';
import { dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { Nodes } from '../../../../src/server/stores/redis/nodes.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

describe.skipIf(!hasRedis)('Cluster of which a node hangs', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start('--cluster-enabled', 'yes');
    const admin = await server.connect();
    await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    admin.destroy();
  });
  afterAll(() => server.stop());

  // Whichever is asked first, it hangs in one of the two.
  test.each([0, 1])('asks the next one beside it, before that one is given up (%i)', async (index) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    onTestFinished(() => void vi.restoreAllMocks());
    const proxies = await Promise.all([0, 1].map(() => TcpProxy.listen(() => server.port)));
    const names = proxies.map(({ port }) => `127.0.0.1:${port}`);
    const nodes = new Nodes(dialServers(redis, parseAddress(server.url), undefined), { returning: true });
    onTestFinished(async () => {
      for (const proxy of proxies) proxy.calm();
      await nodes.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
    });
    await Promise.all(names.map(async (name) => nodes.get(name)));
    proxies[index]?.stall(true);
    const cluster = new RedisCluster(nodes, names);
    expect(await cluster.ask()).toBe(true);
    expect([...cluster.owners]).toEqual([`127.0.0.1:${server.port}`]);
    expect(nodes.isReady(names[index] ?? '')).toBe(true);
  });
});
