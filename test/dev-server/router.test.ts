import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Router } from '../../src/dev-server/http/router.ts';

const UPGRADE = 'GET /log-stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

let http: Server;
let router: Router;
let port: number;

beforeEach(async () => {
  http = createServer();
  router = new Router(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  ({ port } = http.address() as AddressInfo);
});

afterEach(async () => {
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
});

describe('a server whose port is bound before it is ready', () => {
  it('refuses upgrades with 503, and closes the connection of a client that does not', async () => {
    const accepted = once(http, 'connection') as Promise<[Socket]>;
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.write(UPGRADE);
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 503 /u);
    const [socket] = await accepted;
    if (!socket.destroyed) await once(socket, 'close');
    client.destroy();
  });

  it('survives a client that resets the connection of its upgrade', async () => {
    const accepted = once(http, 'connection') as Promise<[Socket]>;
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    const [socket] = await accepted;
    http.once('upgrade', () => socket.emit('error', new Error('read ECONNRESET')));
    // Not `once`, which rejects for an error, and would hear it in place of the server.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    client.write(UPGRADE);
    await closed;
    client.destroy();
  });

  it('lets requests wait, 256 at most, and answers them with 503 when it cannot start', async () => {
    const url = `http://127.0.0.1:${port}/log-stream/health`;
    let received = 0;
    const arrived = new Promise<void>((resolve) => http.on('request', () => (received += 1) === 256 && resolve()));
    const waiting = Array.from({ length: 256 }, () => fetch(url));
    await arrived;
    const refused = await fetch(url);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    await router.fail();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual(waiting.map(() => 503));
    expect(await answers[0]?.json()).toMatchObject({ detail: expect.stringContaining('could not start') as string });
  });
});
