import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogServer } from '../../../src/server/create-log-server.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { SECRET, startServer } from '../../support/server.ts';
import { WireClient } from '../../support/wire-client.ts';
import { ask, upload } from '../http/support.ts';

const PATIENT = { timeout: 30_000, interval: 20 };

/** Connections that send this and then nothing. */
async function open(port: number, count: number, text: string): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1' }));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.resume();
    await once(socket, 'connect');
    socket.write(text);
  }
  return sockets;
}

describe('Connections that are opened and not used', () => {
  it('are cut when no handshake arrives, and delay no others', async () => {
    const store = new MemoryStore();
    const logs = createLogServer({ store, secrets: [SECRET] });
    // The host's own bound, which attaching must leave in force.
    const server = createServer({ headersTimeout: 300, connectionsCheckingInterval: 50 });
    logs.attach(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    onTestFinished(async () => {
      await logs.close();
      server.closeAllConnections();
      server.close();
    });
    const viewer = await WireClient.connect(`ws://127.0.0.1:${port}/log-stream`, { patience: 30_000 });
    viewer.subscribe(logs.sign('run:1'), 0);
    await viewer.next('ack');
    const slow = [
      ...(await open(port, 100, 'GET /log-stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nX-')),
      ...(await open(port, 100, 'PUT /log-stream/topics/run:1 HTTP/1.1\r\nHost: a\r\n')),
    ];
    const writer = logs.writer('run:1');
    await writer.write('while they hang\n');
    expect((await viewer.next('msg')).lines[0]?.[1]).toBe('while they hang');
    await vi.waitFor(() => expect(slow.filter(({ destroyed }) => !destroyed).length).toBe(0), PATIENT);
    expect(logs.stats()).toMatchObject({ sockets: 1, requests: 0 });
    await viewer.close();
  });

  it('do not keep appends that trickle from being seen, nor others from appending', async () => {
    const server = await startServer();
    const topic = server.sign('run:1', { write: true });
    const slow = Array.from({ length: 100 }, () =>
      upload(server, `/log-stream/topics/run:1?topic=${encodeURIComponent(topic)}`, { 'Content-Type': 'text/plain' }),
    );
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(100), PATIENT);
    const viewer = await server.connect({ patience: 30_000 });
    viewer.subscribe(topic, 0);
    await viewer.next('ack');
    for (const character of 'half a line') for (const { request } of slow) request.write(character);
    const quick = await ask(server, `/log-stream/topics/run:1?topic=${encodeURIComponent(topic)}`, { method: 'POST', body: 'whole\n' });
    expect(quick.status).toBe(200);
    const { lines } = await viewer.next('msg');
    expect(lines.map(([, text]) => text)).toEqual(['whole']);
    for (const { request } of slow) request.destroy();
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(0), PATIENT);
    // What breaks off is a line, once for each of them.
    await vi.waitFor(async () => expect((await server.store.tail('run:1')).head).toBe(101), PATIENT);
  });

  it('are refused with 503 beyond the requests of a server, while its health is still told', async () => {
    const server = await startServer({ limits: { requests: 3 } });
    const path = `/log-stream/topics/run:1?follow=1&topic=${encodeURIComponent(server.sign('run:1'))}`;
    const followers = await open(server.port, 3, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(3), PATIENT);
    const refused = await ask(server, path);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    expect((await ask(server, '/log-stream/health')).status).toBe(200);
    followers[0]?.destroy();
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(2), PATIENT);
    await server.append('run:1', ['x'], 0);
    expect((await ask(server, path)).status).toBe(200);
  });
});
