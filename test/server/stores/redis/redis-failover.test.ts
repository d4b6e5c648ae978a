import { createClient } from 'redis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis, RedisServer } from './redis-server.ts';
import { batch, heardLines, listen, readAll, texts, write } from '../store-tools.ts';

const SLOW = { timeout: 30_000, interval: 20 };

describe.skipIf(!hasRedis)('RedisStore with one host name for a primary and its replica', () => {
  async function start() {
    const server = await RedisServer.start('--repl-diskless-sync-delay', '0');
    onTestFinished(() => server.stop());
    const admin = createClient({ url: server.url });
    admin.on('error', () => undefined);
    await admin.connect();
    onTestFinished(() => admin.destroy());
    return { server, admin };
  }

  test('reconnects to the new primary when the connected one becomes its replica', async () => {
    const [one, two] = [await start(), await start()];
    await two.admin.sendCommand(['REPLICAOF', '127.0.0.1', String(one.server.port)]);
    await vi.waitFor(async () => expect(await two.admin.info('replication')).toContain('master_link_status:up'), SLOW);

    let primary = one.server;
    const name = await TcpProxy.listen(() => primary.port);
    onTestFinished(() => name.close());
    const store = await RedisStore.open({ url: `redis://127.0.0.1:${name.port}` });
    onTestFinished(() => store.close());
    const { epoch } = await write(store, 'a', ['1']);
    const { news } = await listen(store, 'a');
    const head = (): Promise<string | null> => two.admin.hGet('log-stream:{a}:m', 'h');
    await vi.waitFor(async () => expect(await head()).toBe('1'), SLOW);

    await two.admin.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await one.admin.sendCommand(['REPLICAOF', '127.0.0.1', String(two.server.port)]);
    primary = two.server;
    await vi.waitFor(async () => expect(await one.admin.info('replication')).toContain('master_link_status:up'), SLOW);
    let refusals = 0;
    const tail = await vi.waitFor(async () => {
      try {
        return await write(store, 'a', ['2']);
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnavailableError);
        refusals += 1;
        throw error;
      }
    }, SLOW);
    expect(refusals).toBeGreaterThan(0);
    // Nothing was lost, so the epoch stays.
    expect(tail).toMatchObject({ epoch, head: 2 });
    expect(texts(await readAll(store, 'a'))).toEqual(['1', '2']);
    // A watcher that was not yet subscribed again is woken instead, and hears all later lines.
    const woken = (): boolean => heardLines(news).at(-1)?.tail.head === 2 || news.some(({ kind }) => kind === 'changed');
    await vi.waitFor(() => expect(woken()).toBe(true), SLOW);
    await vi.waitFor(async () => {
      const { head: last } = await write(store, 'a', ['more']);
      await vi.waitFor(() => expect(heardLines(news).at(-1)?.tail.head).toBe(last), 2_000);
    }, SLOW);
  }, 60_000);

  test('refuses to append to a replica, and to read less than it has seen', async () => {
    const [one, two] = [await start(), await start()];
    const store = await RedisStore.open({ url: one.server.url });
    onTestFinished(() => store.close());
    await write(store, 'a', ['1', '2']);
    // A primary that never received line 2.
    const other = await RedisStore.open({ url: two.server.url });
    onTestFinished(() => other.close());
    const { epoch } = await store.tail('a');
    await write(other, 'a', ['1']);
    await two.admin.hSet('log-stream:{a}:m', 'e', epoch);
    await one.admin.sendCommand(['REPLICAOF', '127.0.0.1', String(two.server.port)]);
    await vi.waitFor(async () => expect(await one.admin.hGet('log-stream:{a}:m', 'h')).toBe('1'), SLOW);
    await expect(store.append('a', batch(['3']))).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.tail('a')).rejects.toBeInstanceOf(StoreUnavailableError);
  }, 60_000);
});
