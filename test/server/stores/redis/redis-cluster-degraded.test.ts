import * as redis from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { StoreUnavailableError, type LogEvent } from '../../../../src/server/store.ts';
import { nodeName, parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { slotOf } from '../../../../src/server/stores/redis/routes.ts';
import { batch, heardLines, hearsAgain, listen, numbered, readAll, texts, write } from '../store-tools.ts';
import { RedisCluster, type ClusterNode, type SlotRange } from './redis-cluster.ts';
import { hasRedis } from './redis-server.ts';

const SLOW = { timeout: 30_000, interval: 20 };

describe.skipIf(!hasRedis)('RedisStore on a partly failed cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  const open = async (): Promise<RedisStore> => {
    const store = await RedisStore.open({ url: cluster.url, onWarning: () => undefined });
    onTestFinished(() => store.close());
    return store;
  };

  describe('with a hung node', () => {
    afterEach(() => {
      for (const { server } of cluster.masters) server.resume();
    });

    // Node 0 is the first in the URL.
    test.each([0, 1, 2])(
      'opens and serves the other nodes before a connection to the hung one times out (node %i)',
      async (index) => {
        const hung = masterAt(index);
        hung.server.suspend();
        const witness = dialAsTheStoreDoes(hung);
        const store = await open();
        for (const master of cluster.masters) {
          if (master === hung) continue;
          const channel = channelAt(`open-${index}`, (slot) => ownsSlot(master, slot));
          const { news } = await listen(store, channel);
          const { head } = await write(store, channel, ['x']);
          await vi.waitFor(() => expect(heardLines(news).at(-1)?.tail.head).toBe(head), SLOW);
        }
        expect(witness.hasTimedOut).toBe(false);

        // The same store reaches the node as soon as that answers.
        const channel = channelAt(`late-${index}`, (slot) => ownsSlot(hung, slot));
        const news: LogEvent[] = [];
        store.watch(channel, (item) => news.push(item));
        hung.server.resume();
        await vi.waitFor(() => write(store, channel, ['x']), SLOW);
        await hearsAgain(store, news, channel);
      },
      60_000,
    );

    test('lists the logs of the other nodes, then rejects within the time-out of a connection', async () => {
      const store = await open();
      const channels = cluster.masters.map((master) => channelAt('list', (slot) => ownsSlot(master, slot)));
      for (const channel of channels) await write(store, channel, ['x']);
      masterAt(1).server.suspend();
      const listed: string[] = [];
      const listing = (async () => {
        for await (const channel of store.channels()) listed.push(channel);
      })();
      const rejected = expect(listing).rejects.toThrow(StoreUnavailableError);
      await vi.waitFor(() => expect(listed).toEqual(expect.arrayContaining([channels[0], channels[2]])), SLOW);
      await rejected;
      expect(listed).not.toContain(channels[1]);
    }, 60_000);

    test('closes before a connection to the hung one times out', async () => {
      const store = await open();
      const hung = masterAt(1);
      const channel = channelAt('close', (slot) => ownsSlot(hung, slot));
      await listen(store, channel);
      hung.server.suspend();
      const witness = dialAsTheStoreDoes(hung);
      const appending = store.append(channel, batch(['x'])).catch((error: unknown) => error);
      await store.close();
      expect(witness.hasTimedOut).toBe(false);
      expect(await appending).toBeInstanceOf(StoreUnavailableError);
    }, 60_000);
  });

  test('subscribes again after a node refused that for a while', async () => {
    const { admin } = masterAt(0);
    const store = await open();
    const channel = channelAt('refused', (slot) => ownsSlot(masterAt(0), slot));
    const { news } = await listen(store, channel);
    await admin.sendCommand(['ACL', 'LOG', 'RESET']);
    await admin.sendCommand(['ACL', 'SETUSER', 'default', '-ssubscribe']);
    onTestFinished(async () => void (await admin.sendCommand(['ACL', 'SETUSER', 'default', '+ssubscribe'])));
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await vi.waitFor(async () => expect(JSON.stringify(await admin.sendCommand(['ACL', 'LOG']))).toContain('ssubscribe'), SLOW);
    await admin.sendCommand(['ACL', 'SETUSER', 'default', '+ssubscribe']);
    await hearsAgain(store, news, channel);
  }, 60_000);

  test('serves the other slots while one range is unserved, and recovers that range by itself', async () => {
    const node = masterAt(2);
    const range = { from: 12_000, to: 12_999 };
    const [served, unserved] = [(slot: number) => !contains(range, slot) && ownsSlot(node, slot), (slot: number) => contains(range, slot)];
    const beside = [channelAt('first', (slot) => ownsSlot(masterAt(0), slot)), channelAt('beside', served)];
    const lost = channelAt('lost', unserved);
    const late = channelAt('late', unserved);

    const before = await open();
    await write(before, lost, ['1']);
    const { news: lostNews } = await listen(before, lost);
    await cluster.unserve(range);
    onTestFinished(async () => cluster.serve(range, node).catch(() => undefined));
    const since = await open();
    const lateNews: LogEvent[] = [];
    // It sends no command for this log that could discover the change.
    since.watch(late, (item) => lateNews.push(item));

    for (const store of [before, since]) {
      for (const channel of beside) {
        const { news } = await listen(store, channel);
        const { head } = await write(store, channel, ['x']);
        await vi.waitFor(() => expect(heardLines(news).at(-1)?.tail.head).toBe(head), SLOW);
        expect((await readAll(store, channel)).length).toBe(head);
      }
      await expect(store.append(lost, batch(['refused']))).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(store.read(lost, { after: 0, limit: 1, bytes: 1 })).rejects.toBeInstanceOf(StoreUnavailableError);
    }

    await cluster.serve(range, node);
    await vi.waitFor(() => write(before, lost, ['2']), SLOW);
    expect(texts(await readAll(before, lost)).slice(0, 2)).toEqual(['1', '2']);
    await hearsAgain(before, lostNews, lost);
    await vi.waitFor(() => expect(lateNews).toContainEqual({ kind: 'changed' }), SLOW);
    await hearsAgain(before, lateNews, late);
  }, 120_000);

  const masterAt = (index: number): ClusterNode => {
    const master = cluster.masters[index];
    if (master === undefined) throw new Error('There is no such master.');
    return master;
  };

  const ownsSlot = (node: ClusterNode, slot: number): boolean => cluster.masterOfSlot(slot) === node;
});

/** Connects as the store does, so that it times out when the connections of the store would. */
function dialAsTheStoreDoes({ server }: ClusterNode): { readonly hasTimedOut: boolean } {
  const address = parseAddress(server.url);
  const client = dialServers(redis, address, undefined)(address.nodes.map(nodeName)[0] ?? '', (_retries, cause) => cause);
  const witness = { hasTimedOut: false };
  client.on('error', () => undefined);
  client.connect().catch(() => {
    witness.hasTimedOut = true;
  });
  onTestFinished(() => client.destroy());
  return witness;
}

function contains({ from, to }: SlotRange, slot: number): boolean {
  return from <= slot && slot <= to;
}

/** A channel whose log is in a slot that matches. */
function channelAt(name: string, matches: (slot: number) => boolean): string {
  const found = numbered(1, 10_000)
    .map((number) => `${name}:${number}`)
    .find((channel) => matches(slotOf(`log-stream:{${channel}}:m`)));
  if (found === undefined) throw new Error('There is no such channel.');
  return found;
}
