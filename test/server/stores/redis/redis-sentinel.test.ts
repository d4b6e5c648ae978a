import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { GROUP, SentinelGroup } from './redis-sentinels.ts';
import { hasRedis, requireRedis, type RedisServer } from './redis-server.ts';
import { hearsAgain, listen, numbered, readAll, texts, write } from '../store-tools.ts';

const SLOW = { timeout: 60_000, interval: 20 };

test('redis-server is installed', () => requireRedis());

describe.skipIf(!hasRedis)('RedisStore with three Sentinels', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await SentinelGroup.start();
  }, 90_000);
  afterAll(() => group.stop());

  const open = async (url = group.url): Promise<RedisStore> => {
    const store = await RedisStore.open({ url });
    onTestFinished(() => store.close());
    return store;
  };

  test('opens while most of the Sentinels in its URL are down', async () => {
    const [sentinel] = group.sentinels;
    const away = group.url.replace(/\/\/[^/]*/, `//127.0.0.1:1,${sentinel?.address ?? ''},127.0.0.1:2`);
    await write(await open(away), 'c', ['x']);
  });

  test('explains an unknown master, a server in place of a Sentinel, and a Sentinel in place of a server', async () => {
    await expect(open(group.url.replace(`/${GROUP}?`, '/nobody?'))).rejects.toThrow(/knows no master "nobody".*sentinel monitor/);
    const { master } = await group.roles();
    await expect(open(`${master.url.replace('redis:', 'redis+sentinel:')}/${GROUP}`)).rejects.toThrow(/is not a Sentinel.*26379/);
    const [sentinel] = group.sentinels;
    const password = /sentinel-password=(.*)/.exec(group.url)?.[1] ?? '';
    await expect(open(`redis://:${password}@${sentinel?.address ?? ''}`)).rejects.toThrow(/is a Sentinel.*redis\+sentinel:/);
    await expect(open(group.url.replace(/sentinel-password=.*/, 'sentinel-password=wrong'))).rejects.toThrow(/sentinel-password/);
    await expect(open('redis+sentinel://127.0.0.1:1,127.0.0.1:2/main')).rejects.toThrow(/ECONNREFUSED.*is running/);
  });

  test('continues on the replica when the master is killed, and stays there when the old master returns', async () => {
    const [writer, watcher] = [await open(), await open()];
    const { master, replica } = await group.roles();
    const tail = await write(writer, 'a', numbered(1, 10));
    const { news } = await listen(watcher, 'a');
    await has(replica, 'a', 10);
    await master.kill();
    expect(await vi.waitFor(() => write(writer, 'a', ['11']), SLOW)).toMatchObject({ epoch: tail.epoch, first: 1, head: 11 });
    expect(texts(await vi.waitFor(() => readAll(watcher, 'a'), SLOW))).toEqual(numbered(1, 11));
    await hearsAgain(writer, news, 'a');
    expect((await group.roles()).master).toBe(replica);

    // It still acts as the master until a Sentinel demotes it.
    await master.launch();
    const before = await watcher.tail('a');
    for (let round = 1; round <= 20; round += 1)
      expect(await write(writer, 'a', ['more'])).toMatchObject({ epoch: tail.epoch, head: before.head + round });
    await group.whole();
    await has(master, 'a', before.head + 20);
  }, 120_000);

  test('follows a manual failover while the old master keeps running', async () => {
    const [writer, watcher] = [await open(), await open()];
    await group.whole();
    const { master, replica } = await group.roles();
    const { epoch } = await write(writer, 'switch', numbered(1, 10));
    const { news } = await listen(watcher, 'switch');
    await has(replica, 'switch', 10);
    await group.sentinels[1]?.ask('FAILOVER', GROUP);
    await vi.waitFor(async () => expect(await roleOf(replica)).toBe('master'), SLOW);
    await vi.waitFor(async () => expect(await roleOf(master)).toBe('slave'), SLOW);
    expect(await vi.waitFor(() => write(writer, 'switch', ['11']), SLOW)).toMatchObject({ epoch, head: 11 });
    expect(texts(await vi.waitFor(() => readAll(watcher, 'switch'), SLOW))).toEqual(numbered(1, 11));
    await hearsAgain(writer, news, 'switch');
    await group.whole();
    expect((await group.roles()).master).toBe(replica);
  }, 120_000);

  test('begins a new epoch when the promoted replica lacks lines that this process has seen', async () => {
    const [seeing, stranger] = [await open(), await open()];
    await group.whole();
    const { master, replica } = await group.roles();
    const { news } = await listen(seeing, 'b');
    const { epoch } = await write(seeing, 'b', numbered(1, 5));
    await has(replica, 'b', 5);
    await stranger.tail('b');
    // From here on the replica cannot sync. Existing connections need no password.
    const admin = await master.connect();
    onTestFinished(() => admin.destroy());
    await admin.configSet('requirepass', 'not for the replica');
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'replica']);
    expect(await write(seeing, 'b', ['6', '7'])).toMatchObject({ epoch, head: 7 });
    await master.kill();
    expect(await vi.waitFor(() => write(stranger, 'b', ['other 6', 'other 7', 'other 8']), SLOW)).toMatchObject({ epoch, head: 8 });
    const now = await vi.waitFor(() => seeing.tail('b'), SLOW);
    expect(now).toMatchObject({ first: 1, head: 8 });
    expect(now.epoch).not.toBe(epoch);
    expect(texts(await readAll(seeing, 'b'))).toEqual([...numbered(1, 5), 'other 6', 'other 7', 'other 8']);
    // All processes learn of it, and none begins another one.
    expect((await write(stranger, 'b', ['9'])).epoch).toBe(now.epoch);
    expect((await write(seeing, 'b', ['10'])).epoch).toBe(now.epoch);
    await hearsAgain(stranger, news, 'b');
  }, 120_000);
});

/** Resolves once the server has the log up to this line. */
async function has(server: RedisServer, channel: string, head: number): Promise<void> {
  const admin = await server.connect();
  try {
    await vi.waitFor(async () => expect(await admin.hGet(`log-stream:{${channel}}:m`, 'h')).toBe(String(head)), SLOW);
  } finally {
    admin.destroy();
  }
}

async function roleOf(server: RedisServer): Promise<unknown> {
  const admin = await server.connect();
  try {
    const role: unknown = await admin.sendCommand(['ROLE']);
    return Array.isArray(role) ? role[0] : undefined;
  } finally {
    admin.destroy();
  }
}
