import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SECRET } from '../../support/server.ts';
import type { Logger } from '../../../src/server/log/logger.ts';
import type { SignOptions } from '../../../src/server/access/signer.ts';
import { appendText, ask, startServer, textsOf, type HttpTestServer } from './support.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

describe('access', () => {
  it('accepts the topic in Authorization or in the query, where a space is a plus', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    // A payload whose base64 has a plus in it.
    const payload = Buffer.from(JSON.stringify({ c: 'run:1', t: 1, note: '>>>>>>~~~~~~' })).toString('base64');
    expect(payload).toContain('+');
    const signed = `${payload}--${createHmac('sha256', SECRET).update(payload).digest('hex')}`;
    for (const topic of [encodeURIComponent(signed), signed, signed.replaceAll('+', '%20')]) {
      expect((await ask(server, `/log-stream/topics/run:1?topic=${topic}`)).status).toBe(200);
    }
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect((await ask(server, '/log-stream/topics/run:1', { headers: { Authorization: `${scheme} ${signed}` } })).status).toBe(200);
    }
    const basic = { headers: { Authorization: 'Basic dTpw' } };
    expect((await ask(server, `/log-stream/topics/run:1?topic=${encodeURIComponent(signed)}`, basic)).status).toBe(200);
  });

  it.each(METHODS)('is 401 for %s without, with a forged, a cut, an expired topic, before any 404', async (method) => {
    const server = await startServer();
    const good = server.logs.sign('run:1', { write: true });
    const expired = server.logs.sign('run:1', { write: true, ttl: -1 });
    const forged = `${good.slice(0, -4)}0000`;
    for (const topic of [undefined, '', 'nonsense', forged, good.slice(0, -10), expired, '__proto__']) {
      const query = topic === undefined ? '' : `?topic=${encodeURIComponent(topic)}`;
      const answer = await ask(server, `/log-stream/topics/run:1${query}`, { method });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer /u);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      // Nothing of the log is told, and never what the signature should have been.
      expect(answer.headers).not.toHaveProperty('log-head');
      expect(answer.text).not.toContain(good.slice(-64));
    }
    expect((await server.store.tail('run:1')).head).toBe(0);
  });

  it('names the reason', async () => {
    const server = await startServer();
    const expired = await ask(server, `/log-stream/topics/run:1?topic=${encodeURIComponent(server.logs.sign('run:1', { ttl: -1 }))}`);
    expect(expired.json()).toMatchObject({ code: 'expired' });
    expect(expired.headers['www-authenticate']).toContain('expired');
    const none = await ask(server, '/log-stream/topics/run:1');
    expect(none.json()).toMatchObject({ code: 'unauthorized' });
  });

  it.each(METHODS)('is 403 for %s with a topic of another channel, before any 404', async (method) => {
    const server = await startServer();
    const topic = encodeURIComponent(server.logs.sign('run:2', { write: true }));
    const answer = await ask(server, `/log-stream/topics/run:1?topic=${topic}`, { method, ...(method === 'PUT' ? { body: 'one\n' } : {}) });
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('log-head');
  });

  it.each(['POST', 'PUT', 'DELETE'])('is 403 for %s with a topic that may only read', async (method) => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const answer = await ask(server, server.path('run:1', '', false), { method, ...(method === 'DELETE' ? {} : { body: 'two\n' }) });
    expect(answer.status).toBe(403);
    if (method !== 'DELETE') expect(answer.headers['log-head']).toBe('1');
    expect(await textsOf(server.store, 'run:1')).toEqual(['one']);
  });

  it.each(['PATCH', 'PROPFIND'])('is 405 for %s, with the allowed methods', async (method) => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1'), { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, POST, PUT, DELETE, OPTIONS');
    expect(answer.headers.vary).toContain('Accept');
  });
});

