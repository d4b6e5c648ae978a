import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import * as redis from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { dialServers } from '../../../../src/server/stores/redis/dial.ts';
import { Nodes } from '../../../../src/server/stores/redis/nodes.ts';
import { askSeed } from '../../../../src/server/stores/redis/seeds.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

describe.skipIf(!hasRedis)('Nodes', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  async function start() {
    const proxy = await TcpProxy.listen(() => server.port);
    onTestFinished(() => proxy.close());
    const name = `127.0.0.1:${proxy.port}`;
    const nodes = new Nodes(dialServers(redis, parseAddress(`redis://${name}`), undefined), { returning: true });
    onTestFinished(() => nodes.close());
    return { proxy, name, nodes };
  }

  test('leave no connection behind that was being made when they were closed', async () => {
    const { proxy, name, nodes } = await start();
    const coming = nodes.get(name);
    await nodes.close();
    await expect(coming).rejects.toThrow(/given up/);
    await expect.poll(() => proxy.open).toBe(0);
  });

  test('leave no connection behind to a node that was let go of while it was made', async () => {
    const { proxy, name, nodes } = await start();
    const coming = nodes.get(name);
    nodes.keep(new Set());
    await expect(coming).rejects.toThrow(/given up/);
    await expect.poll(() => proxy.open).toBe(0);
    expect((await nodes.get(name)).isReady).toBe(true);
    expect(proxy.open).toBe(1);
  });

  test('connect to nobody any more once they are closed', async () => {
    const { proxy, name, nodes } = await start();
    await nodes.close();
    await expect(nodes.get(name)).rejects.toThrow(/is closed/);
    expect(proxy.connections).toBe(0);
  });

  test('are not dialled anew by each call where they never stood, but are once they are up', async () => {
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
    const troubles = new Set<unknown>();
    for (let call = 1; call <= 200; call += 1) await Promise.resolve(nodes.get(away)).catch((error: unknown) => troubles.add(error));
    expect(dials).toBeGreaterThan(0);
    expect(dials).toBeLessThan(20);
    expect(troubles.size).toBe(dials);
    // What nobody waits for any more is no failure that nobody handles.
    void nodes.get(away);
    isUp = true;
    await expect.poll(async () => (await nodes.get(away)).isReady).toBe(true);
    expect((await nodes.get(name)).isReady).toBe(true);
  });

  test('are dialled at once, though they failed before, where they were let go of meanwhile', async () => {
    const { proxy, name, nodes } = await start();
    proxy.refuse(true);
    const trouble = async (): Promise<unknown> => {
      try {
        return await nodes.get(name);
      } catch (error) {
        return error;
      }
    };
    const first = await trouble();
    expect(first).toBeInstanceOf(Error);
    nodes.keep(new Set());
    const second = await trouble();
    expect(second).toBeInstanceOf(Error);
    expect(second).not.toBe(first);
  });

  test('are asked in turn, where the first is silent, before that one is given up', async () => {
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
    expect((await askSeed(nodes, [`127.0.0.1:${port}`, name])).name).toBe(name);
    expect(isGivenUp).toBe(false);
  });

  test('are asked to the last, whose failure is told', async () => {
    const { nodes } = await start();
    await expect(askSeed(nodes, ['127.0.0.1:1', '127.0.0.1:2'])).rejects.toThrow(/ECONNREFUSED 127.0.0.1:2/);
  });
});
