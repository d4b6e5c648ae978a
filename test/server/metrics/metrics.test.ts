import { describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { Signer } from '../../../src/server/access/signer.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { openRawSocket } from '../../support/raw-socket.ts';
import { append, numbered, SECRET, startServer, type TestServer } from '../../support/server.ts';
import { parseMetrics, valueOf, type ParsedMetric } from './prometheus.ts';

const signer = new Signer(SECRET);
const PATIENT = { timeout: 20_000, interval: 20 };

function read(server: TestServer): Map<string, ParsedMetric> {
  return parseMetrics(server.logs.metrics());
}

async function ask(server: TestServer, path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(`${server.url}${path}`, init);
  await response.arrayBuffer();
  return response;
}

describe('GET /metrics', () => {
  it('is answered in the text format of Prometheus with a topic for it', async () => {
    const server = await startServer();
    const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${signer.signMetrics()}` } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const metrics = parseMetrics(await response.text());
    expect(metrics.size).toBeGreaterThan(25);
    for (const { help } of metrics.values()) expect(help).toMatch(/[.,] ?/u);
    expect(valueOf(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect((valueOf(metrics, 'process_start_time_seconds') ?? 0) * 1_000).toBeLessThan(Date.now());
  });

  it('accepts only a topic for metrics, unless they are public', async () => {
    const server = await startServer();
    const bearer = (topic: string): RequestInit => ({ headers: { authorization: `Bearer ${topic}` } });
    const statuses = async (at: TestServer): Promise<number[]> => [
      (await ask(at, '/metrics')).status,
      (await ask(at, '/metrics', bearer('nonsense'))).status,
      (await ask(at, '/metrics', bearer(server.sign('run:1', { write: true })))).status,
      (await ask(at, '/metrics', bearer(signer.signMetrics({ ttl: -1 })))).status,
      (await ask(at, `/metrics?topic=${encodeURIComponent(signer.signMetrics())}`)).status,
      (await ask(at, '/metrics', { method: 'HEAD', ...bearer(signer.signMetrics()) })).status,
      (await ask(at, '/metrics', { method: 'POST', ...bearer(signer.signMetrics()) })).status,
    ];
    expect(await statuses(server)).toEqual([401, 401, 403, 401, 200, 200, 405]);
    const open = await startServer({ publicMetrics: true });
    expect(await statuses(open)).toEqual([200, 200, 200, 200, 200, 200, 405]);
  });

  it('names no log, no topic and nothing that a stranger made up', async () => {
    const server = await startServer();
    const topic = server.sign('secret-project:7', { write: true });
    await ask(server, `/topics/secret-project:7?topic=${encodeURIComponent(topic)}`, { method: 'POST', body: 'a line of secrets\n' });
    const viewer = await server.connect();
    viewer.subscribe(topic, 0);
    await viewer.next('msg');
    for (let index = 0; index < 50; index += 1) await ask(server, `/made-up-${index}`, { method: 'PROPFIND' });
    for (const code of [3_000, 4_999, 1_000]) {
      const socket = new WebSocket(server.endpoint);
      await new Promise((resolve) => socket.once('open', resolve));
      socket.close(code);
    }
    await vi.waitFor(() => expect(valueOf(read(server), 'log_stream_sockets_closed_total', { code: '1000' })).toBe(1), PATIENT);
    await vi.waitFor(() => expect(valueOf(read(server), 'log_stream_sockets_closed_total', { code: 'other' })).toBe(2), PATIENT);
    const text = server.logs.metrics();
    for (const secret of ['secret', 'made-up', 'PROPFIND', topic.slice(-64), '"4999"']) expect(text).not.toContain(secret);
    expect(valueOf(read(server), 'log_stream_requests_total', { route: 'other', method: 'other', status: '404' })).toBe(50);
  });
});

describe('metrics', () => {
  it('count sockets, logs, subscriptions, and appended and delivered lines', async () => {
    const server = await startServer();
    const topic = server.sign('run:1', { write: true });
    const viewers = [await server.connect(), await server.connect()];
    for (const viewer of viewers) {
      viewer.subscribe(topic);
      await viewer.next('ack');
    }
    const authorization = `Bearer ${topic}`;
    await ask(server, '/topics/run:1', { method: 'POST', body: 'añb\nc\n', headers: { authorization } });
    for (const viewer of viewers) await viewer.next('msg', ({ off }) => off.offset === 2);
    await ask(server, '/topics/run:1', { headers: { authorization } });
    await ask(server, '/topics/run:1', { headers: { authorization, accept: 'text/plain' } });
    const metrics = read(server);
    const values = (names: readonly string[]): (number | undefined)[] => names.map((name) => valueOf(metrics, name));
    expect(values(['log_stream_sockets', 'log_stream_topics', 'log_stream_subscriptions'])).toEqual([2, 1, 2]);
    expect(values(['log_stream_sockets_opened_total', 'log_stream_appended_lines_total', 'log_stream_appended_bytes_total'])).toEqual([
      2, 2, 5,
    ]);
    expect(valueOf(metrics, 'log_stream_delivered_lines_total', { transport: 'websocket' })).toBe(4);
    expect(valueOf(metrics, 'log_stream_delivered_lines_total', { transport: 'json' })).toBe(2);
    expect(valueOf(metrics, 'log_stream_delivered_lines_total', { transport: 'text' })).toBe(2);
    expect(valueOf(metrics, 'log_stream_delivered_bytes_total', { transport: 'text' })).toBe(7);
    expect(valueOf(metrics, 'log_stream_subscribes_total', { state: 'live' })).toBe(2);
    expect(valueOf(metrics, 'log_stream_store_seconds_count', { operation: 'append' })).toBe(1);
    expect(valueOf(metrics, 'log_stream_delay_seconds_count')).toBe(1);
    expect(valueOf(metrics, 'log_stream_requests_total', { route: 'socket', method: 'GET', status: '101' })).toBe(2);
    await vi.waitFor(
      () => expect(valueOf(read(server), 'log_stream_requests_total', { route: 'topics', method: 'POST', status: '200' })).toBe(1),
      PATIENT,
    );
    expect(values(['log_stream_lagging_subscriptions', 'log_stream_lag_lines'])).toEqual([0, 0]);
    expect(valueOf(metrics, 'log_stream_ring_bytes')).toBeGreaterThan(0);
  });

  it('count resumes by what became of them, over sockets', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const viewer = await server.connect();
    viewer.subscribe(server.sign('run:1'), `${epoch}-1`);
    await viewer.next('ack');
    viewer.subscribe(server.sign('run:1'), 'gone-1');
    await viewer.next('ack');
    viewer.subscribe(server.sign('run:1'), 0);
    await viewer.next('ack');
    const metrics = read(server);
    expect(valueOf(metrics, 'log_stream_resumes_total', { state: 'live' })).toBe(1);
    expect(valueOf(metrics, 'log_stream_resumes_total', { state: 'reset' })).toBe(1);
    expect(valueOf(metrics, 'log_stream_subscribes_total', { state: 'live' })).toBe(2);
  });

  it('count no skip of a subscription to the tail: its reader is not slow', async () => {
    const server = await startServer();
    const viewer = await server.connect();
    viewer.subscribe(server.sign('run:1'), '', 100);
    await viewer.next('ack');
    await server.append('run:1', numbered(5_000));
    expect(await viewer.next('ack')).toMatchObject({ st: 'skipped' });
    await viewer.next('msg');
    expect(valueOf(read(server), 'log_stream_delivered_lines_total', { transport: 'websocket' })).toBe(100);
    expect(valueOf(read(server), 'log_stream_skips_total', { transport: 'websocket' })).toBeUndefined();
  });

  it('show the lag of a viewer that does not read, and count the lines it was not sent', async () => {
    const server = await startServer({ limits: { ringBytes: 500_000, socketBuffer: 16_384 } });
    await server.append('run:1', ['first']);
    const { socket, send, messages } = await openRawSocket(server.port);
    send(JSON.stringify({ subscribe: { [server.sign('run:1')]: '' } }));
    await vi.waitFor(() => expect(messages.some((message) => String(message).includes('"ack"'))).toBe(true), PATIENT);
    socket.pause();
    const line = 'x'.repeat(400);
    await vi.waitFor(
      async () => {
        await server.append(
          'run:1',
          Array.from({ length: 500 }, () => line),
        );
        expect(valueOf(read(server), 'log_stream_lag_lines')).toBeGreaterThan(5_000);
      },
      { timeout: 20_000, interval: 1 },
    );
    expect(valueOf(read(server), 'log_stream_lagging_subscriptions')).toBe(1);
    socket.resume();
    await vi.waitFor(() => expect(valueOf(read(server), 'log_stream_lag_lines')).toBe(0), { timeout: 20_000 });
    expect(valueOf(read(server), 'log_stream_skips_total', { transport: 'websocket' })).toBeGreaterThan(0);
    const given = valueOf(read(server), 'log_stream_delivered_lines_total', { transport: 'websocket' }) ?? 0;
    const skipped = valueOf(read(server), 'log_stream_skipped_lines_total', { transport: 'websocket' }) ?? 0;
    expect(given + skipped).toBe((await server.store.tail('run:1')).head - 1);
    socket.destroy();
  });

  it('count refusals by their reason, and a store that fails', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    const bearer = (topic: string): RequestInit => ({ headers: { authorization: `Bearer ${topic}` } });
    const good = server.sign('run:1');
    const forged = `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`;
    await ask(server, '/topics/run:1');
    await ask(server, '/topics/run:1', bearer('nonsense'));
    await ask(server, '/topics/run:1', bearer(forged));
    await ask(server, '/topics/run:1', bearer(server.sign('run:1', { ttl: -1 })));
    await ask(server, '/topics/run:2', bearer(good));
    await ask(server, '/topics/run:1', { method: 'DELETE', ...bearer(good) });
    const viewer = await server.connect();
    viewer.subscribe(forged);
    await viewer.next('err');
    await expect(server.connect({ headers: { origin: 'https://evil.example' } })).rejects.toThrow('403');
    for (const [reason, count] of [
      ['missing', 1],
      ['malformed', 1],
      ['forbidden', 2],
      ['expired', 1],
      ['channel', 1],
      ['read-only', 1],
      ['origin', 1],
    ] as const) {
      expect([reason, valueOf(read(server), 'log_stream_refusals_total', { reason })]).toEqual([reason, count]);
    }
    await append(store, 'run:1', ['x']);
    store.isDown = true;
    expect((await ask(server, '/topics/run:1', bearer(good))).status).toBe(503);
    expect(valueOf(read(server), 'log_stream_store_errors_total', { operation: 'read' })).toBe(1);
  });
});
