import { describe, expect, it } from 'vitest';
import { SILENT } from '../../../../src/server/log/logger.ts';
import { ask, startServer } from '../support.ts';

const BASE = '/log-stream';

describe('the address of the WebSocket, asked without an upgrade', () => {
  it.each([BASE, `${BASE}/`, `${BASE}?x=1`])('%s tells any page that a WebSocket is here, and which Host arrived', async (path) => {
    const server = await startServer();
    for (const headers of [{}, { Origin: server.origin }]) {
      const answer = await ask(server, path, { headers });
      expect(answer.status).toBe(426);
      expect(answer.json()).toMatchObject({ type: 'urn:log-stream:upgrade', code: 'upgrade', host: `127.0.0.1:${server.port}` });
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'access-control-allow-origin': '*',
        'cache-control': 'no-store',
      });
    }
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])('tells a page of %s that it is refused, and why', async (origin) => {
    const server = await startServer();
    const answer = await ask(server, BASE, { headers: { Origin: origin } });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    const { detail, ...facts } = answer.json();
    expect(facts).toMatchObject({ code: 'origin', origin, host: `127.0.0.1:${server.port}` });
    expect(detail).toContain(`--allow-origin ${origin}`);
  });

  it('is all that such a page gets to read', async () => {
    const server = await startServer();
    for (const path of [server.path('run:1'), `${BASE}/health`, `${BASE}/metrics`])
      expect((await ask(server, path, { headers: { Origin: 'https://evil.example' } })).headers).not.toHaveProperty(
        'access-control-allow-origin',
      );
  });

  it('says what a handshake would get: 503 where there is no room, or the server closes', async () => {
    const server = await startServer({ limits: { sockets: 1 } });
    await server.connect();
    expect((await ask(server, BASE)).status).toBe(503);
  });

  it('answers HEAD, and 405 for other methods', async () => {
    const server = await startServer();
    expect(await ask(server, BASE, { method: 'HEAD' })).toMatchObject({ status: 426, text: '' });
    const posted = await ask(server, BASE, { method: 'POST' });
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('is named to any page that asks beside it', async () => {
    const server = await startServer();
    const answer = await ask(server, `${BASE}/sockets`, { headers: { Origin: 'https://evil.example' } });
    expect(answer.status).toBe(404);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.json()).toMatchObject({ code: 'not-found', detail: expect.stringContaining(`WebSocket is at ${BASE}.`) });
  });
});

describe('a refused origin', () => {
  it('is logged once, whether for a socket or for requests, and not for answers that any page may read', async () => {
    const warned: Readonly<Record<string, unknown>>[] = [];
    const server = await startServer({ logger: { ...SILENT, warn: (facts) => void warned.push(facts) } });
    const headers = { Origin: 'https://app.example' };
    await ask(server, `${BASE}/assets/log-stream.js`, { headers });
    expect(warned).toEqual([]);
    await expect(server.connect({ headers })).rejects.toThrow('403');
    await ask(server, server.path('run:1'), { headers });
    await ask(server, server.path('run:1'), { method: 'OPTIONS', headers });
    await ask(server, BASE, { headers });
    expect(warned).toEqual([{ event: 'origin-refused', origin: 'https://app.example', host: `127.0.0.1:${server.port}` }]);
  });
});

describe('a proxy that changes Host', () => {
  it.each([
    ['is no matter where the browser says that the page is of the same origin', 'same-origin', true],
    ['makes a stranger of a page where it says nothing', undefined, false],
    ['makes nobody of another site a friend', 'cross-site', false],
  ])('%s', async (_, site, isLetIn) => {
    const server = await startServer();
    const headers = { Origin: 'http://localhost:5173', ...(site === undefined ? {} : { 'Sec-Fetch-Site': site }) };
    expect((await ask(server, BASE, { headers })).status).toBe(isLetIn ? 426 : 403);
    const socket = server.connect({ headers });
    if (isLetIn) await (await socket).next('hello');
    else await expect(socket).rejects.toThrow('403');
    const { headers: answered } = await ask(server, server.path('run:1'), { headers });
    expect(answered['access-control-allow-origin']).toBe(isLetIn ? headers.Origin : undefined);
  });
});
