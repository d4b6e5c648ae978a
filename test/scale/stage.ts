import { onTestFinished } from 'vitest';
import { Fleet } from '../../examples/scale-out/fleet.js';
import { RedisServer } from '../server/stores/redis/redis-server.ts';
import { SECRET } from '../support/server.ts';

/** Three server processes over a Redis that syncs every write, behind one address; ended with the test. */
export async function startFleet(): Promise<{ readonly redis: RedisServer; readonly fleet: Fleet; readonly url: string }> {
  const redis = await RedisServer.start('--appendfsync', 'always');
  onTestFinished(() => redis.stop());
  const fleet = new Fleet({ store: redis.url, secret: SECRET });
  onTestFinished(() => fleet.stop());
  await fleet.start();
  return { redis, fleet, url: `${fleet.origin}/log-stream` };
}
