import { createClient } from 'redis';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { produce } from '../../examples/scale-out/producer.js';
import { Signer } from '../../src/server/access/signer.ts';
import { buildCommand } from '../dev-server/support.ts';
import { hasRedis, requireRedis } from '../server/stores/redis/redis-server.ts';
import { SECRET } from '../support/server.ts';
import { startFleet } from './stage.ts';
import { eventViewers, socketViewers } from './viewers.ts';

const CHANNEL = 'scale:1';
const PATIENCE = { timeout: 60_000, interval: 25 };
const signer = new Signer([SECRET]);

it('has a redis-server to scale out with', () => requireRedis());

describe.skipIf(!hasRedis)('three server processes over one Redis, behind one address', () => {
  beforeAll(buildCommand, 120_000);

  it('give every viewer exactly the lines 1 to N, whichever process is killed, Redis restarted, and all of them deployed anew', async () => {
    const { redis, fleet, url } = await startFleet();
    const viewers = [...socketViewers(9, url, signer.sign(CHANNEL)), ...eventViewers(3, Number(new URL(url).port), CHANNEL)];
    // They are spread, and each process hears of the log once, however many watch it there.
    const admin = createClient({ url: redis.url });
    admin.on('error', () => undefined);
    await admin.connect();
    onTestFinished(() => admin.destroy());
    const news = `log-stream:{${CHANNEL}}:n`;
    await vi.waitFor(async () => expect(await admin.pubSubShardNumSub([news])).toEqual({ [news]: 3 }), PATIENCE);
    const stopping = new AbortController();
    let written = 0;
    const produced = produce({
      url: `${url}/topics/${CHANNEL}`,
      topic: signer.sign(CHANNEL, { write: true }),
      line: (number: number) => `line ${number}`,
      every: 5,
      signal: stopping.signal,
      onProgress: (head: number) => (written = head),
    });

    /** Everybody has what was written up to now, and more is being written. */
    const allAreThere = async (): Promise<void> => {
      const until = written + 20;
      await vi.waitFor(() => {
        for (const { texts } of viewers) expect(texts.length).toBeGreaterThan(until);
      }, PATIENCE);
    };
    await allAreThere();
    await fleet.kill(0);
    await allAreThere();
    await Promise.all([fleet.kill(2), fleet.kill(1)]);
    await allAreThere();
    await redis.kill();
    await redis.launch();
    await allAreThere();
    await fleet.deploy();
    await allAreThere();
    // At any moment: viewers are still coming back from the last time, and requests are under way.
    for (const [index, lines] of [1, 12, 2, 7].entries()) {
      const until = written + lines;
      await vi.waitFor(() => expect(written).toBeGreaterThanOrEqual(until), PATIENCE);
      await fleet.kill(index % 3);
    }
    await allAreThere();
    stopping.abort();
    const count = await produced;
    await Promise.all(viewers.map(({ done }) => done));
    const wanted = Array.from({ length: count }, (_, index) => `line ${index + 1}`);
    for (const { texts } of viewers) expect(texts).toEqual(wanted);
  }, 180_000);
});
