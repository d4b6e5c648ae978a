import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readTopic } from '../../src/protocol/topic.ts';
import { createLogServer } from '../../src/server/create-log-server.ts';
import { Signer } from '../../src/server/access/signer.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { numbered, SECRET, startServer } from '../support/server.ts';
import { WireClient } from '../support/wire-client.ts';

async function listen(listener?: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const app: RequestListener = (req, res) => void res.end(`app ${String(req.url)}`);

describe('createLogServer', () => {
  it.each([
    ['no secret', { secrets: [] }, /no secret/u],
    ['no secret in the environment either', {}, /LOG_STREAM_SECRET/u],
    ['a secret that the environment does not have', { secrets: [process.env['NOT_SET'] as string] }, /is undefined.*LOG_STREAM_SECRET/u],
    ['an empty secret', { secrets: [SECRET, ''] }, /Secret 2 of 2 in the option "secrets" is empty/u],
    ['a short secret', { secrets: `${SECRET},s3` }, /Secret 2 of 2 .* too short: 2 bytes.*randomBytes/u],
    ['a base path without a slash', { secrets: [SECRET], basePath: 'logs' }, /basePath.*begin with a slash/u],
    ['a base path that ends with a slash', { secrets: [SECRET], basePath: '/logs/' }, /basePath/u],
    ['a heartbeat of nothing', { secrets: [SECRET], heartbeat: 0 }, /heartbeat.*above 0/u],
    ['a limit that is no number', { secrets: [SECRET], limits: { stall: Number.NaN } }, /limits\.stall/u],
    ['retention of less than nothing', { secrets: [SECRET], retain: { lines: -1 } }, /retain\.lines/u],
  ])('refuses %s, and says what to do', (_title, options, message) => {
    vi.stubEnv('LOG_STREAM_SECRET', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(() => createLogServer({ store: new MemoryStore(), ...options })).toThrow(message);
  });

  it('uses the secrets of the environment, like the command, if none are given', () => {
    vi.stubEnv('LOG_STREAM_SECRET', ` ${SECRET}, the one of yesterday\n`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const logs = createLogServer({ store: new MemoryStore() });
    expect(new Signer(SECRET).verify(logs.sign('run:1')).ok).toBe(true);
    for (const [text, message] of [
      ['', /set LOG_STREAM_SECRET/u],
      ['s3', /LOG_STREAM_SECRET is too short/u],
    ] as const) {
      vi.stubEnv('LOG_STREAM_SECRET', text);
      expect(() => createLogServer({ store: new MemoryStore() })).toThrow(message);
    }
  });

  it('uses the defaults for undefined limits', async () => {
    const limits: { sockets: number; stall?: number } = { sockets: 5 };
    const server = await startServer({ limits: { ...limits } });
    await (await server.connect()).next('hello');
  });

  it('signs topics', async () => {
    const server = await startServer();
    expect(readTopic(server.logs.sign('run:1', { write: true, ttl: 60 }))).toMatchObject({ channel: 'run:1', write: true });
    expect(() => server.logs.sign('no channel')).toThrow(/Not a channel/u);
  });

  it('has any number of followers without a warning of too many listeners', async () => {
    const server = await startServer();
    const warnings: Error[] = [];
    const warn = (warning: Error): number => warnings.push(warning);
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    await server.append('run:1', ['one']);
    const followers = Array.from({ length: 12 }, async () => {
      const answer = await fetch(`${server.url}/topics/run:1?follow=1&topic=${encodeURIComponent(server.sign('run:1'))}`);
      return answer.text();
    });
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(12));
    await server.append('run:1', ['two'], 0);
    expect(new Set(await Promise.all(followers))).toEqual(new Set(['one\ntwo\n']));
    expect(warnings).toEqual([]);
  });

  it('has writers, whose lines viewers see', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    const writer = server.logs.writer('run:1');
    await writer.write('one\ntwo\nthr');
    await writer.write(Buffer.from('ee'));
    await writer.end(3);
    const end = await client.next('end');
    expect(end).toMatchObject({ code: 3, off: { offset: 3 } });
    expect(client.all('msg').flatMap(({ lines }) => lines.map((line) => line[1]))).toEqual(['one', 'two', 'three']);
    expect(() => server.logs.writer('no channel')).toThrow(/Not a channel/u);
  });

  it('shows the unfinished line of a writer', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    const writer = server.logs.writer('run:1');
    await writer.write('one\nDownloading 43 %');
    const part = await client.next('part');
    expect(part.line?.[1]).toBe('Downloading 43 %');
    await writer.end();
    await client.next('end');
    expect(client.all('msg').flatMap(({ lines }) => lines.map((line) => line[1]))).toEqual(['one', 'Downloading 43 %']);
  });

  it('counts its load', async () => {
    const server = await startServer();
    expect(server.logs.stats()).toEqual({ sockets: 0, subscriptions: 0, topics: 0, bytes: 0, requests: 0 });
    const [one, two] = [await server.connect(), await server.connect()];
    one.subscribe(server.sign('run:1'));
    two.subscribe(server.sign('run:1'));
    two.subscribe(server.sign('run:2'));
    await vi.waitFor(() => expect(two.all('ack')).toHaveLength(2));
    await one.next('ack');
    expect(server.logs.stats()).toMatchObject({ sockets: 2, subscriptions: 3, topics: 2 });
  });
});

