import * as redis from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { RedisCluster } from '../../../../src/server/stores/redis/redis-cluster.ts';
import { dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { NodePool } from '../../../../src/server/stores/redis/node-pool.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

describe.skipIf(!hasRedis)('RedisCluster with a hung node', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start('--cluster-enabled', 'yes');
    const admin = await server.connect();
    await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    admin.destroy();
  });
  afterAll(() => server.stop());

  // The node that is asked first hangs in one of the two.
  test.each([0, 1])('asks the other node before the connection to the hung one times out (%i)', async (index) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    onTestFinished(() => void vi.restoreAllMocks());
    const proxies = await Promise.all([0, 1].map(() => TcpProxy.listen(() => server.port)));
    const names = proxies.map(({ port }) => `127.0.0.1:${port}`);
    const nodes = new NodePool(dialServers(redis, parseAddress(server.url), undefined), { reconnects: true });
    onTestFinished(async () => {
      for (const proxy of proxies) proxy.calm();
      await nodes.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
    });
    await Promise.all(names.map(async (name) => nodes.get(name)));
    proxies[index]?.stall(true);
    const cluster = new RedisCluster(nodes, names);
    expect(await cluster.refresh()).toBe(true);
    expect([...cluster.owners]).toEqual([`127.0.0.1:${server.port}`]);
    expect(nodes.isReady(names[index] ?? '')).toBe(true);
  });
});
