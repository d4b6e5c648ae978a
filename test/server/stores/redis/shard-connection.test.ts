import { createClient } from 'redis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { nameOf, parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { dialServers, type Driver } from '../../../../src/server/stores/redis/dial.ts';
import { ShardConnection } from '../../../../src/server/stores/redis/shard-connection.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

const SLOW = { timeout: 15_000, interval: 10 };

describe.skipIf(!hasRedis)('ShardConnection', () => {
  async function open() {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const admin = createClient({ url: server.url });
    admin.on('error', () => undefined);
    await admin.connect();
    onTestFinished(() => admin.destroy());
    const address = parseAddress(server.url);
    const heard: string[] = [];
    const clients: { sUnsubscribe(channel: string): Promise<void> }[] = [];
    const driver: Driver = {
      createClient(options) {
        const client = createClient(options);
        clients.push(client);
        return client;
      },
    };
    const connection = new ShardConnection(dialServers(driver, address, undefined), address.nodes.map(nameOf)[0] ?? '', {
      onReady: () => heard.push('ready'),
      onLost: () => heard.push('lost'),
      onMessage: (channel, message) => heard.push(`${channel}: ${message}`),
      onMoved: (channel) => heard.push(`moved ${channel}`),
    });
    onTestFinished(() => connection.close());
    await vi.waitFor(() => expect(heard).toEqual(['ready']), SLOW);
    return { server, admin, connection, clients, heard };
  }

  test('comes back by itself with nothing subscribed, and says so', async () => {
    const { server, admin, connection, heard } = await open();
    await connection.subscribe('a');
    await admin.sPublish('a', 'one');
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'a: one']), SLOW);
    await server.kill();
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'a: one', 'lost']), SLOW);
    await expect(connection.subscribe('a')).rejects.toThrow(/not there/);
    await server.launch();
    await vi.waitFor(() => expect(connection.isReady).toBe(true), SLOW);
    await vi.waitFor(() => expect(admin.isReady).toBe(true), SLOW);
    expect(await admin.pubSubShardNumSub(['a'])).toEqual({ a: 0 });
    await connection.subscribe('a');
    await admin.sPublish('a', 'two');
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'a: one', 'lost', 'ready', 'a: two']), SLOW);
  });

  test('is given up, and made anew, when the node sees other subscriptions than this side', async () => {
    const { connection, clients, heard } = await open();
    await connection.subscribe('a');
    await connection.subscribe('b');
    await connection.audit();
    await connection.unsubscribe('b');
    await connection.audit();
    // While something changes the numbers say nothing.
    const subscribing = connection.subscribe('c');
    await connection.audit();
    await subscribing;
    await connection.audit();
    expect(heard).toEqual(['ready']);
    // As when the node ended a subscription and the client took that for the answer to something else.
    await clients[0]?.sUnsubscribe('c');
    await connection.audit();
    expect(heard).toEqual(['ready', 'lost']);
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'lost', 'ready']), SLOW);
    await connection.subscribe('a');
    await connection.audit();
    expect(connection.isReady).toBe(true);
  });

  test('is over when it is closed', async () => {
    const { server, connection, heard } = await open();
    connection.close();
    expect(heard).toEqual(['ready', 'lost']);
    await server.kill();
    await server.launch();
    expect(connection.isReady).toBe(false);
    expect(heard).toEqual(['ready', 'lost']);
  });
});
