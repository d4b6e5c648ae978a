import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import * as redis from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { NodePool } from '../../../../src/server/stores/redis/node-pool.ts';
import { firstAnswer } from '../../../../src/server/stores/redis/first-answer.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

describe.skipIf(!hasRedis)('NodePool', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  async function start() {
    const proxy = await TcpProxy.listen(() => server.port);
    onTestFinished(() => proxy.close());
    const name = `127.0.0.1:${proxy.port}`;
    const nodes = new NodePool(dialServers(redis, parseAddress(`redis://${name}`), undefined), { reconnects: true });
    onTestFinished(() => nodes.close());
    return { proxy, name, nodes };
  }

  test('leaves no connection open that was being made when it was closed', async () => {
    const { proxy, name, nodes } = await start();
    const coming = nodes.get(name);
    await nodes.close();
    await expect(coming).rejects.toThrow(/abandoned/);
    await expect.poll(() => proxy.open).toBe(0);
  });

  test('leaves no connection open to a node that was dropped while connecting', async () => {
    const { proxy, name, nodes } = await start();
    const coming = nodes.get(name);
    nodes.keepOnly(new Set());
    await expect(coming).rejects.toThrow(/abandoned/);
    await expect.poll(() => proxy.open).toBe(0);
    expect((await nodes.get(name)).isReady).toBe(true);
    expect(proxy.open).toBe(1);
  });

  test('makes no connection after it was closed', async () => {
    const { proxy, name, nodes } = await start();
    await nodes.close();
    await expect(nodes.get(name)).rejects.toThrow(/is closed/);
    expect(proxy.connections).toBe(0);
  });

  test('does not dial an unreachable node for each call, and connects once it is up', async () => {
    const { proxy, name, nodes } = await start();
    let dials = 0;
    let isUp = false;
    const door = createServer((socket) => {
      socket.on('error', () => undefined);
      dials += 1;
      if (isUp)
        socket
          .pipe(connect(proxy.port, '127.0.0.1'))
          .on('error', () => undefined)
          .pipe(socket);
      else socket.destroy();
    });
    await once(door.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void door.close());
    const { port } = door.address() as AddressInfo;
    const away = `127.0.0.1:${port}`;
    const errors = new Set<unknown>();
    for (let call = 1; call <= 200; call += 1) await Promise.resolve(nodes.get(away)).catch((error: unknown) => errors.add(error));
    expect(dials).toBeGreaterThan(0);
    expect(dials).toBeLessThan(20);
    expect(errors.size).toBe(dials);
    // A rejection that nothing awaits must not count as unhandled.
    void nodes.get(away);
    isUp = true;
    await expect.poll(async () => (await nodes.get(away)).isReady).toBe(true);
    expect((await nodes.get(name)).isReady).toBe(true);
  });

  test('dials a node at once that failed before but was dropped meanwhile', async () => {
    const { proxy, name, nodes } = await start();
    proxy.refuse(true);
    const failure = async (): Promise<unknown> => {
      try {
        return await nodes.get(name);
      } catch (error) {
        return error;
      }
    };
    const first = await failure();
    expect(first).toBeInstanceOf(Error);
    nodes.keepOnly(new Set());
    const second = await failure();
    expect(second).toBeInstanceOf(Error);
    expect(second).not.toBe(first);
  });

  test('asks the next node while the first is silent, before that one times out', async () => {
    const { name, nodes } = await start();
    let isGivenUp = false;
    const silent = createServer((socket) => {
      socket.resume().on('error', () => undefined);
      socket.on('close', () => {
        isGivenUp = true;
      });
    });
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    expect(await firstConnected(nodes, [`127.0.0.1:${port}`, name])).toBe(name);
    expect(isGivenUp).toBe(false);
  });

  test('asks all nodes, and rejects with the failure of the last', async () => {
    const { nodes } = await start();
    await expect(firstConnected(nodes, ['127.0.0.1:1', '127.0.0.1:2'])).rejects.toThrow(/ECONNREFUSED 127.0.0.1:2/);
  });
});

function firstConnected(nodes: NodePool, names: readonly string[]): Promise<string> {
  return firstAnswer(names, async (name) => ({ name, client: await nodes.get(name) })).then(({ name }) => name);
}
