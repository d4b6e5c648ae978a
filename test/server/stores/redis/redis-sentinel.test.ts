import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LogEvent } from '../../../../src/server/store.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { GROUP, SentinelGroup } from './redis-sentinels.ts';
import { hasRedis, requireRedis, type RedisServer } from './redis-server.ts';
import { heardLines, listen, numbered, readAll, texts, write } from '../store-tools.ts';

const SLOW = { timeout: 60_000, interval: 20 };

test('there is a redis-server to make Sentinels of', () => requireRedis());

describe.skipIf(!hasRedis)('RedisStore on the master that three Sentinels name', () => {
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

  test('opens, and finds the master, while most of the Sentinels of its URL are away', async () => {
    const [sentinel] = group.sentinels;
    const away = group.url.replace(/\/\/[^/]*/, `//127.0.0.1:1,${sentinel?.address ?? ''},127.0.0.1:2`);
    await write(await open(away), 'c', ['x']);
  });

  test('says what is wrong where there is no such master, no Sentinel, or a Sentinel instead of a server', async () => {
    await expect(open(group.url.replace(`/${GROUP}?`, '/nobody?'))).rejects.toThrow(/knows no master "nobody".*sentinel monitor/);
    const { master } = await group.roles();
    await expect(open(`${master.url.replace('redis:', 'redis+sentinel:')}/${GROUP}`)).rejects.toThrow(/is no Sentinel.*26379/);
    const [sentinel] = group.sentinels;
    const password = /sentinel-password=(.*)/.exec(group.url)?.[1] ?? '';
    await expect(open(`redis://:${password}@${sentinel?.address ?? ''}`)).rejects.toThrow(/is a Sentinel.*redis\+sentinel:/);
    await expect(open(group.url.replace(/sentinel-password=.*/, 'sentinel-password=wrong'))).rejects.toThrow(/sentinel-password/);
    await expect(open('redis+sentinel://127.0.0.1:1,127.0.0.1:2/main')).rejects.toThrow(/ECONNREFUSED.*is running/);
  });

  test('goes on at the replica when the master is killed, and does not go back to it when it comes again', async () => {
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

    // It believes that it is the master still, until a Sentinel tells it.
    await master.launch();
    const before = await watcher.tail('a');
    for (let round = 1; round <= 20; round += 1)
      expect(await write(writer, 'a', ['more'])).toMatchObject({ epoch: tail.epoch, head: before.head + round });
    await group.whole();
    await has(master, 'a', before.head + 20);
  }, 120_000);

  test('follows a switch that was asked for, though the old master goes on running', async () => {
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

  test('begins a new epoch when the replica that took over lacks lines that this process has seen', async () => {
    const [seeing, stranger] = [await open(), await open()];
    await group.whole();
    const { master, replica } = await group.roles();
    const { news } = await listen(seeing, 'b');
    const { epoch } = await write(seeing, 'b', numbered(1, 5));
    await has(replica, 'b', 5);
    await stranger.tail('b');
    // The replica is kept out from here on; connections that stand are not asked for the password.
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
    // Everybody is told, and nobody begins yet another one.
    expect((await write(stranger, 'b', ['9'])).epoch).toBe(now.epoch);
    expect((await write(seeing, 'b', ['10'])).epoch).toBe(now.epoch);
    await hearsAgain(stranger, news, 'b');
  }, 120_000);
});

/** The server has the log up to this line. */
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

/** What is written from now on is heard at once, not only when somebody compares heads. */
async function hearsAgain(writer: RedisStore, news: LogEvent[], channel: string): Promise<void> {
  await vi.waitFor(async () => {
    const { head } = await write(writer, channel, ['do you hear?']);
    await vi.waitFor(() => expect(heardLines(news).at(-1)?.tail.head).toBe(head), { timeout: 500, interval: 10 });
  }, SLOW);
}
