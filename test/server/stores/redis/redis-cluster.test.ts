import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { StoreUnavailableError, type LogTail } from '../../../../src/server/store.ts';
import { slotOf } from '../../../../src/server/stores/redis/routes.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { RedisCluster, type ClusterNode } from './redis-cluster.ts';
import { hasRedis } from './redis-server.ts';
import { hearsAgain, listen, numbered, readAll, texts, write } from '../store-tools.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

const SLOW = { timeout: 30_000, interval: 20 };

describe.skipIf(!hasRedis)('RedisStore on a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start({ replicas: 2 });
  }, 60_000);
  afterAll(() => cluster.stop());

  const open = async (): Promise<RedisStore> => {
    const store = await RedisStore.open({ url: cluster.url });
    onTestFinished(() => store.close());
    return store;
  };
  const key = (channel: string, part: string): string => `log-stream:{${channel}}:${part}`;

  const channelOf = (node: ClusterNode | undefined): string => {
    const found = numbered(1, 1_000).find((name) => cluster.masterOf(key(name, 'm')) === node);
    if (found === undefined) throw new Error('There is no such log.');
    return found;
  };

  /** A log, the master that serves it, and the replica of that master. */
  const pair = (index: number): [channel: string, master: ClusterNode, replica: ClusterNode] => {
    const [master, replica] = [cluster.masters[index], cluster.replicas[index]];
    if (master === undefined || replica === undefined) throw new Error('There is no such pair.');
    return [channelOf(master), master, replica];
  };

  test('computes the slot of a key as the cluster does', async () => {
    const { admin } = cluster.masterOf('a');
    for (const name of ['', 'a', 'foo', '{a}b', 'x{a}b', '{}a', 'a{}', '{a', 'a}', '{{a}}', '}{a}', key('run:1/ä', 'm')]) {
      expect([name, slotOf(name)]).toEqual([name, await admin.clusterKeySlot(name)]);
    }
  });

  test('loses, repeats and refuses no line of a log whose slot moves while it is written and read', async () => {
    const [writer, watcher] = [await open(), await open()];
    const channel = 'moves';
    await write(writer, channel, ['1']);
    const { news } = await listen(watcher, channel);
    const from = cluster.masterOf(key(channel, 'm'));
    const to = cluster.otherThan(from);
    const head = async (store = watcher): Promise<number> => (await store.tail(channel)).head;

    let isMoving = true;
    let next = 2;
    const writing = (async () => {
      for (; isMoving || next <= 200; next += 1) await write(writer, channel, [[String(next), { l: 17 }]]);
    })();
    await cluster.beginMove(key(channel, 'm'), from, to);
    // Nothing runs while the keys are split between two nodes.
    for (const part of ['s', 'i', 'm']) await cluster.moveKey(key(channel, part), from, to);
    const halfway = await head();
    await vi.waitFor(async () => expect(await head()).toBeGreaterThan(halfway + 10), SLOW);
    await cluster.endMove(key(channel, 'm'), from, to);
    const moved = await head();
    await vi.waitFor(async () => expect(await head()).toBeGreaterThan(moved + 10), SLOW);
    isMoving = false;
    await writing;
    expect(texts(await readAll(watcher, channel))).toEqual(numbered(1, next - 1));
    const { parts } = await watcher.marks.levels(channel, { after: 0, upto: next, parts: 1 });
    expect(parts[0]?.counts).toEqual([0, 0, 0, 0, next - 2, 0]);
    // The watcher was woken because of the gap, and hears every line since.
    await vi.waitFor(() => expect(news.some(({ kind }) => kind === 'changed')).toBe(true), SLOW);
    await hearsAgain(writer, news, channel);
  }, 60_000);

  test('continues on the replica of a killed node', async () => {
    const [writer, watcher] = [await open(), await open()];
    const [channel, master, replica] = pair(0);
    const tail = await write(writer, channel, numbered(1, 10));
    const { news } = await listen(watcher, channel);
    await caughtUp(master, replica, channel, tail);
    await master.server.kill();
    await expect(writer.append(channel, { lines: packLines([['lost']]), time: 0, carryIn: '', carryOut: '' })).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
    // Logs on other nodes are not affected.
    await write(writer, channelOf(cluster.masters[2]), ['x']);
    await replica.admin.sendCommand(['CLUSTER', 'FAILOVER', 'TAKEOVER']);
    await vi.waitFor(async () => expect((await write(writer, channel, ['11'])).head).toBeGreaterThanOrEqual(11), SLOW);
    expect(await vi.waitFor(() => watcher.tail(channel), SLOW)).toMatchObject({ epoch: tail.epoch, first: 1 });
    expect(texts(await readAll(watcher, channel))).toEqual(numbered(1, 11));
    await hearsAgain(writer, news, channel);
  }, 60_000);

  test('begins a new epoch when the promoted replica lacks lines that this process has seen, even if as many were added', async () => {
    const [seeing, stranger] = [await open(), await open()];
    const [channel, master, replica] = pair(1);
    const { news } = await listen(seeing, channel);
    const tail = await write(seeing, channel, numbered(1, 5));
    await caughtUp(master, replica, channel, tail);
    await stranger.tail(channel);
    // From here on the replica cannot sync. Existing connections need no password.
    await master.admin.configSet('requirepass', 'not for the replica');
    await master.admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'replica']);
    expect(await write(seeing, channel, ['6', '7'])).toMatchObject({ epoch: tail.epoch, head: 7 });
    await master.server.kill();
    await replica.admin.sendCommand(['CLUSTER', 'FAILOVER', 'TAKEOVER']);
    const other = await vi.waitFor(() => write(stranger, channel, ['other 6', 'other 7', 'other 8']), SLOW);
    expect(other).toMatchObject({ epoch: tail.epoch, head: 8 });
    const now = await vi.waitFor(() => seeing.tail(channel), SLOW);
    expect(now).toMatchObject({ first: 1, head: 8 });
    expect(now.epoch).not.toBe(tail.epoch);
    expect(texts(await readAll(seeing, channel))).toEqual([...numbered(1, 5), 'other 6', 'other 7', 'other 8']);
    // All processes learn of it, and none begins another one.
    expect((await stranger.tail(channel)).epoch).toBe(now.epoch);
    expect((await write(seeing, channel, ['9'])).epoch).toBe(now.epoch);
    expect((await write(stranger, channel, ['10'])).epoch).toBe(now.epoch);
    await hearsAgain(stranger, news, channel);
  }, 60_000);

  test('lists the logs of all nodes', async () => {
    const store = await open();
    const wanted = numbered(1, 60).map((name) => `named:${name}`);
    await Promise.all(wanted.map((channel) => write(store, channel, ['x'])));
    const named: string[] = [];
    for await (const channel of store.channels()) if (channel.startsWith('named:')) named.push(channel);
    expect(named.sort()).toEqual(wanted.sort());
  });

  test('refuses a database number', async () => {
    await expect(RedisStore.open({ url: `${cluster.url}/1` })).rejects.toThrow(/one database only/);
  });

  test('opens while the first of several nodes is down', async () => {
    const store = await RedisStore.open({ url: cluster.url.replace('://', '://127.0.0.1:1,') });
    onTestFinished(() => store.close());
    expect((await store.tail('nobody')).head).toBe(0);
  });
});

/** Resolves once the replica has everything up to this tail. */
async function caughtUp(master: ClusterNode, replica: ClusterNode, channel: string, { head }: LogTail): Promise<void> {
  expect(await master.admin.hGet(`log-stream:{${channel}}:m`, 'h')).toBe(String(head));
  await replica.admin.sendCommand(['READONLY']);
  await vi.waitFor(async () => expect(await replica.admin.hGet(`log-stream:{${channel}}:m`, 'h')).toBe(String(head)), SLOW);
}
