import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { nodeName, parseAddress } from '../../../../src/server/stores/redis/address.ts';
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
    const connection = new ShardConnection(dialServers(driver, address, undefined), address.nodes.map(nodeName)[0] ?? '', {
      onReady: () => heard.push('ready'),
      onLost: () => heard.push('lost'),
      onMessage: (channel, message) => heard.push(`${channel}: ${message}`),
      onMoved: (channel) => heard.push(`moved ${channel}`),
    });
    onTestFinished(() => connection.close());
    await vi.waitFor(() => expect(heard).toEqual(['ready']), SLOW);
    return { server, admin, connection, clients, heard };
  }

  test('reconnects by itself, without subscriptions', async () => {
    const { server, admin, connection, heard } = await open();
    await connection.subscribe('a');
    await admin.sPublish('a', 'one');
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'a: one']), SLOW);
    await server.kill();
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'a: one', 'lost']), SLOW);
    await expect(connection.subscribe('a')).rejects.toThrow(/Not connected/);
    await server.launch();
    await vi.waitFor(() => expect(connection.isReady).toBe(true), SLOW);
    await vi.waitFor(() => expect(admin.isReady).toBe(true), SLOW);
    expect(await admin.pubSubShardNumSub(['a'])).toEqual({ a: 0 });
    await connection.subscribe('a');
    await admin.sPublish('a', 'two');
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'a: one', 'lost', 'ready', 'a: two']), SLOW);
  });

  test('reconnects when the node holds other subscriptions than this side', async () => {
    const { connection, clients, heard } = await open();
    await connection.subscribe('a');
    await connection.subscribe('b');
    await connection.audit();
    await connection.unsubscribe('b');
    await connection.audit();
    // While a command is under way the numbers prove nothing.
    const subscribing = connection.subscribe('c');
    await connection.audit();
    await subscribing;
    await connection.audit();
    expect(heard).toEqual(['ready']);
    // As if the client had mistaken the end of a subscription for the reply to another command.
    await clients[0]?.sUnsubscribe('c');
    await connection.audit();
    expect(heard).toEqual(['ready', 'lost']);
    await vi.waitFor(() => expect(heard).toEqual(['ready', 'lost', 'ready']), SLOW);
    await connection.subscribe('a');
    await connection.audit();
    expect(connection.isReady).toBe(true);
  });

  test('leaves no connection open to a hung node when it is closed', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.resume().on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const unexpected = (): void => expect.unreachable();
    const listener = { onReady: unexpected, onLost: unexpected, onMessage: unexpected, onMoved: unexpected };
    const address = parseAddress(`redis://127.0.0.1:${port}`);
    const connection = new ShardConnection(dialServers({ createClient }, address, undefined), `127.0.0.1:${port}`, listener);
    await vi.waitFor(() => expect(sockets.size).toBe(1), SLOW);
    connection.close();
    // The connection would time out by itself after 8 s.
    await vi.waitFor(() => expect(sockets.size).toBe(0), { timeout: 4_000 });
  });

  test('emits nothing after it was closed', async () => {
    const { server, connection, heard } = await open();
    connection.close();
    expect(heard).toEqual(['ready', 'lost']);
    await server.kill();
    await server.launch();
    expect(connection.isReady).toBe(false);
    expect(heard).toEqual(['ready', 'lost']);
  });
});
