import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isLine } from '../../../../src/protocol/line.ts';
import { appendText, ask, numbered, startServer, type Answer } from '../support.ts';
import { HookedStore } from '../hooked-store.ts';

const IMMUTABLE = 'private, max-age=31536000, immutable';

function textsIn(answer: Answer): string[] {
  const { lines } = answer.json();
  expect(Array.isArray(lines)).toBe(true);
  return (lines as unknown[]).map((line) => (isLine(line) ? line[1] : 'no line'));
}

describe('history as JSON', () => {
  it('has epoch, after and the lines after it, with the state of the log in its headers', async () => {
    const server = await startServer();
    const before = Date.now();
    await appendText(server, 'run:1', 'one\ntwo\nthree\n');
    const answer = await ask(server, server.path('run:1', 'after=1'));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const { epoch, after, lines } = answer.json() as { epoch: string; after: number; lines: [number, string][] };
    expect(after).toBe(1);
    expect(lines.map(([, text]) => text)).toEqual(['two', 'three']);
    expect(lines[0]?.[0]).toBeGreaterThanOrEqual(before);
    expect(answer.headers).toMatchObject({ 'log-epoch': epoch, 'log-first': '1', 'log-head': '3' });
    expect(answer.headers).not.toHaveProperty('log-end');
  });

  it('says with which code the log ended', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=137');
    expect((await ask(server, server.path('run:1'))).headers['log-end']).toBe('137');
  });

  it('begins at the first line and has a thousand by default', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 1_500));
    const texts = textsIn(await ask(server, server.path('run:1')));
    expect(texts).toHaveLength(1_000);
    expect(texts.at(-1)).toBe('line 1000');
    expect(textsIn(await ask(server, server.path('run:1', 'after=1000')))).toHaveLength(500);
    expect(textsIn(await ask(server, server.path('run:1', 'after=3&limit=2')))).toEqual(['line 4', 'line 5']);
    expect(textsIn(await ask(server, server.path('run:1', 'limit=1200')))).toHaveLength(1_200);
  });

  it('never has more than ten thousand lines, however many are asked for', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'x\n'.repeat(10_001));
    expect(textsIn(await ask(server, server.path('run:1', 'limit=20000')))).toHaveLength(10_000);
  });

  it('has at most 1 MiB of text', async () => {
    const server = await startServer();
    const line = 'x'.repeat(300_000);
    await appendText(server, 'run:1', `${line}\n`.repeat(5));
    expect(textsIn(await ask(server, server.path('run:1')))).toHaveLength(3);
  });

  it('has one line also when that is longer than 1 MiB', async () => {
    const server = await startServer({ limits: { lineBytes: 3_000_000 } });
    await appendText(server, 'run:1', `${'x'.repeat(2_000_000)}\nshort\n`);
    const texts = textsIn(await ask(server, server.path('run:1')));
    expect(texts.map((text) => text.length)).toEqual([2_000_000]);
  });

  it('is empty at the head and beyond', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    for (const after of [1, 7]) {
      const answer = await ask(server, server.path('run:1', `after=${after}`));
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({ after, lines: [] });
    }
  });

  it('is 404 for a log that was never written to', async () => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1'));
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 404, title: expect.any(String), type: expect.any(String), detail: expect.any(String) });
  });

  it('is there for a log that ended without a line', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', '', 'end=3');
    const answer = await ask(server, server.path('run:1'));
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ after: 0, lines: [] });
    expect(answer.headers).toMatchObject({ 'log-head': '0', 'log-end': '3' });
  });

  it('is 409 when the epoch is another, and says which one it is', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const answer = await ask(server, server.path('run:1', 'epoch=nope'));
    expect(answer.status).toBe(409);
    expect(answer.headers['log-epoch']).toMatch(/^[^-\s]+$/u);
    expect(answer.headers['log-head']).toBe('1');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('is 410 with the first line there is when retention took the one that was asked for', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10));
    await server.store.trim('run:1', { lines: 4 }, Date.now());
    for (const query of ['', 'after=5']) {
      const answer = await ask(server, server.path('run:1', query));
      expect(answer.status).toBe(410);
      expect(answer.headers['log-first']).toBe('7');
      expect(String(answer.json()['detail'])).toContain('after=6');
    }
    expect(textsIn(await ask(server, server.path('run:1', 'after=6')))[0]).toBe('line 7');
  });

  it.each([
    'after=x',
    'after=-1',
    'after=1.5',
    'after=',
    'after=01',
    'after=99999999999999999999',
    'limit=0',
    'limit=-1',
    'limit=x',
    'follow=2',
  ])('is 400 for %s', async (query) => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    expect((await ask(server, server.path('run:1', query))).status).toBe(400);
  });

  it('is 503 while the store is down', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    store.isDown = true;
    const answer = await ask(server, server.path('run:1'));
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('answers HEAD with the same headers and no body', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const get = await ask(server, server.path('run:1'));
    const head = await ask(server, server.path('run:1'), { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    for (const name of ['content-type', 'content-length', 'log-epoch', 'log-head', 'cache-control', 'vary']) {
      expect(head.headers[name]).toBe(get.headers[name]);
    }
    expect((await ask(server, server.path('run:2'), { method: 'HEAD' })).status).toBe(404);
  });

  it('is compressed when asked for', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 500));
    const plain = await ask(server, server.path('run:1'));
    expect(plain.headers).not.toHaveProperty('content-encoding');
    for (const coding of ['gzip', 'br, gzip;q=0.5', '*']) {
      const answer = await ask(server, server.path('run:1'), { headers: { 'Accept-Encoding': coding } });
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(answer.body.length).toBeLessThan(plain.body.length / 2);
      expect(gunzipSync(answer.body).equals(plain.body)).toBe(true);
    }
    for (const coding of ['gzip;q=0', 'br', 'identity, *;q=0']) {
      expect((await ask(server, server.path('run:1'), { headers: { 'Accept-Encoding': coding } })).text).toBe(plain.text);
    }
  });
});

