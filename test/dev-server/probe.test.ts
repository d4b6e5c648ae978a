import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Endpoint } from '../../src/dev-server/client/endpoint.ts';
import { probe } from '../../src/dev-server/client/probe.ts';
import { startServer } from '../support/server.ts';

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const speaking = (listener: RequestListener): Promise<number> => portOf(createHttpServer(listener));

/** A server that does this with each connection. */
const connecting = (take: (socket: Socket) => void): Promise<number> =>
  portOf(
    createServer((socket) => {
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      take(socket);
    }),
  );

function ask(port: number, patience = 60_000): ReturnType<typeof probe> {
  const endpoint = new Endpoint({ host: '127.0.0.1', port });
  onTestFinished(() => endpoint.close());
  return probe(endpoint, patience);
}

describe('what listens at an address', () => {
  it('is log-stream when its health endpoint answers, healthy or not', async () => {
    expect(await ask((await startServer()).port)).toEqual({ kind: 'log-stream' });
    const ill = await speaking((_request, response) => response.writeHead(503).end('{"ok":false}'));
    expect(await ask(ill)).toEqual({ kind: 'log-stream' });
  });

  it('is nothing when the connection is refused', async () => {
    const server = createServer();
    const port = await portOf(server);
    server.close();
    await once(server, 'close');
    expect(await ask(port)).toEqual({ kind: 'nothing' });
  });

  it.each<[string, () => Promise<number>]>([
    ['another page', () => speaking((_request, response) => response.end('<h1>hello</h1>'))],
    ['other JSON', () => speaking((_request, response) => response.end('{"ok":1}'))],
    ['an error', () => speaking((_request, response) => response.writeHead(404).end())],
    ['no HTTP', () => connecting((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))],
    ['without end', () => speaking((_request, response) => void response.write('x'.repeat(17 * 1_024 * 1_024)))],
  ])('is another program when it answers with %s', async (_what, open) => {
    expect(await ask(await open())).toEqual({ kind: 'other' });
  });

  it.each<[string, () => Promise<number>, number?]>([
    ['says nothing', () => connecting(() => undefined), 50],
    ['hangs up', () => connecting((socket) => socket.end())],
    ['resets the connection', () => connecting((socket) => socket.resetAndDestroy())],
    ['breaks off in the middle', () => connecting((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"ok":'))],
    ['stands for one that is not there', () => speaking((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))],
  ])('is unknown when it %s', async (_what, open, patience) => {
    expect(await ask(await open(), patience)).toEqual({ kind: 'silent', why: expect.stringMatching(/./) });
  });

  it('is an error for an unknown host', async () => {
    const endpoint = new Endpoint({ host: 'no-such-host.invalid', port: 1 });
    vi.spyOn(endpoint, 'ask').mockRejectedValue(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
    await expect(probe(endpoint, 60_000)).rejects.toThrow(/Unknown host no-such-host\.invalid/);
  });
});
