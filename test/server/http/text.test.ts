import { Agent } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { appendText, ask, numbered, open, startServer, upload } from './support.ts';
import { HookedStore, Gate } from './hooked-store.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';

const TEXT = { headers: { Accept: 'text/plain' } };

describe('raw text', () => {
  it('is every line and one line end, without a page limit', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 3_500));
    const answer = await ask(server, server.path('run:1'), TEXT);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers).toMatchObject({ 'log-first': '1', 'log-head': '3500' });
    expect(answer.text).toBe(numbered(1, 3_500));
  });

  it('gives a line that was stored in pieces back in one', async () => {
    const server = await startServer({ limits: { lineBytes: 8 } });
    await appendText(server, 'run:1', 'a line longer than eight bytes\nshort\n');
    expect((await server.store.tail('run:1')).head).toBe(5);
    expect((await ask(server, server.path('run:1'), TEXT)).text).toBe('a line longer than eight bytes\nshort\n');
  });

  it('begins after the line in after, and has at most limit lines', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 3_000));
    expect((await ask(server, server.path('run:1', 'after=2999'), TEXT)).text).toBe('line 3000\n');
    expect((await ask(server, server.path('run:1', 'after=10&limit=1500'), TEXT)).text).toBe(numbered(11, 1_510));
    expect((await ask(server, server.path('run:1', 'after=3000'), TEXT)).text).toBe('');
  });

  it('is refused as history is', async () => {
    const server = await startServer();
    expect((await ask(server, server.path('run:1'), TEXT)).status).toBe(404);
    await appendText(server, 'run:1', numbered(1, 10));
    expect((await ask(server, server.path('run:1', 'epoch=nope'), TEXT)).status).toBe(409);
    await server.store.trim('run:1', { lines: 4 }, Date.now());
    expect((await ask(server, server.path('run:1'), TEXT)).status).toBe(410);
    expect((await ask(server, server.path('run:1', 'after=6'), TEXT)).text).toBe(numbered(7, 10));
  });

  it('is compressed when asked for', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 3_500));
    const answer = await ask(server, server.path('run:1'), { headers: { Accept: 'text/plain', 'Accept-Encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.body).toString()).toBe(numbered(1, 3_500));
  });

  it('answers HEAD without a body', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10));
    const answer = await ask(server, server.path('run:1'), { method: 'HEAD', headers: { Accept: 'text/plain' } });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'log-head': '10' });
    expect(answer.text).toBe('');
  });

  it('ends with the lines that were there when it was asked for, however fast more come', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', numbered(1, 2_500));
    store.beforeRead = async () => {
      await store.sound.append('run:1', { lines: packLines([['later']]), time: Date.now(), carryIn: '', carryOut: '' });
    };
    const { text, headers } = await ask(server, server.path('run:1'), TEXT);
    expect(headers['log-head']).toBe('2501');
    expect(text).toBe(`${numbered(1, 2_500)}later\n`);
  });

  it.each(['retention', 'removal'])('is broken off when %s overtakes it, not skipped in silence', async (event) => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', numbered(1, 3_000));
    store.beforeRead = async ({ after }) => {
      if (after !== 1_000) return;
      if (event === 'retention') await store.sound.trim('run:1', { lines: 10 }, Date.now());
      else await store.sound.remove('run:1');
    };
    const stream = await open(server, server.path('run:1'), TEXT.headers);
    expect(await stream.ended()).toBe(false);
    expect(stream.text.length).toBeLessThanOrEqual(numbered(1, 1_000).length);
  });
});