describe('caching of history', () => {
  async function cacheOf(server: Awaited<ReturnType<typeof startServer>>, query: string): Promise<string | undefined> {
    const { epoch } = await server.store.tail('run:1');
    const answer = await ask(server, server.path('run:1', query.replace('EPOCH', epoch)));
    expect(answer.status).toBe(200);
    expect(answer.headers.vary).toContain('Accept');
    return answer.headers['cache-control'];
  }

  it('is for good when asked with an epoch and full, by lines or by bytes', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', `${numbered(1, 10)}${`${'x'.repeat(600_000)}\n`.repeat(3)}`);
    expect(await cacheOf(server, 'epoch=EPOCH&limit=10')).toBe(IMMUTABLE);
    expect(await cacheOf(server, 'epoch=EPOCH&after=10')).toBe(IMMUTABLE);
    expect(await cacheOf(server, 'epoch=EPOCH&after=12&limit=1')).toBe(IMMUTABLE);
  });

  it('is not kept while more may be added to it', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10));
    expect(await cacheOf(server, 'epoch=EPOCH&limit=11')).toBe('no-store');
    expect(await cacheOf(server, 'epoch=EPOCH&after=10')).toBe('no-store');
    expect(await cacheOf(server, 'epoch=EPOCH&after=12')).toBe('no-store');
  });

  it('is not kept when asked without an epoch, full or not', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10), 'end=0');
    expect(await cacheOf(server, 'limit=10')).toBe('no-store');
    expect(await cacheOf(server, '')).toBe('no-store');
  });

  it('is for good at the tail of an ended log', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10), 'end=0');
    expect(await cacheOf(server, 'epoch=EPOCH')).toBe(IMMUTABLE);
    expect(await cacheOf(server, 'epoch=EPOCH&after=10')).toBe(IMMUTABLE);
  });

  it('is public by choice, and then depends on a token that is not in the URL', async () => {
    const server = await startServer({ publicHistory: true });
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const { epoch } = await server.store.tail('run:1');
    const inUrl = await ask(server, server.path('run:1', `epoch=${epoch}`));
    expect(inUrl.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(inUrl.headers.vary).not.toContain('Authorization');
    const inHeader = await ask(server, `/log-stream/topics/run:1?epoch=${epoch}`, {
      headers: { Authorization: `Bearer ${server.logs.sign('run:1')}` },
    });
    expect(inHeader.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(inHeader.headers.vary).toContain('Authorization');
    expect((await ask(server, server.path('run:1'))).headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['immutable', 'private, max-age=31536000, immutable'],
    ['private-short', 'private, max-age=300'],
    ['none', 'no-store'],
  ] as const)('is as long as historyCache %s says, as JSON and as text', async (historyCache, expected) => {
    const server = await startServer({ historyCache });
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const { epoch } = await server.store.tail('run:1');
    for (const Accept of ['application/json', 'text/plain']) {
      const final = await ask(server, server.path('run:1', `epoch=${epoch}`), { headers: { Accept } });
      expect(final.headers['cache-control']).toBe(expected);
      const open = await ask(server, server.path('run:1'), { headers: { Accept } });
      expect(open.headers['cache-control']).toBe('no-store');
    }
  });

  it('is the same for raw text', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10));
    const { epoch } = await server.store.tail('run:1');
    const text = { headers: { Accept: 'text/plain' } };
    expect((await ask(server, server.path('run:1', `epoch=${epoch}&limit=10`), text)).headers['cache-control']).toBe(IMMUTABLE);
    expect((await ask(server, server.path('run:1', `epoch=${epoch}`), text)).headers['cache-control']).toBe('no-store');
    await appendText(server, 'run:1', '', 'end=0');
    expect((await ask(server, server.path('run:1', `epoch=${epoch}`), text)).headers['cache-control']).toBe(IMMUTABLE);
  });
});
