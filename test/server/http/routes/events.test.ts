import { describe, expect, it } from 'vitest';
import type { ServerFrame } from '../../../../src/protocol/messages.ts';
import { HookedStore, Gate } from '../hooked-store.ts';
import { sentEvents } from '../server-sent.ts';
import { appendText, ask, numbered, open, startServer, upload, type Stream, type HttpTestServer } from '../support.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

const EVENTS = { Accept: 'text/event-stream' };

function framesIn(stream: Stream): ServerFrame[] {
  return sentEvents(stream.text).flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
}

/** Texts of all lines so far. */
function textsIn(stream: Stream): string[] {
  return framesIn(stream).flatMap((frame) => (frame.e === 'msg' ? frame.lines.map(([, text]) => text) : []));
}

function lineTexts(from: number, to: number): string[] {
  return numbered(from, to).split('\n').slice(0, -1);
}

function listen(server: HttpTestServer, query = '', headers: Record<string, string> = {}): Promise<Stream> {
  return open(server, server.path('run:1', query, false), { ...EVENTS, ...headers });
}

describe('server-sent events', () => {
  it('are the frames of the WebSocket, with the position as id on msg only, and close after end', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\ntwo\n');
    const stream = await listen(server);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    await expect.poll(() => textsIn(stream)).toEqual(['one', 'two']);
    await appendText(server, 'run:1', 'three\n', 'end=7');
    expect(await stream.ended()).toBe(true);
    const { epoch } = await server.store.tail('run:1');
    const events = sentEvents(stream.text).filter(({ frame }) => frame?.e !== 'part');
    expect(events.map(({ id }) => id)).toEqual([`${epoch}-2`, `${epoch}-3`, undefined]);
    expect(events.at(-1)?.frame).toEqual({ e: 'end', ch: 'run:1', off: { epoch, offset: 3 }, code: 7 });
    expect(textsIn(stream)).toEqual(['one', 'two', 'three']);
  });

  it('send their first byte at once, also of a log without a line', async () => {
    const server = await startServer({ heartbeat: 60_000 });
    const stream = await listen(server);
    await stream.has(': hb\n\n');
  });

  it('begin after the line in after, in an epoch if that is given', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10), 'end=0');
    const { epoch } = await server.store.tail('run:1');
    for (const query of ['after=8', `after=8&epoch=${epoch}`]) {
      const stream = await listen(server, query);
      await stream.ended();
      expect(textsIn(stream)).toEqual(lineTexts(9, 10));
      expect(framesIn(stream).map(({ e }) => e)).toEqual(['msg', 'end']);
    }
  });

  it('continue after Last-Event-ID, whatever after says', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10));
    const { epoch } = await server.store.tail('run:1');
    const stream = await listen(server, 'after=2', { 'Last-Event-ID': `${epoch}-7` });
    await expect.poll(() => textsIn(stream)).toEqual(lineTexts(8, 10));
    expect(framesIn(stream)[0]?.e).toBe('msg');
  });

  it('contain every line of a long log in order, then new ones', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 25_000));
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream).length, { timeout: 10_000 }).toBe(25_000);
    await appendText(server, 'run:1', numbered(25_001, 25_010));
    await expect.poll(() => textsIn(stream).length).toBe(25_010);
    expect(textsIn(stream)).toEqual(lineTexts(1, 25_010));
    // A cut anywhere: the id of what came last leads to the rest.
    const [first] = sentEvents(stream.text);
    const again = await listen(server, '', { 'Last-Event-ID': first?.id ?? '' });
    const seen = first?.frame?.e === 'msg' ? first.frame.lines.length : 0;
    await expect.poll(() => textsIn(again).length, { timeout: 10_000 }).toBe(25_010 - seen);
    expect(textsIn(again)).toEqual(lineTexts(seen + 1, 25_010));
  });

  it('wait for the first line of an unknown log', async () => {
    const server = await startServer();
    const stream = await listen(server);
    expect(stream.response.statusCode).toBe(200);
    await appendText(server, 'run:1', 'one\n');
    await expect.poll(() => textsIn(stream)).toEqual(['one']);
    expect(framesIn(stream)[0]?.e).toBe('msg');
  });

  it('end for a log that ended without a line', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', '', 'end=3');
    const stream = await listen(server);
    expect(await stream.ended()).toBe(true);
    expect(framesIn(stream)).toEqual([{ e: 'end', ch: 'run:1', off: { epoch: '', offset: 0 }, code: 3 }]);
  });

  it('are 204 for a reader that reconnects at the end', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 3), 'end=0');
    const { epoch } = await server.store.tail('run:1');
    const from = async (id: string): Promise<number> =>
      (await ask(server, server.path('run:1'), { headers: { ...EVENTS, 'Last-Event-ID': id } })).status;
    expect(await from(`${epoch}-3`)).toBe(204);
    expect(await from(`${epoch}-2`)).toBe(200);
    expect(await from('other-3')).toBe(200);
    expect((await ask(server, server.path('run:1', 'after=3'), { headers: EVENTS })).status).toBe(200);
  });

  it('send reset for another epoch and for a position beyond the head, and start over', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 3));
    const { epoch } = await server.store.tail('run:1');
    for (const id of ['other-2', `${epoch}-9`]) {
      const stream = await listen(server, '', { 'Last-Event-ID': id });
      await expect.poll(() => textsIn(stream)).toEqual(lineTexts(1, 3));
      expect(framesIn(stream)[0]).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 0 }, first: 1, st: 'reset' });
      expect(sentEvents(stream.text)[0]?.id).toBeUndefined();
    }
    const byQuery = await listen(server, 'epoch=other&after=1');
    await expect.poll(() => framesIn(byQuery)[0]).toMatchObject({ e: 'ack', st: 'reset' });
  });

  it('say truncated when retention took lines, and begin with those there are', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', numbered(1, 10));
    await server.store.trim('run:1', { lines: 4 }, Date.now());
    const { epoch } = await server.store.tail('run:1');
    const stream = await listen(server, 'after=2');
    await expect.poll(() => textsIn(stream)).toEqual(lineTexts(7, 10));
    expect(framesIn(stream)[0]).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 6 }, first: 7, st: 'truncated' });
  });

  it('say truncated when retention overtakes a reader that still catches up', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', numbered(1, 3_000));
    store.beforeRead = async ({ after }) => {
      if (after === 1_000) await store.sound.trim('run:1', { lines: 10 }, Date.now());
    };
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream)).toEqual([...lineTexts(1, 1_000), ...lineTexts(2_991, 3_000)]);
    expect(framesIn(stream).find(({ e }) => e === 'ack')).toMatchObject({ off: { offset: 2_990 }, first: 2_991, st: 'truncated' });
  });

  it('send reset when the log is removed, and continue with the next one', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream)).toEqual(['one']);
    await ask(server, server.path('run:1'), { method: 'DELETE' });
    await expect
      .poll(() => framesIn(stream).at(-1))
      .toEqual({ e: 'ack', ch: 'run:1', off: { epoch: '', offset: 0 }, first: 1, st: 'reset' });
    await appendText(server, 'run:1', 'anew\n');
    await expect.poll(() => textsIn(stream)).toEqual(['one', 'anew']);
    const { epoch } = await server.store.tail('run:1');
    expect(sentEvents(stream.text).at(-1)?.id).toBe(`${epoch}-1`);
  });

  it('show the unfinished line at the head, and retract it', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const { request } = upload(server, server.path('run:1'));
    request.write('Downloading 43 %');
    const stream = await listen(server);
    const { epoch } = await server.store.tail('run:1');
    await expect
      .poll(() => framesIn(stream).at(-1))
      .toEqual({
        e: 'part',
        ch: 'run:1',
        off: { epoch, offset: 1 },
        line: [expect.any(Number), 'Downloading 43 %', {}],
      });
    expect(sentEvents(stream.text).at(-1)?.id).toBeUndefined();
    request.destroy();
    await expect.poll(() => textsIn(stream)).toEqual(['one', 'Downloading 43 %']);
    expect(framesIn(stream).findIndex(({ e }) => e === 'part')).toBe(1);
  });

  it('show the unfinished line that changed last, each request having its own', async () => {
    const server = await startServer();
    const stream = await listen(server);
    const shown = (): string | undefined => {
      const frame = framesIn(stream).at(-1);
      return frame?.e === 'part' ? frame.line?.[1] : undefined;
    };
    const left = upload(server, server.path('run:1'));
    const right = upload(server, server.path('run:1'));
    left.request.write('left');
    await expect.poll(shown).toBe('left');
    right.request.write('right');
    await expect.poll(shown).toBe('right');
    right.request.write(' is done\n');
    // The message takes the part of its writer back, and the other one still stands.
    await expect.poll(shown).toBe('left');
    expect(textsIn(stream)).toEqual(['right is done']);
    left.request.end();
    await expect.poll(() => textsIn(stream)).toEqual(['right is done', 'left']);
  });

  it('show an unfinished line at most ten times a second', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream)).toEqual(['one']);
    const { request } = upload(server, server.path('run:1'));
    const begin = Date.now();
    let writes = 0;
    await expect
      .poll(
        () => {
          request.write(`\r${(writes += 1)} %`);
          // Often enough for the bound to matter, however busy the machine is.
          return Date.now() - begin > 1_000 && writes > 20;
        },
        { interval: 5 },
      )
      .toBe(true);
    await stream.contains(` ${writes} %`.slice(1));
    const parts = framesIn(stream).filter(({ e }) => e === 'part').length;
    const seconds = (Date.now() - begin) / 1_000;
    expect(parts).toBeGreaterThan(2);
    expect(parts).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1);
  });

  it('have a comment each heartbeat', async () => {
    const server = await startServer({ heartbeat: 20 });
    const stream = await listen(server);
    await expect.poll(() => stream.text.split(': hb\n\n').length).toBeGreaterThan(3);
    await appendText(server, 'run:1', 'one\n');
    await expect.poll(() => textsIn(stream)).toEqual(['one']);
  });

  it('skip ahead a live reader that falls far behind, with an ack', async () => {
    const server = await startServer({ limits: { ringBytes: 4_096 } });
    await appendText(server, 'run:1', 'first\n');
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream)).toEqual(['first']);
    stream.response.pause();
    // More than all buffers between the two hold, and than the ring does.
    const page = `${'x'.repeat(999)}\n`.repeat(2_000);
    for (let round = 0; round < 12; round += 1) await appendText(server, 'run:1', page);
    await appendText(server, 'run:1', 'last\n');
    stream.response.resume();
    await expect.poll(() => textsIn(stream).at(-1) === 'last' || framesIn(stream).at(-1)?.e === 'ack', { timeout: 10_000 }).toBe(true);
    const ack = framesIn(stream).find((frame) => frame.e === 'ack');
    expect(ack).toMatchObject({ st: 'skipped', first: 1 });
    expect(textsIn(stream).length).toBeLessThan(24_002);
    await appendText(server, 'run:1', 'after that\n');
    await expect.poll(() => textsIn(stream).at(-1)).toBe('after that');
    // Every message begins right behind what came before, unless an ack came between.
    let at = 0;
    for (const frame of framesIn(stream)) {
      if (frame.e === 'msg') expect(frame.off.offset - frame.lines.length).toBe(at);
      if (frame.e === 'msg' || frame.e === 'ack') at = frame.off.offset;
    }
    expect(at).toBe(24_003);
  });

  it('replay a short distance instead of skipping it, also when the ring lost it', async () => {
    const server = await startServer({ limits: { ringBytes: 1 } });
    await appendText(server, 'run:1', 'first\n');
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream)).toEqual(['first']);
    // Two batches in one turn of the event loop: the ring keeps the second only.
    const lines = (text: string) => ({ lines: packLines([[text]]), time: Date.now(), carryIn: '', carryOut: '' });
    await Promise.all([server.store.append('run:1', lines('second')), server.store.append('run:1', lines('third'))]);
    await expect.poll(() => textsIn(stream)).toEqual(['first', 'second', 'third']);
    expect(framesIn(stream).every(({ e }) => e === 'msg')).toBe(true);
  });

  it('end properly when the server closes, so that the reader reconnects', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', 'one\n');
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream)).toEqual(['one']);
    await server.logs.close();
    expect(await stream.ended()).toBe(true);
    expect(framesIn(stream).some(({ e }) => e === 'end')).toBe(false);
  });

  it('break off when the store goes down while a reader catches up', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    await appendText(server, 'run:1', numbered(1, 3_000));
    const gate = new Gate();
    store.beforeRead = async ({ after }) => {
      if (after === 1_000) await gate.passed;
    };
    const stream = await listen(server);
    await expect.poll(() => textsIn(stream).length).toBe(1_000);
    store.isDown = true;
    gate.open();
    expect(await stream.ended()).toBe(false);
    await expect.poll(() => server.logs.stats()).toMatchObject({ topics: 0, requests: 0 });
  });

  it('are 503 for a log that cannot be looked at', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    store.isDown = true;
    expect((await ask(server, server.path('run:1'), { headers: EVENTS })).status).toBe(503);
    expect(server.logs.stats().topics).toBe(0);
  });

  it('are 400 for a Last-Event-ID that is no position', async () => {
    const server = await startServer();
    for (const id of ['x', '1-2-3', '-1']) {
      expect((await ask(server, server.path('run:1'), { headers: { ...EVENTS, 'Last-Event-ID': id } })).status).toBe(400);
    }
  });

  it('need a topic as everything does', async () => {
    const server = await startServer();
    expect((await ask(server, '/log-stream/topics/run:1', { headers: EVENTS })).status).toBe(401);
  });

  it('answer HEAD without following', async () => {
    const server = await startServer();
    const answer = await ask(server, server.path('run:1'), { method: 'HEAD', headers: EVENTS });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it('free everything when the reader disconnects', async () => {
    const server = await startServer();
    const stream = await listen(server);
    expect(server.logs.stats()).toMatchObject({ topics: 1, requests: 1 });
    stream.response.destroy();
    await expect.poll(() => server.logs.stats()).toMatchObject({ topics: 0, requests: 0 });
  });
});
