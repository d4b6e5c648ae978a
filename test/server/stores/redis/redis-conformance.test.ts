import { afterAll, beforeAll, describe, test } from 'vitest';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { storeConformance } from '../conformance.ts';
import { hasRedis, RedisServer, requireRedis } from './redis-server.ts';

test('redis-server is installed', () => requireRedis());

describe.skipIf(!hasRedis)('with a real redis-server', () => {
  let server: RedisServer;
  let opened = 0;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    await server.stop();
  });
  const again = (): Promise<RedisStore> => RedisStore.open({ url: server.url, prefix: `test-${opened}:` });
  storeConformance(
    'RedisStore',
    () => {
      opened += 1;
      return again();
    },
    async (store) => {
      await store.close();
      return again();
    },
  );
});
