import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startServer, type TestServer } from '../../support/server.ts';
import { WireClient } from '../../support/wire-client.ts';

/** Asks for an upgrade and resolves to the refusal. */
async function refusal(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }> {
  const asked = request({
    port: server.port,
    host: '127.0.0.1',
    path,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': Buffer.from('0123456789abcdef').toString('base64'),
      ...headers,
    },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() };
}

describe('the WebSocket', () => {
  it('selects its subprotocol where it is offered, and does not require it', async () => {
    const server = await startServer();
    expect((await server.connect({ protocols: ['other', 'log-stream.v1'] })).socket.protocol).toBe('log-stream.v1');
    const without = await server.connect({ protocols: [] });
    expect(without.socket.protocol).toBe('');
    await without.next('hello');
  });

  it('of another version only is closed with 4426, which names the supported one', async () => {
    const server = await startServer();
    const client = await server.connect({ protocols: ['log-stream.v9'] });
    expect(await client.closed).toEqual({ code: 4426, reason: 'this server speaks log-stream.v1' });
    expect(client.received).toEqual([]);
    expect(server.logs.stats().sockets).toBe(0);
  });

  it('is not compressed', async () => {
    const server = await startServer();
    expect((await server.connect()).socket.extensions).toBe('');
  });

  it('ignores the query of its URL', async () => {
    const server = await startServer();
    const client = await WireClient.connect(`${server.endpoint}?shared=true&p=123.0`);
    await client.next('hello');
    await client.close();
  });

  it('is at the base path alone', async () => {
    const server = await startServer({ basePath: '/some/logs' });
    await (await server.connect()).next('hello');
    const { status, headers, body } = await refusal(server, '/some/logs/socket');
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(body)).toMatchObject({ status: 404, detail: 'The WebSocket is at /some/logs.' });
  });

  it('is opened for its own origin, for those on the list, and without an origin', async () => {
    const server = await startServer({ allowOrigins: ['https://app.example'] });
    for (const origin of [undefined, server.origin, 'https://app.example']) {
      const client = await server.connect(origin === undefined ? {} : { headers: { Origin: origin } });
      await client.next('hello');
    }
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null', 'https://app.example.evil.example']) {
      const { status, body } = await refusal(server, '/log-stream', { Origin: origin });
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ code: 'origin', origin, host: `127.0.0.1:${server.port}` });
      expect(body).toContain(`--allow-origin ${origin}`);
    }
    expect(server.logs.stats().sockets).toBe(3);
  });

  it('is refused with 503 beyond the sockets of a server, until one closes', async () => {
    const server = await startServer({ limits: { sockets: 2 } });
    const first = await server.connect();
    await server.connect();
    const { status, headers } = await refusal(server, '/log-stream');
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    await first.close();
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1));
    await (await server.connect()).next('hello');
  });

  it('is not what another kind of upgrade gets', async () => {
    const server = await startServer();
    const { status, body } = await refusal(server, '/log-stream', { Upgrade: 'h2c' });
    expect(status).toBe(400);
    expect(body).toContain('Upgrade: websocket');
  });

  it('leaves other paths to other listeners, and refuses them if there are none', async () => {
    const server = await startServer();
    expect((await refusal(server, '/elsewhere')).status).toBe(404);
    const other = new WebSocketServer({ noServer: true });
    other.on('connection', (socket) => socket.send('other'));
    server.server.on('upgrade', (req, socket, head) => {
      if (req.url === '/other') other.handleUpgrade(req, socket, head, (webSocket) => other.emit('connection', webSocket));
    });
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/other`);
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.toString()).toBe('other');
    socket.terminate();
    await (await server.connect()).next('hello');
    other.close();
  });
});
