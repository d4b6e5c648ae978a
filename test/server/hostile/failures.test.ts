import { once } from 'node:events';
import http, { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogServer } from '../../../src/server/create-log-server.ts';
import type { Logger } from '../../../src/server/log/logger.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { hostFailures } from '../../support/host-process.ts';
import { SECRET, startServer, type TestServer } from '../../support/server.ts';
import { FAILURES, STORE_METHODS, WildStore, type Mood } from '../../support/wild-store.ts';
import { WireClient } from '../../support/wire-client.ts';

const MOODS: readonly Mood[] = ['throws', 'rejects', 'hangs'];

/** Sends requests of every kind, and resolves once all of them are with the server; what becomes of them does not matter. */
async function bother(server: TestServer): Promise<() => void> {
  const topic = encodeURIComponent(server.sign('run:1', { write: true }));
  const path = `/log-stream/topics/run:1?topic=${topic}`;
  const begin = (method: string, target: string, accept = '*/*'): http.ClientRequest => {
    const request = http.request({ port: server.port, host: '127.0.0.1', method, path: target, headers: { accept }, agent: false });
    request.on('error', () => undefined);
    request.on('response', (response: IncomingMessage) => response.resume().on('error', () => undefined));
    if (method !== 'PUT') request.end();
    return request;
  };
  const append = begin('PUT', path);
  append.write('a whole line\nan unfinished li');
  const requests = [
    append,
    begin('GET', path),
    begin('GET', `${path}&follow=1`),
    begin('GET', path, 'text/plain'),
    begin('GET', path, 'text/event-stream'),
    begin('DELETE', path),
    begin('GET', '/log-stream/health'),
    begin('GET', '/log-stream/metrics'),
  ];
  const client = await WireClient.connect(server.endpoint);
  client.subscribe(server.sign('run:1'), 0);
  client.subscribe(server.sign('run:2'));
  client.unsubscribe(server.sign('run:2'));
  client.probe();
  await client.next('hb');
  return () => {
    client.socket.terminate();
    for (const request of requests) request.destroy();
  };
}

describe('a store that fails', () => {
  for (const method of STORE_METHODS) {
    for (const mood of MOODS) {
      it(`in ${method}, which ${mood}, ends neither the host's process nor what others do`, async () => {
        const failures = hostFailures();
        const store = new WildStore();
        const server = await startServer({ store, retain: { lines: 100 } });
        const bystander = await server.connect();
        bystander.subscribe(server.sign('other'));
        await bystander.next('ack');
        for (const failure of mood === 'hangs' ? [undefined] : FAILURES) {
          store.failure = failure;
          store.moods.set(method, mood);
          const leave = await bother(server);
          store.moods.clear();
          leave();
        }
        await vi.waitFor(() => expect(server.logs.stats().requests).toBe(0));
        await server.append('other', ['still here']);
        expect((await bystander.next('msg')).lines[0]?.[1]).toBe('still here');
        // A question that is still out is not asked again before it has had its time.
        await vi.waitFor(async () => expect((await fetch(`${server.url}/health`)).status).toBe(200), { timeout: 15_000, interval: 200 });
        expect(failures).toEqual([]);
      });
    }
  }
});

describe('what else may fail', () => {
  it('a logger that throws ends nothing', async () => {
    const failures = hostFailures();
    const fail = (): never => {
      throw new Error('the logger is closed');
    };
    const logger: Logger = { debug: fail, info: fail, warn: fail, error: fail };
    const store = new WildStore();
    const server = await startServer({ store, logger });
    store.moods.set('tail', 'rejects');
    const leave = await bother(server);
    store.moods.clear();
    leave();
    server.logs.drain();
    const client = await server.connect();
    client.subscribe(server.sign('run:3'));
    await client.next('ack');
    expect(failures).toEqual([]);
  });

  it('a handler that throws answers 500, or breaks off an answer that has begun, and logs it', async () => {
    const failures = hostFailures();
    const told: string[] = [];
    const note = (_facts: unknown, message: string): void => void told.push(message);
    const logger: Logger = { debug: () => undefined, info: () => undefined, warn: note, error: note };
    const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET], publicMetrics: true, logger });
    const server = createServer((req, res) => {
      // A host that wraps the answer, and does it wrong.
      if (req.url?.endsWith('metrics') === true) vi.spyOn(res, 'writeHead').mockImplementationOnce(() => expect.fail('no head today'));
      else res.flushHeaders();
      logs.handle(req, res);
    });
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await fetch(`${origin}/log-stream/metrics`)).status).toBe(500);
    for (const path of ['health', 'topics/x', 'nothing'])
      await expect(fetch(`${origin}/log-stream/${path}`).then((answer) => answer.text())).rejects.toThrow();
    expect(told).toContain('A request failed.');
    expect(failures).toEqual([]);
    await logs.close();
  });

  it('one server attached twice handles each handshake once', async () => {
    const failures = hostFailures();
    const server = await startServer();
    onTestFinished(server.logs.attach(server.server));
    await WireClient.connect(server.endpoint).catch(() => undefined);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(failures).toEqual([]);
  });
});
