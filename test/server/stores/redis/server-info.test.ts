import { Transform } from 'node:stream';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { parseInfo } from '../../../../src/server/stores/redis/server-info.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

const GOOD = ['redis_version:7.0.15', 'redis_mode:standalone', 'maxmemory_policy:noeviction', 'aof_enabled:1'];

/** The reply to INFO with some lines changed. */
function info(...changed: string[]): string {
  const names = new Set(changed.map((line) => line.split(':')[0]));
  return ['# Server', ...GOOD.filter((line) => !names.has(line.split(':')[0])), ...changed, ''].join('\r\n');
}

describe('parseInfo', () => {
  test('accepts Redis 7 and later, Valkey, and missing fields', () => {
    const fine = { refusal: undefined, isCluster: false, isSentinel: false, warnings: [] };
    for (const text of [
      info(),
      info('redis_version:8.2.1'),
      info('redis_version:10.0.0'),
      info('redis_version:7.2.4', 'server_name:valkey', 'valkey_version:8.1.0'),
      '',
    ])
      expect(parseInfo(text)).toEqual(fine);
  });

  test('refuses older servers, and says what to do', () => {
    for (const version of ['6.2.14', '6.0.16', '5.0.3'])
      expect(parseInfo(info(`redis_version:${version}`)).refusal).toMatch(/needs Redis 7 or later, or Valkey. Upgrade/);
  });

  test('recognises a cluster and a Sentinel', () => {
    expect(parseInfo(info('redis_mode:cluster'))).toMatchObject({ isCluster: true, isSentinel: false });
    expect(parseInfo(info('redis_mode:sentinel'))).toMatchObject({ isCluster: false, isSentinel: true });
  });

  test('warns about settings that may lose lines, and says how to fix them', () => {
    expect(parseInfo(info('maxmemory_policy:allkeys-lru')).warnings).toEqual([expect.stringMatching(/allkeys-lru.*Set it to noeviction/s)]);
    expect(parseInfo(info('aof_enabled:0')).warnings).toEqual([expect.stringMatching(/Set appendonly yes/)]);
    expect(parseInfo(info('maxmemory_policy:volatile-ttl', 'aof_enabled:0')).warnings.length).toBe(2);
  });
});

describe.skipIf(!hasRedis)('RedisStore', () => {
  test('warns on opening that the server evicts keys and keeps nothing on disk', async () => {
    const server = await RedisServer.start('--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru');
    onTestFinished(() => server.stop());
    const warnings: string[] = [];
    const store = await RedisStore.open({ url: server.url, onWarning: (message) => warnings.push(message) });
    await store.close();
    expect(warnings).toEqual([expect.stringMatching(/maxmemory-policy is allkeys-lru/), expect.stringMatching(/appendonly is no/)]);
  });

  test('does not open with an older server', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    // The same server with another version in its INFO.
    const older = createServer((client) => {
      const upstream = connect(server.port, '127.0.0.1');
      const lie = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          done(null, Buffer.from(chunk.toString('latin1').replace(/(redis_version:)\d/g, '$16'), 'latin1'));
        },
      });
      client.pipe(upstream).pipe(lie).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      client.on('close', () => upstream.destroy());
    });
    await once(older.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void older.close());
    const attempt = RedisStore.open({ url: `redis://127.0.0.1:${(older.address() as AddressInfo).port}` });
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(attempt).rejects.toThrow(/The server is Redis 6\S+ The store needs Redis 7/);
  });

  test('refuses several servers that are not a cluster', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    await expect(RedisStore.open({ url: `${server.url},127.0.0.1:1` })).rejects.toThrow(/not part of a cluster/);
  });
});
