import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { Authority } from '../certificates.ts';
import { RedisCluster } from './redis-cluster.ts';
import { hasRedis, RedisServer, type ServerTls } from './redis-server.ts';
import { heardLines, listen, numbered, readAll, silence, texts, write } from '../store-tools.ts';

/** The rights listed in docs/operating.md. */
const RIGHTS = ['~log-stream:*', 'resetchannels', '&log-stream:*', '-@all', '+@read', '+@write', '+@connection', '+@pubsub', '+@scripting'];
const MORE_RIGHTS = ['+info', '+cluster|slots', '-@dangerous', '+info', '+scan'];

describe.skipIf(!hasRedis)('RedisStore over TLS', () => {
  let authority: Authority;
  let stranger: Authority;
  let own: ServerTls;
  let client: ServerTls;
  let server: RedisServer;
  beforeAll(async () => {
    [authority, stranger] = await Promise.all([Authority.create(), Authority.create()]);
    [own, client] = await Promise.all([authority.issue('server', 'IP:127.0.0.1'), authority.issue('client', 'DNS:client')]);
    server = await RedisServer.startTls(own);
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([authority.remove(), stranger.remove()]);
  });

  const withFiles = (url: string, files: Partial<ServerTls>): string =>
    `${url}?${Object.entries(files)
      .map(([name, file]) => `${name}=${encodeURIComponent(file)}`)
      .join('&')}`;

  const open = async (url: string): Promise<RedisStore> => {
    const store = await RedisStore.open({ url });
    onTestFinished(() => store.close());
    return store;
  };

  const failure = async (url: string): Promise<string> => {
    const error: unknown = await RedisStore.open({ url }).then(
      (store) => store.close(),
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error('It opened.');
    return error.message;
  };

  test('appends, reads and watches with certificates on both sides', async () => {
    const url = withFiles(server.url, client);
    const [store, other] = [await open(url), await open(url)];
    const { news } = await listen(store, 'a');
    await write(other, 'a', ['1', '2']);
    await silence(store, 'a', news);
    expect(heardLines(news).map(({ tail }) => tail.head)).toEqual([2]);
    expect(texts(await readAll(store, 'a'))).toEqual(['1', '2']);
  });

  test('works as a user with only the documented rights and every special character in the password', async () => {
    const admin = await server.connect();
    onTestFinished(() => admin.destroy());
    const password = ':/?#[]@!$&\'()*+,;=% "\\';
    await admin.sendCommand(['ACL', 'SETUSER', 'log-stream', 'reset', 'on', `>${password}`, ...RIGHTS, ...MORE_RIGHTS]);
    const credentials = `log-stream:${encodeURIComponent(password)}`;
    const store = await open(withFiles(server.url.replace('://', `://${credentials}@`), client));
    const { news } = await listen(store, 'acl');
    await write(store, 'acl', numbered(1, 5));
    await silence(store, 'acl', news);
    expect(heardLines(news).length).toBe(1);
    expect((await store.trim('acl', { lines: 2 }, 0)).first).toBe(4);
    const named: string[] = [];
    for await (const name of store.channels()) named.push(name);
    expect(named).toContain('acl');
    expect(await store.remove('acl')).toBe(true);
    // The run of the server is readable too, without which failovers go unnoticed.
    await write(store, 'acl', ['x']);
    expect(await admin.hGet('log-stream:{acl}:m', 'g')).toMatch(/^[0-9a-f]{12}\.0$/);
    expect(await admin.sendCommand(['ACL', 'LOG'])).toEqual([]);
  });

  test('appends, reads and watches on a cluster that also uses TLS between its nodes', async () => {
    const cluster = await RedisCluster.start({ tls: own });
    onTestFinished(() => cluster.stop());
    const [store, other] = [await open(withFiles(cluster.url, client)), await open(withFiles(cluster.seed, client))];
    for (const channel of numbered(1, 12)) {
      const { news, stop } = await listen(store, channel);
      await write(other, channel, ['x', 'y']);
      await silence(store, channel, news);
      expect(heardLines(news).length).toBe(1);
      expect(texts(await readAll(store, channel))).toEqual(['x', 'y']);
      stop();
    }
    for (const { admin } of cluster.masters) expect(await admin.dbSize()).toBeGreaterThan(0);
  }, 60_000);

  test('says which file to name when the authority of the server is missing or wrong', async () => {
    for (const url of [
      withFiles(server.url, { ...client, ca: stranger.ca }),
      withFiles(server.url, { cert: client.cert, key: client.key }),
    ])
      expect(await failure(url)).toMatch(/certificate.*\?ca=\/etc\/redis\/ca\.pem/s);
    await expect(RedisStore.open({ url: server.url })).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  test('says that a certificate is for another name', async () => {
    const elsewhere = await RedisServer.startTls(await authority.issue('elsewhere', 'DNS:redis.example'));
    onTestFinished(() => elsewhere.stop());
    expect(await failure(withFiles(elsewhere.url, client))).toMatch(/is for another name/);
  });

  test('sends the host name to the server (SNI)', async () => {
    const { cert, key } = await authority.issue('named', 'DNS:localhost');
    const named: unknown[] = [];
    const front = createServer({ cert: await readFile(cert), key: await readFile(key) }, (socket) => {
      named.push(socket.servername);
      socket.destroy();
    });
    await once(front.listen(0, 'localhost'), 'listening');
    onTestFinished(() => void front.close());
    const { port } = front.address() as AddressInfo;
    await failure(withFiles(`rediss://localhost:${port}`, client));
    expect(named).toEqual(['localhost']);
  });

  test('says that the server requires a client certificate when there is none or an untrusted one', async () => {
    const foreign = await stranger.issue('foreign', 'DNS:client');
    expect(await failure(withFiles(server.url, { ca: client.ca }))).toMatch(/cert=\/etc\/redis\/client\.pem&key=/);
    expect(await failure(withFiles(server.url, { ...foreign, ca: client.ca }))).toMatch(/cert=\/etc\/redis\/client\.pem&key=/);
  });

  test('says that only one side uses TLS', async () => {
    const plain = await RedisServer.start();
    onTestFinished(() => plain.stop());
    expect(await failure(withFiles(plain.url.replace('redis:', 'rediss:'), client))).toMatch(/With rediss:, use its tls-port/);
    expect(await failure(server.url.replace('rediss:', 'redis:'))).toMatch(/If it requires TLS, use rediss:/);
  });

  test('says which file cannot be read or is not PEM', async () => {
    expect(await failure(withFiles(server.url, { ...client, ca: '/nowhere/ca.pem' }))).toMatch(/ca=.*ENOENT/);
    expect(await failure(withFiles(server.url, { ...client, key: '/nowhere/key' }))).toMatch(/key=.*ENOENT/);
    const junk = `${authority.ca}.junk`;
    await writeFile(junk, 'this is no certificate');
    expect(await failure(withFiles(server.url, { ...client, cert: junk }))).toMatch(/PEM files/);
    expect(await failure(withFiles(server.url, { ...client, key: own.key }))).toMatch(/key belongs to the certificate/);
  });
});