describe('removing', () => {
  it('is 204, and the next append begins a new epoch', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\ntwo\n', 'end=0');
    const before = await server.store.tail('run:1');
    const answer = await ask(server, server.path('run:1'), { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect((await ask(server, server.path('run:1'))).status).toBe(404);
    await appendText(server, 'run:1', 'anew\n');
    const after = await server.store.tail('run:1');
    expect(after).toMatchObject({ head: 1, first: 1, end: undefined });
    expect(after.epoch).not.toBe(before.epoch);
  });

  it('is 404 for a log that is not there', async () => {
    const server = await startServer();
    expect((await ask(server, server.path('run:1'), { method: 'DELETE' })).status).toBe(404);
  });
});

describe('the right to remove', () => {
  const remove = async (server: HttpTestServer, channel: string, options: SignOptions): Promise<number> => {
    await appendText(server, channel, 'one\n');
    const topic = encodeURIComponent(server.sign(channel, options));
    return (await ask(server, `/log-stream/topics/${channel}?topic=${topic}`, { method: 'DELETE' })).status;
  };

  it('is "d", which does not allow appending', async () => {
    const server = await startServer();
    expect(await remove(server, 'run:1', { delete: true })).toBe(204);
    expect(await remove(server, 'run:1', {})).toBe(403);
    const topic = encodeURIComponent(server.sign('run:1', { delete: true }));
    const answer = await ask(server, `/log-stream/topics/run:1?topic=${topic}`, { method: 'POST', body: 'two\n' });
    expect(answer.status).toBe(403);
    expect(await textsOf(server.store, 'run:1')).toEqual(['one']);
  });

  it('is "w" too until 1.0, with a warning in the log, once for each channel', async () => {
    const warned: unknown[] = [];
    const none = (): void => undefined;
    const logger: Logger = { debug: none, info: none, error: none, warn: (facts) => void warned.push([facts['event'], facts['channel']]) };
    const server = await startServer({ logger });
    for (const channel of ['run:1', 'run:1', 'run:2', 'run:1']) expect(await remove(server, channel, { write: true })).toBe(204);
    expect(await remove(server, 'run:3', { write: true, delete: true })).toBe(204);
    expect(warned).toEqual([
      ['removed-by-writer', 'run:1'],
      ['removed-by-writer', 'run:2'],
    ]);
  });
});

describe('channels in paths', () => {
  it.each([
    ['a/b/c', 'a/b/c'],
    ['a%2Fb%2fc', 'a/b/c'],
    ['run%3A1', 'run:1'],
    ['@x/y-z_1.2', '@x/y-z_1.2'],
    ['...', '...'],
    ['a/..b', 'a/..b'],
  ])('%s is %s', async (path, channel) => {
    const server = await startServer();
    await appendText(server, channel, 'one\n');
    const topic = encodeURIComponent(server.logs.sign(channel));
    expect((await ask(server, `/log-stream/topics/${path}?topic=${topic}`)).status).toBe(200);
  });

  it.each([
    '',
    '/',
    'a//b',
    'a/',
    '/a',
    '.',
    '..',
    'a/../b',
    'a/./b',
    'a%2F%2E%2E%2Fb',
    '%2e%2e',
    'a%252Fb',
    'a%',
    'a%ff',
    'a%20b',
    'a%00',
    'a'.repeat(257),
  ])('%s is none', async (path) => {
    const server = await startServer();
    for (const channel of ['b', 'a/b', 'a/../b', 'a//b', '..', 'a/']) {
      const topic = encodeURIComponent(server.logs.sign(channel, { write: true }));
      const answer = await ask(server, `/log-stream/topics/${path}?topic=${topic}`, { method: 'PUT', body: 'one\n' });
      expect(answer.status).toBe(400);
      expect((await server.store.tail(channel)).head).toBe(0);
    }
  });

  it('are used as sent: .. does not lead anywhere', async () => {
    const server = await startServer();
    await appendText(server, 'b', 'secret\n');
    const topic = encodeURIComponent(server.logs.sign('b'));
    expect((await ask(server, `/log-stream/topics/a/../b?topic=${topic}`)).status).toBe(400);
  });
});

describe('other origins', () => {
  const page = 'https://app.example';

  it('may read and append when they are on the list, and can read the Log headers', async () => {
    const server = await startServer({ allowOrigins: [page] });
    for (const [path, method] of [
      [server.path('run:1'), 'POST'],
      [server.path('run:1'), 'GET'],
      ['/log-stream/topics/run:1', 'GET'],
      [server.path('run:9'), 'GET'],
    ] as const) {
      const answer = await ask(server, path, { method, headers: { Origin: page }, ...(method === 'POST' ? { body: 'one\n' } : {}) });
      expect(answer.headers['access-control-allow-origin']).toBe(page);
      expect(answer.headers['access-control-expose-headers']).toBe('Log-Epoch, Log-First, Log-Head, Log-End, Log-Has');
      expect(answer.headers.vary).toContain('Origin');
    }
  });

  it('get no such header when they are not on it', async () => {
    const server = await startServer({ allowOrigins: [page] });
    for (const origin of ['https://evil.example', 'null', 'https://app.example.evil.example', 'http://app.example']) {
      const answer = await ask(server, server.path('run:1'), { headers: { Origin: origin } });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers.vary).toContain('Origin');
    }
  });

  it('are the own origin by default, whatever the scheme, as a proxy may have changed it', async () => {
    const server = await startServer();
    const { port } = server;
    for (const origin of [`http://127.0.0.1:${port}`, `https://127.0.0.1:${port}`]) {
      const answer = await ask(server, server.path('run:1'), { headers: { Origin: origin } });
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    }
  });

  it('may send what a log needs, after a preflight that needs no topic', async () => {
    const server = await startServer({ allowOrigins: [page] });
    const headers = { Origin: page, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'authorization' };
    const answer = await ask(server, '/log-stream/topics/run:1', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(page);
    expect(answer.headers['access-control-allow-methods']).toContain('PUT');
    for (const name of ['Authorization', 'Content-Type', 'Log-Append-At', 'Last-Event-ID']) {
      expect(answer.headers['access-control-allow-headers']).toContain(name);
    }
    const foreign = await ask(server, '/log-stream/topics/run:1', {
      method: 'OPTIONS',
      headers: { ...headers, Origin: 'https://evil.example' },
    });
    expect(foreign.headers).not.toHaveProperty('access-control-allow-methods');
  });
});

describe('every answer', () => {
  it('has Vary: Accept and nosniff, whatever it is', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const answers = [
      await ask(server, server.path('run:1')),
      await ask(server, server.path('run:1'), { headers: { Accept: 'text/plain' } }),
      await ask(server, server.path('run:1', 'follow=1')),
      await ask(server, server.path('run:1'), { headers: { Accept: 'text/event-stream' } }),
      await ask(server, server.path('run:1'), { method: 'HEAD' }),
      await ask(server, server.path('run:1'), { method: 'PUT', body: 'two\n' }),
      await ask(server, server.path('run:1'), { method: 'OPTIONS' }),
      await ask(server, server.path('run:1'), { method: 'PATCH' }),
      await ask(server, server.path('run:2')),
      await ask(server, '/log-stream/topics/run:1'),
      await ask(server, '/log-stream/topics/..'),
      await ask(server, server.path('run:1'), { method: 'DELETE' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 409, 204, 405, 404, 401, 400, 204]);
    for (const { headers } of answers) {
      expect(headers.vary).toMatch(/\bAccept\b/u);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});
