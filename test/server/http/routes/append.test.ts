import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isLine, type Line } from '../../../../src/protocol/line.ts';
import { HookedStore, Gate } from '../hooked-store.ts';
import { appendText, ask, numbered, open, startServer, textsOf, upload, type HttpTestServer } from '../support.ts';

async function linesOf({ store }: HttpTestServer, channel: string): Promise<readonly Line[]> {
  const { lines } = await store.read(channel, { after: 0, limit: 1_000_000, bytes: 1_000_000_000 });
  expect(lines.every(isLine)).toBe(true);
  return lines;
}

describe('appending', () => {
  it.each(['POST', 'PUT'])('by %s answers with the position of the last line when all is durable', async (method) => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1'), { method, body: 'one\ntwo\n' });
    const { epoch } = await server.store.tail('run:1');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({ position: `${epoch}-2` });
    expect(await textsOf(server.store, 'run:1')).toEqual(['one', 'two']);
  });

  it('is not answered before the last line is durable', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    store.beforeAppend = () => gate.passed;
    const server = await startServer({ store });
    const { request, answer } = upload(server, server.path('run:1'));
    request.end('one\n');
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    // The answer to another request, which went the same way, comes first.
    await ask(server, server.path('run:1'));
    expect(isAnswered).toBe(false);
    gate.open();
    expect((await answer).json()).toEqual({ position: `${(await store.tail('run:1')).epoch}-1` });
  });

  it('answers with the head when the request wrote no line', async () => {
    const server = await startServer();
    expect((await ask(server, server.path('run:1'), { method: 'POST' })).json()).toEqual({ position: '-0' });
    await appendText(server, 'run:1', 'one\n');
    const { epoch } = await server.store.tail('run:1');
    expect((await ask(server, server.path('run:1'), { method: 'POST' })).json()).toEqual({ position: `${epoch}-1` });
    expect(await appendText(server, 'run:2', '', 'end=0')).toEqual({ position: '-0' });
  });

  it('shows every line of a stream that stays open as it is written', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'));
    let seen = '';
    for (const line of ['one\n', 'two\n', 'three\n']) {
      request.write(line);
      seen += line;
      await viewer.has(seen);
      expect((await server.store.tail('run:1')).head).toBe(seen.split('\n').length - 1);
    }
    request.end();
    expect((await answer).status).toBe(200);
  });

  it('ends lines at \\n and \\r\\n, keeps a lone \\r, and replaces what is not UTF-8, wherever the body is cut', async () => {
    const server = await startServer();
    const { request, answer } = upload(server, server.path('run:1'));
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    for (const piece of [
      Buffer.from('a\r'),
      Buffer.from('\nb\rc\n€'.slice(0, -1)),
      Buffer.from([0xe2, 0x82]),
      Buffer.from([0xac, 0xff, 0x0a]),
    ]) {
      request.write(piece);
    }
    await viewer.has('a\nb\rc\n€\u{fffd}\n');
    request.end();
    await answer;
    expect(await textsOf(server.store, 'run:1')).toEqual(['a', 'b\rc', '€\u{fffd}']);
  });

  it('makes a line of a rest without line end when the body ends well', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\ntwo');
    expect(await textsOf(server.store, 'run:1')).toEqual(['one', 'two']);
  });

  it('makes a line of a rest without line end also when the request breaks off', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request } = upload(server, server.path('run:1'));
    request.write('one\ntwo');
    await viewer.has('one\n');
    request.destroy();
    await viewer.has('one\ntwo\n');
    expect(server.logs.stats().requests).toBe(1);
  });

  it('does not end the log when a request with end breaks off', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request } = upload(server, server.path('run:1', 'end=0'));
    request.write('one\ntwo');
    await viewer.has('one\n');
    request.destroy();
    await viewer.has('one\ntwo\n');
    await appendText(server, 'run:1', 'three\n');
    await viewer.has('one\ntwo\nthree\n');
  });

  it('marks stderr, and says with which colours a line begins, in the order of the log', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'plain \u001b[31mred\n');
    await appendText(server, 'run:1', 'still red\u001b[1m\nbold\u001b[0m\n', 'stream=err');
    await appendText(server, 'run:1', 'plain\n');
    expect((await linesOf(server, 'run:1')).map(([, , extra]) => extra)).toEqual([
      undefined,
      { s: 'err', c: '31' },
      { s: 'err', c: '1;31' },
      undefined,
    ]);
  });

  it('stores a line over the limit as several marked p', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', `${'x'.repeat(2_500_000)}\nshort\n`);
    const lines = await linesOf(server, 'run:1');
    expect(lines.map(([, text, extra]) => [text.length, extra?.p])).toEqual([
      [1_048_576, 1],
      [1_048_576, 1],
      [402_848, undefined],
      [5, undefined],
    ]);
  });

  it('ends the log with the code when the body has ended', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1', 'end=137'));
    request.write('one\n');
    await viewer.has('one\n');
    expect((await server.store.tail('run:1')).end).toBeUndefined();
    request.end();
    expect((await answer).headers['log-end']).toBe('137');
    expect(await viewer.ended()).toBe(true);
    expect((await server.store.tail('run:1')).end).toBe(137);
  });

  it.each([-1, 0, 3_221_225_477])('accepts %i as an exit code', async (code) => {
    const server = await startServer();
    await appendText(server, 'run:1', '', `end=${code}`);
    expect((await server.store.tail('run:1')).end).toBe(code);
  });

  it('never lets the lines of two requests tear each other, long ones neither', async () => {
    const server = await startServer({ limits: { lineBytes: 1_000 } });
    const letters = ['a', 'b', 'c', 'd'];
    const uploads = letters.map(() => upload(server, server.path('run:1')));
    for (let round = 0; round < 100; round += 1) {
      // Cut in the middle of lines, some of which are longer than the limit.
      for (const [at, letter] of letters.entries()) {
        const { request } = uploads[at]!;
        const rest = letter.repeat(round % 5 === 0 ? 3_500 : 30);
        if (!request.write(`${letter}${rest}\n${rest}`)) await new Promise((resolve) => request.once('drain', resolve));
      }
    }
    for (const { request } of uploads) request.end();
    for (const { answer } of uploads) expect((await answer).status).toBe(200);
    const { text } = await ask(server, server.path('run:1'), { headers: { Accept: 'text/plain' } });
    const lines = text.split('\n');
    expect(lines.filter((line) => !/^(a*|b*|c*|d*)$/u.test(line))).toEqual([]);
    for (const letter of letters) expect(text.split(letter).length - 1).toBe(100 + 20 * 2 * 3_500 + 80 * 2 * 30);
  });

  it('limits the rate by not reading: a producer waits while the store is busy', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    store.beforeAppend = () => gate.passed;
    const server = await startServer({ store });
    const { request, answer } = upload(server, server.path('run:1'));
    const lines = `${'x'.repeat(999)}\n`.repeat(32);
    let written = 0;
    const total = 64_000;
    const pump = (): void => {
      while (written < total) {
        written += 32;
        if (!request.write(lines)) {
          request.once('drain', pump);
          return;
        }
      }
      request.end();
    };
    pump();
    // Goes on until the buffers between the two are full, and no further.
    let last = -1;
    await expect
      .poll(
        () => {
          const isStuck = written === last;
          last = written;
          return isStuck;
        },
        { interval: 300, timeout: 10_000 },
      )
      .toBe(true);
    expect(written).toBeLessThan(total / 2);
    gate.open();
    expect((await answer).status).toBe(200);
    expect((await store.tail('run:1')).head).toBe(total);
    expect(Math.max(...store.batches.map((batch) => batch.lines.count))).toBeLessThanOrEqual(10_000);
  });

  it('appends a hundred thousand lines in any chunks without losing or repeating one', async () => {
    const server = await startServer();
    const { request, answer } = upload(server, server.path('run:1'));
    const body = Buffer.from(numbered(1, 100_000));
    for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7 + 3) % 9_973) {
      if (!request.write(body.subarray(at, at + size))) await new Promise((resolve) => request.once('drain', resolve));
      if (size === 0) size = 1;
    }
    request.end();
    expect((await answer).status).toBe(200);
    const { text } = await ask(server, server.path('run:1'), { headers: { Accept: 'text/plain' } });
    expect(text === numbered(1, 100_000)).toBe(true);
  });

  it('accepts a body announced with Expect: 100-continue', async () => {
    const server = await startServer();
    const { request, answer } = upload(server, server.path('run:1'), { Expect: '100-continue', 'Content-Length': 4 });
    await new Promise((resolve) => request.once('continue', resolve));
    request.end('one\n');
    expect((await answer).status).toBe(200);
  });

  it('keeps the connection for the next request, after an answer of any kind', async () => {
    const server = await startServer();
    await appendText(server, 'run:2', '', 'end=0');
    let connections = 0;
    server.server.on('connection', () => (connections += 1));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    for (const channel of ['run:1', 'run:2', 'run:1', 'run:2']) {
      statuses.push((await ask(server, server.path(channel), { method: 'POST', body: 'x'.repeat(60_000), agent })).status);
    }
    agent.destroy();
    expect(statuses).toEqual([200, 409, 200, 409]);
    expect(connections).toBe(1);
  });

  it('sets the time limit of the host for quiet connections aside', async () => {
    const server = await startServer();
    server.server.setTimeout(50);
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'));
    request.write('one\n');
    await viewer.has('one\n');
    // Long enough for a request beside it, of a host that knows no better, to be cut.
    const { createServer } = await import('node:http');
    const other = createServer(() => undefined).listen(0);
    other.setTimeout(150);
    const { port } = other.address() as { port: number };
    await expect(upload({ port }, '/').answer).rejects.toThrow();
    other.close();
    request.end('two\n');
    expect((await answer).status).toBe(200);
    await viewer.has('one\ntwo\n');
  });
});

