import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HookedStore, Gate } from './hooked-store.ts';
import { appendText, ask, numbered, open, startServer, textsOf, upload, type Answer, type HttpTestServer } from './support.ts';

function post(server: HttpTestServer, channel: string, body: string | Buffer, at: string | undefined, query = ''): Promise<Answer> {
  const headers = at === undefined ? {} : { 'Log-Append-At': at };
  return ask(server, server.path(channel, query), { method: 'POST', body, headers });
}

/** A connection to write a request on by hand. */
async function dial({ port }: HttpTestServer): Promise<{ readonly socket: Socket; received(): string; closed(): Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const close = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  return { socket, received: () => text, closed: () => close };
}

describe('an append that is refused', () => {
  it.each([
    ['end=x', {}],
    ['end=', {}],
    ['end=1.5', {}],
    ['end=01', {}],
    ['end=99999999999', {}],
    ['stream=out', {}],
    ['stream=', {}],
    ['', { 'Log-Append-At': 'x' }],
    ['', { 'Log-Append-At': '-1' }],
    ['', { 'Log-Append-At': '' }],
    ['', { 'Log-Append-At': '1-2-3' }],
  ])('is 400 for %s %o, and nothing is written', async (query, headers) => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const answer = await ask(server, server.path('run:1', query), { method: 'POST', body: 'two\n', headers });
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({ 'log-head': '1', 'log-epoch': (await server.store.tail('run:1')).epoch });
    expect(await textsOf(server.store, 'run:1')).toEqual(['one']);
  });

  it('is 415 for a compressed body, and nothing is written', async () => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1'), {
      method: 'POST',
      body: gzipSync('one\n'),
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
    expect(answer.headers).toMatchObject({ 'log-head': '0', 'log-epoch': '' });
    expect((await server.store.tail('run:1')).head).toBe(0);
    const identity = { method: 'POST', body: 'one\n', headers: { 'Content-Encoding': 'identity' } };
    expect((await ask(server, server.path('run:1'), identity)).status).toBe(200);
  });

  it('is 409 for an ended log, with its code', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=3');
    const answer = await post(server, 'run:1', 'two\n', undefined);
    expect(answer.status).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers).toMatchObject({ 'log-epoch': (await server.store.tail('run:1')).epoch, 'log-head': '1', 'log-end': '3' });
    expect(await textsOf(server.store, 'run:1')).toEqual(['one']);
  });

  it('is sent before the body, so that the sender need not send it', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const { request, answer } = upload(server, server.path('run:1'));
    const [response] = (await once(request, 'response')) as [{ statusCode: number; headers: Record<string, string> }];
    expect(response.statusCode).toBe(409);
    expect(response.headers['connection']).toBe('close');
    request.end();
    expect((await answer).json()).toMatchObject({ status: 409 });
  });

  it.each([
    ['for what the log is', 409, 'PUT', '/log-stream/topics/run:1', true],
    ['for want of a topic', 401, 'POST', '/log-stream/topics/run:1', false],
    ['for a channel that is none', 400, 'PUT', '/log-stream/topics/..', false],
    ['for its method', 405, 'PATCH', '/log-stream/topics/run:1', false],
  ])('is told %s to a client that sends without end, which is then cut off', async (_reason, status, method, path, signed) => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n', 'end=0');
    const { socket, received, closed } = await dial(server);
    socket.write(`${method} ${signed ? server.path('run:1') : path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    let sent = 0;
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const pump = (): void => {
      while (!socket.destroyed) {
        sent += chunk.length;
        if (!socket.write(chunk)) {
          socket.once('drain', pump);
          return;
        }
      }
    };
    pump();
    await closed();
    expect(received().slice(0, 13)).toBe(`HTTP/1.1 ${status} `);
    expect(received()).toContain(`"status":${status}`);
    // What is read for politeness, and what lies in buffers between the two.
    expect(sent).toBeLessThan(64 * 1_024 * 1_024);
  });

  it('is 409 when another writer ends the log while the body arrives', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'));
    request.write('one\n');
    await viewer.has('one\n');
    await appendText(server, 'run:1', '', 'end=9');
    request.write('two\n');
    const refused = await answer;
    expect(refused.status).toBe(409);
    expect(refused.headers).toMatchObject({ 'log-head': '1', 'log-end': '9' });
    expect(await textsOf(server.store, 'run:1')).toEqual(['one']);
  });

  it('is 503 while the store is down, with nothing written, and works again after that', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', 'one\n');
    store.isDown = true;
    const answer = await post(server, 'run:1', 'two\n', undefined);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    store.isDown = false;
    expect(await textsOf(store, 'run:1')).toEqual(['one']);
    expect((await post(server, 'run:1', 'two\n', undefined)).status).toBe(200);
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'two']);
  });

  it('is 503 when the store goes down while the body arrives, with the head this request left and nothing half-written', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'));
    request.write('one\ntwo\nthr');
    await viewer.has('one\ntwo\n');
    store.isDown = true;
    request.write('ee\nfour\n');
    const refused = await answer;
    const { epoch } = await store.sound.tail('run:1');
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({ 'log-epoch': epoch, 'log-head': '2' });
    expect(refused.json()).toMatchObject({ position: `${epoch}-2` });
    store.isDown = false;
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'two']);
  });

  it('is 503 when the server closes, after every complete line it took is durable', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'));
    request.write('one\ntwo\nthr');
    await viewer.has('one\ntwo\n');
    const closed = server.logs.close();
    const refused = await answer;
    expect(refused.status).toBe(503);
    expect(refused.headers['log-head']).toBe('2');
    expect(await textsOf(server.store, 'run:1')).toEqual(['one', 'two']);
    request.destroy();
    await closed;
  });

  it('finishes what it received before the server closed, however slow the store is', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    const server = await startServer({ store });
    let isAppending = false;
    store.beforeAppend = () => {
      isAppending = true;
      return gate.passed;
    };
    const { request, answer } = upload(server, server.path('run:1'));
    request.end('one\ntwo');
    await expect.poll(() => isAppending).toBe(true);
    const closed = server.logs.close();
    gate.open();
    // Whether the end of the body was read before depends on how it was cut into packets.
    const { status } = await answer;
    expect([200, 503]).toContain(status);
    expect(await textsOf(store, 'run:1')).toEqual(status === 200 ? ['one', 'two'] : ['one']);
    await closed;
  });
});

describe('Log-Append-At', () => {
  it('lets an append through at the head, as a number and as a whole position', async () => {
    const server = await startServer();
    expect((await post(server, 'run:1', 'one\n', '0')).status).toBe(200);
    expect((await post(server, 'run:1', 'two\n', '1')).status).toBe(200);
    const { epoch } = await server.store.tail('run:1');
    expect((await post(server, 'run:1', 'three\n', `${epoch}-2`)).status).toBe(200);
    expect((await post(server, 'run:2', 'one\n', '-0')).status).toBe(200);
    expect(await textsOf(server.store, 'run:1')).toEqual(['one', 'two', 'three']);
  });

  it('refuses an append anywhere else with 409 and the head, and writes nothing', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\ntwo\n');
    const { epoch } = await server.store.tail('run:1');
    for (const at of ['0', '1', '3', `${epoch}-1`, 'other-2', '-0']) {
      const answer = await post(server, 'run:1', 'three\n', at);
      expect(answer.status).toBe(409);
      expect(answer.headers).toMatchObject({ 'log-epoch': epoch, 'log-head': '2' });
    }
    expect((await server.store.tail('run:1')).head).toBe(2);
  });

  it('refuses an empty body and an end at the wrong place, too', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    expect((await post(server, 'run:1', '', '7')).status).toBe(409);
    expect((await post(server, 'run:1', '', '7', 'end=0')).status).toBe(409);
    expect((await server.store.tail('run:1')).end).toBeUndefined();
    expect((await post(server, 'run:1', '', '1', 'end=0')).status).toBe(200);
  });

  it('makes every line of repeated requests written exactly once', async () => {
    const server = await startServer();
    const all = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`);
    // A producer that loses every other answer, and counts only on what it was told.
    let known = 0;
    for (let attempt = 0; known < all.length; attempt += 1) {
      const batch = all.slice(known, known + 7);
      const answer = await post(server, 'run:1', batch.map((line) => `${line}\n`).join(''), String(known));
      const isLost = attempt % 2 === 0;
      if (isLost) continue;
      expect([200, 409]).toContain(answer.status);
      known = Number(answer.headers['log-head']);
    }
    expect(await textsOf(server.store, 'run:1')).toEqual(all);
  });

  it('ends a request with 409 when another writer gets in between, without writing the rest', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request, answer } = upload(server, server.path('run:1'), { 'Log-Append-At': '0' });
    request.write('one\ntwo\n');
    await viewer.has('one\ntwo\n');
    await appendText(server, 'run:1', 'of another\n');
    request.write('three\n');
    const refused = await answer;
    const { epoch } = await server.store.tail('run:1');
    expect(refused.status).toBe(409);
    expect(refused.headers).toMatchObject({ 'log-epoch': epoch, 'log-head': '3' });
    expect(refused.json()).toMatchObject({ position: `${epoch}-2` });
    expect(await textsOf(server.store, 'run:1')).toEqual(['one', 'two', 'of another']);
  });

  it('holds for a log that was removed and restarted with as many lines', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', 'one\n');
    const { request, answer } = upload(server, server.path('run:1'), { 'Log-Append-At': '1' });
    const other = await open(server, server.path('run:1', 'follow=1'));
    await other.has('one\n');
    await expect.poll(() => server.logs.stats().requests).toBe(2);
    await ask(server, server.path('run:1'), { method: 'DELETE' });
    await appendText(server, 'run:1', 'anew\n');
    request.end('two\n');
    expect((await answer).status).toBe(409);
    expect(await textsOf(store, 'run:1')).toEqual(['anew']);
  });

  it('drops a rest without line end when the request breaks off, so that it is not written twice', async () => {
    const server = await startServer();
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    const { request } = upload(server, server.path('run:1'), { 'Log-Append-At': '0' });
    request.write('one\ntw');
    await viewer.has('one\n');
    request.destroy();
    await expect.poll(() => server.logs.stats().requests).toBe(1);
    expect((await post(server, 'run:1', 'two\n', '1')).status).toBe(200);
    await viewer.has('one\ntwo\n');
  });
});

describe('two producers of one log', () => {
  it('one of them breaking off or being refused does not touch the other', async () => {
    const server = await startServer();
    const good = upload(server, server.path('run:1'));
    const broken = upload(server, server.path('run:1'));
    const viewer = await open(server, server.path('run:1', 'follow=1'));
    broken.request.write('x\n');
    await viewer.has('x\n');
    good.request.write(numbered(1, 3));
    await viewer.has(`x\n${numbered(1, 3)}`);
    broken.request.destroy();
    expect((await post(server, 'run:1', 'y\n', '99')).status).toBe(409);
    good.request.end(numbered(4, 6));
    expect((await good.answer).status).toBe(200);
    await viewer.has(`x\n${numbered(1, 6)}`);
  });
});