describe('attach', () => {
  it('answers below the base path and leaves the rest to the listeners that were there', async () => {
    const { server, origin } = await listen(app);
    const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET] });
    const detach = logs.attach(server);
    expect(await (await fetch(`${origin}/`)).text()).toBe('app /');
    expect(await (await fetch(`${origin}/log-streams`)).text()).toBe('app /log-streams');
    expect((await fetch(`${origin}/log-stream/health`)).status).toBe(200);
    detach();
    expect(await (await fetch(`${origin}/log-stream/health`)).text()).toBe('app /log-stream/health');
    await logs.close();
  });

  it('answers 404 if there is no other listener', async () => {
    const { server, origin } = await listen();
    const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET] });
    logs.attach(server);
    const response = await fetch(`${origin}/elsewhere`);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
    await logs.close();
  });

  it('answers 404 for unknown paths below its own', async () => {
    const server = await startServer();
    for (const path of ['/nothing', '/healthy']) {
      const response = await fetch(`${server.url}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.json()).toMatchObject({ status: 404, detail: expect.stringContaining('/log-stream/topics/') as string });
    }
  });

  it("leaves the host's timeouts as they are", async () => {
    const { server } = await listen(app);
    const { requestTimeout, headersTimeout } = server;
    expect(requestTimeout).toBeGreaterThan(0);
    const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET] });
    const detach = logs.attach(server);
    expect([server.requestTimeout, server.headersTimeout]).toEqual([requestTimeout, headersTimeout]);
    detach();
    await logs.close();
  });

  it('is not needed by a host that routes itself', async () => {
    const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET], basePath: '/logs' });
    const { server, origin } = await listen((req, res) => {
      if (!logs.handle(req, res)) res.end('other');
    });
    server.on('upgrade', (req, socket, head) => {
      if (!logs.handleUpgrade(req, socket, head)) socket.destroy();
    });
    expect(await (await fetch(`${origin}/`)).text()).toBe('other');
    expect((await fetch(`${origin}/logs/health`)).status).toBe(200);
    const client = await WireClient.connect(`${origin.replace('http', 'ws')}/logs`);
    await client.next('hello');
    await logs.close();
    expect((await client.closed).code).toBe(1012);
  });
});

describe('health', () => {
  it('is 200 while the store answers, and 503 when it does not', async () => {
    const store = new FaultyStore();
    const told: unknown[] = [];
    const note = (facts: Readonly<Record<string, unknown>>): void => void told.push([facts['event'], facts['err']]);
    const none = (): void => undefined;
    const server = await startServer({ store, logger: { debug: none, info: note, warn: note, error: note } });
    const well = await fetch(`${server.url}/health`);
    expect([well.status, await well.json(), well.headers.get('cache-control')]).toEqual([200, { ok: true }, 'no-store']);
    store.isDown = true;
    const ill = await fetch(`${server.url}/health`);
    expect(ill.status).toBe(503);
    // What the store said may name its address: it is in the log, once, and nowhere else.
    expect(await ill.json()).toMatchObject({ ok: false, status: 503, detail: 'The store does not answer.' });
    await fetch(`${server.url}/health`);
    expect(told).toEqual([['health-failed', expect.objectContaining({ message: 'The store is down for a test.' })]]);
    store.isDown = false;
    const head = await fetch(`${server.url}/health`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(told.at(-1)).toEqual(['health-restored', undefined]);
    const post = await fetch(`${server.url}/health`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('reads from the store once for concurrent requests', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    store.hold();
    const answers = Promise.all(Array.from({ length: 5 }, () => fetch(`${server.url}/health`)));
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(5));
    expect(store.calls.tail).toBe(1);
    store.release();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('close', () => {
  it('sends bye with its options on every socket, closes with 1012, and releases all logs', async () => {
    const server = await startServer();
    const clients = [await server.connect(), await server.connect()];
    for (const client of clients) {
      client.subscribe(server.sign('run:1'));
      await client.next('ack');
    }
    await server.logs.close({ reason: 'deploy', retry: [100, 200], again: [1_000, 2_000] });
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1012, reason: 'restart' });
      expect(client.received.at(-1)).toEqual({ e: 'bye', reason: 'deploy', retry: [100, 200], again: [1_000, 2_000] });
    }
    expect(server.logs.stats()).toEqual({ sockets: 0, subscriptions: 0, topics: 0, bytes: 0, requests: 0 });
  });

  it('spreads the return of viewers by default', async () => {
    const server = await startServer();
    const client = await server.connect();
    await server.logs.close();
    await client.closed;
    expect(client.received.at(-1)).toEqual({ e: 'bye', reason: 'restart', retry: [0, 5_000], again: [180_000, 1_500_000] });
  });

  it('refuses new sockets, and is not healthy, while it closes', async () => {
    const server = await startServer();
    const stubborn = await server.connect();
    // One that does not answer the close keeps the server closing.
    stubborn.socket.pause();
    const closing = server.logs.close();
    await expect(server.connect()).rejects.toThrow('refused with 503');
    expect((await fetch(`${server.url}/health`)).status).toBe(503);
    stubborn.socket.resume();
    await closing;
  });

  it('ends answers that could stay open for days', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(2));
    const response = await fetch(`${server.url}/topics/run:1?follow=1&topic=${encodeURIComponent(server.sign('run:1'))}`);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('line 1\nline 2\n');
    await server.logs.close();
    expect(server.logs.stats().requests).toBe(0);
  });

  it('may be called twice, leaves the store open and the http server to its owner', async () => {
    const { server, origin } = await listen(app);
    const store = new MemoryStore();
    const logs = createLogServer({ store, secrets: [SECRET] });
    logs.attach(server);
    await Promise.all([logs.close(), logs.close()]);
    expect(await store.tail('run:1')).toMatchObject({ head: 0 });
    expect(await (await fetch(`${origin}/log-stream/health`)).text()).toBe('app /log-stream/health');
  });

  it('does not wait for a socket that never answers', async () => {
    const server = await startServer();
    const client = await server.connect();
    const connection = once(client.socket, 'close');
    client.socket.pause();
    const begin = performance.now();
    await server.logs.close();
    expect(performance.now() - begin).toBeLessThan(8_000);
    client.socket.resume();
    await connection;
  });
});