describe('which form is sent', () => {
  it.each([
    [undefined, '', 'application/json'],
    ['*/*', '', 'application/json'],
    ['application/json', '', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', '', 'application/json'],
    ['image/png', '', 'application/json'],
    ['text/plain', '', 'text/plain'],
    ['text/*', '', 'text/plain'],
    ['text/plain, */*', '', 'text/plain'],
    ['text/plain;q=0.5, application/json', '', 'application/json'],
    [undefined, 'follow=1', 'text/plain'],
    ['*/*', 'follow=1', 'text/plain'],
    ['text/plain', 'follow=1', 'text/plain'],
    ['text/event-stream', '', 'text/event-stream'],
    ['text/event-stream', 'follow=1', 'text/event-stream'],
  ])('Accept %s with %s gets what it means', async (accept, query, type) => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const answer = await ask(server, server.path('run:1', query), { headers: accept === undefined ? {} : { Accept: accept } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect(answer.headers.vary).toContain('Accept');
  });
});

describe('text that is followed', () => {
  it('has existing lines, then each new one, and ends with the log', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 1_500));
    const stream = await open(server, server.path('run:1', 'follow=1'));
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store, no-transform',
      'log-head': '1500',
    });
    await stream.has(numbered(1, 1_500));
    await appendText(server, 'run:1', 'more\n');
    await stream.has(`${numbered(1, 1_500)}more\n`);
    await appendText(server, 'run:1', 'last\n', 'end=1');
    expect(await stream.ended()).toBe(true);
    expect(stream.text).toBe(`${numbered(1, 1_500)}more\nlast\n`);
  });

  it('waits for the first line of an unknown log', async () => {
    const server = await startServer();
    const stream = await open(server, server.path('run:1', 'follow=1'));
    expect(stream.response.statusCode).toBe(200);
    await appendText(server, 'run:1', 'first\n');
    await stream.has('first\n');
  });

  it('ends at once for a log that has ended, also without a line', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=0');
    await appendText(server, 'run:2', '', 'end=0');
    expect((await ask(server, server.path('run:1', 'follow=1'))).text).toBe('one\n');
    expect((await ask(server, server.path('run:2', 'follow=1'))).text).toBe('');
  });

  it('begins after the line in after, even if that does not exist yet, and ends after limit lines', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 3));
    const stream = await open(server, server.path('run:1', 'follow=1&after=4&limit=2'));
    await appendText(server, 'run:1', numbered(4, 9));
    expect(await stream.ended()).toBe(true);
    expect(stream.text).toBe(numbered(5, 6));
  });

  it('shows no line before it is complete', async () => {
    const server = await startServer();
    const stream = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'));
    request.write('one\ntw');
    await stream.has('one\n');
    request.end('o\n');
    await stream.has('one\ntwo\n');
    expect((await answer).status).toBe(200);
  });

  it('is broken off when the log is removed', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const stream = await open(server, server.path('run:1', 'follow=1'));
    await stream.has('one\n');
    await ask(server, server.path('run:1'), { method: 'DELETE' });
    expect(await stream.ended()).toBe(false);
  });

  it('is broken off when retention overtakes it', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', numbered(1, 3_000));
    store.beforeRead = async ({ after }) => {
      if (after === 1_000) await store.sound.trim('run:1', { lines: 10 }, Date.now());
    };
    const stream = await open(server, server.path('run:1', 'follow=1'));
    expect(await stream.ended()).toBe(false);
    expect(numbered(1, 1_000).startsWith(stream.text)).toBe(true);
  });

  it('is broken off when the server closes, since that is not the end of the log', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const stream = await open(server, server.path('run:1', 'follow=1'));
    await stream.has('one\n');
    await server.logs.close();
    expect(await stream.ended()).toBe(false);
  });

  it('is refused for another epoch and for lines that are gone', async () => {
    const server = await startServer();
    expect((await ask(server, server.path('run:1', 'follow=1&epoch=nope'))).status).toBe(409);
    await appendText(server, 'run:1', numbered(1, 10));
    expect((await ask(server, server.path('run:1', 'follow=1&epoch=nope'))).status).toBe(409);
    await server.store.trim('run:1', { lines: 4 }, Date.now());
    expect((await ask(server, server.path('run:1', 'follow=1'))).status).toBe(410);
  });

  it('answers HEAD at once, also for an unknown log', async () => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1', 'follow=1'), { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('frees everything when the reader disconnects', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const stream = await open(server, server.path('run:1', 'follow=1'));
    await stream.has('one\n');
    expect(server.logs.stats()).toMatchObject({ topics: 1, requests: 1 });
    stream.response.destroy();
    await expect.poll(() => server.logs.stats()).toMatchObject({ topics: 0, requests: 0 });
  });

  it('is broken off when the store goes down while it catches up, and is not left hanging', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', numbered(1, 3_000));
    const gate = new Gate();
    store.beforeRead = async ({ after }) => {
      if (after === 1_000) await gate.passed;
    };
    const stream = await open(server, server.path('run:1', 'follow=1'));
    await stream.has(numbered(1, 1_000));
    store.isDown = true;
    gate.open();
    expect(await stream.ended()).toBe(false);
    await expect.poll(() => server.logs.stats().topics).toBe(0);
  });

  it('keeps the connection for the next request when it has ended', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let connections = 0;
    server.server.on('connection', () => (connections += 1));
    for (let round = 0; round < 3; round += 1) {
      expect((await ask(server, server.path('run:1', 'follow=1'), { agent })).text).toBe('one\n');
    }
    expect(connections).toBe(1);
    agent.destroy();
  });
});
