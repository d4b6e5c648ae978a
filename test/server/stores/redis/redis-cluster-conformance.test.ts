import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { storeConformance } from '../conformance.ts';
import { RedisCluster } from './redis-cluster.ts';
import { hasRedis, requireRedis } from './redis-server.ts';

test('redis-server is installed', () => requireRedis());

describe.skipIf(!hasRedis)('with a real cluster of three redis-servers', () => {
  let cluster: RedisCluster;
  let opened = 0;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(async () => {
    // The tests would prove nothing if all logs had been on one node.
    for (const { admin } of cluster.masters) expect(await admin.dbSize()).toBeGreaterThan(0);
    await cluster.stop();
  });
  storeConformance('RedisStore', async () => {
    opened += 1;
    return RedisStore.open({ url: opened % 2 === 0 ? cluster.url : cluster.seed, prefix: `test-${opened}:` });
  });
});