describe('the unfinished last line', () => {
  it('is shown while unfinished, and retracted when it is a line', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    const { request, answer } = upload(server, server.path('run:1', 'stream=err'));
    request.write('one \u001b[31m\nDownloading 42 %\rDownloading 43 %');
    await expect.poll(() => store.parts.at(-1)).toEqual([expect.any(Number), 'Downloading 43 %', { s: 'err', c: '31' }]);
    expect(await textsOf(store, 'run:1')).toEqual(['one \u001b[31m']);
    request.write(' done\n');
    await expect.poll(() => store.parts.at(-1)).toBeNull();
    expect((await textsOf(store, 'run:1')).at(-1)).toBe('Downloading 42 %\rDownloading 43 % done');
    request.end();
    await answer;
  });

  it('is retracted when its request breaks off', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    const { request } = upload(server, server.path('run:1'), { 'Log-Append-At': '0' });
    request.write('half');
    await expect.poll(() => store.parts.at(-1)?.[1]).toBe('half');
    request.destroy();
    await expect.poll(() => store.parts.at(-1)).toBeNull();
    expect(await textsOf(store, 'run:1')).toEqual([]);
  });

  it('gives all lines of a request the level that it says, by name or number', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\nERROR: broken\n', 'level=warn');
    await appendText(server, 'run:1', 'two\n', 'level=18');
    await appendText(server, 'run:1', 'three\n', 'level=info&marks=0');
    expect((await linesOf(server, 'run:1')).map(([, , extra]) => extra?.l)).toEqual([13, 13, 17, 9]);
  });

  it('leaves the text unread where a request or the server wants no marks', async () => {
    const text = 'ERROR: broken\n::group::A\n';
    const server = await startServer();
    await appendText(server, 'run:1', text, 'marks=0');
    await appendText(server, 'run:1', text, 'marks=1');
    expect((await linesOf(server, 'run:1')).map(([, , extra]) => extra)).toEqual([
      undefined,
      undefined,
      { l: 17 },
      { g: { t: 'A', d: 0 } },
    ]);
    const without = await startServer({ marks: false });
    await appendText(without, 'run:1', text, 'level=error');
    expect((await linesOf(without, 'run:1')).map(([, , extra]) => extra)).toEqual([undefined, undefined]);
  });

  it.each(['level=loud', 'level=0', 'level=25', 'level=', 'level=1.5', 'marks=2', 'marks=off', 'marks='])('refuses %s', async (query) => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1', query), { method: 'POST', body: 'one\n' });
    expect(answer.status).toBe(400);
    expect((await server.store.tail('run:1')).head).toBe(0);
  });
});
