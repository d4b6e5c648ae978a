import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { FaultyStore } from '../../../support/faulty-store.ts';
import { appendLine, appendLines } from '../marked-log.ts';
import { sentEvents, shortEvents } from '../server-sent.ts';
import { ask, open, startServer, type HttpTestServer, type Stream } from '../support.ts';

const TEXT = { Accept: 'text/plain' };
const EVENTS = { Accept: 'text/event-stream' };

/** Lines 1 to `count`, a second apart: line N was written at N × 1,000 ms. */
async function startTimed(count: number): Promise<{ server: HttpTestServer; store: MemoryStore; epoch: string }> {
  const store = new MemoryStore();
  const server = await startServer({ store });
  for (let line = 1; line <= count; line += 1) await appendLine(store, 'run:1', line * 1_000, `line ${line}`);
  return { server, store, epoch: (await store.tail('run:1')).epoch };
}

const lines = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}`);
const textOf = (from: number, to: number): string =>
  lines(from, to)
    .map((line) => `${line}\n`)
    .join('');

async function json(server: HttpTestServer, query: string): Promise<{ after: number; texts: string[] }> {
  const { after, lines: found } = (await ask(server, server.path('run:1', query))).json() as { after: number; lines: [number, string][] };
  return { after, texts: found.map(([, text]) => text) };
}

async function text(server: HttpTestServer, query: string): Promise<string> {
  return (await ask(server, server.path('run:1', query), { headers: TEXT })).text;
}

async function status(server: HttpTestServer, query: string, headers: Record<string, string> = {}): Promise<number> {
  const stream = await open(server, server.path('run:1', query), headers);
  stream.response.destroy();
  return stream.response.statusCode ?? 0;
}

const endOf = (store: MemoryStore): Promise<unknown> => appendLines(store, 'run:1', 0, [], 0);

/** The lines that an ended stream of events has given. */
async function eventTexts(stream: Stream): Promise<string[]> {
  await stream.ended();
  return sentEvents(stream.text).flatMap(({ frame }) => (frame?.e === 'msg' ? frame.lines.map(([, its]) => its) : []));
}

describe('a read with tail', () => {
  it('begins so many lines before the head, on every form of reading (H22)', async () => {
    const { server, store } = await startTimed(5);
    expect(await json(server, 'tail=2')).toEqual({ after: 3, texts: lines(4, 5) });
    expect(await json(server, 'tail=4&limit=2')).toEqual({ after: 1, texts: lines(2, 3) });
    expect(await text(server, 'tail=2')).toBe(textOf(4, 5));
    await endOf(store);
    expect(await text(server, 'tail=3&follow=1')).toBe(textOf(3, 5));
    expect(await eventTexts(await open(server, server.path('run:1', 'tail=1'), EVENTS))).toEqual(lines(5, 5));
  });

  it('gives every line held if it asks for more, without an error (H22)', async () => {
    const { server, store } = await startTimed(5);
    await store.trim('run:1', { lines: 3 }, 0);
    await endOf(store);
    for (const tail of [3, 4, 5, 99]) {
      expect(await json(server, `tail=${tail}`)).toEqual({ after: 2, texts: lines(3, 5) });
      expect(await text(server, `tail=${tail}`)).toBe(textOf(3, 5));
      expect(await text(server, `tail=${tail}&follow=1`)).toBe(textOf(3, 5));
      const stream = await open(server, server.path('run:1', `tail=${tail}`), EVENTS);
      await stream.ended();
      expect(shortEvents(stream)).toEqual(['msg 3-5', 'end 5']);
    }
  });

  it('of none is from now with follow, and gives nothing without (H22)', async () => {
    const { server, store } = await startTimed(3);
    expect(await json(server, 'tail=0')).toEqual({ after: 3, texts: [] });
    expect(await text(server, 'tail=0')).toBe('');
    const followed = await open(server, server.path('run:1', 'tail=0&follow=1'));
    const events = await open(server, server.path('run:1', 'tail=0'), EVENTS);
    await events.has(': hb\n\n');
    await appendLine(store, 'run:1', 4_000, 'line 4');
    await endOf(store);
    await followed.ended();
    expect(followed.text).toBe(textOf(4, 4));
    expect(await eventTexts(events)).toEqual(lines(4, 4));
  });

  it('follows a log that is not there yet from its first line (H22)', async () => {
    const store = new MemoryStore();
    const server = await startServer({ store });
    expect(await status(server, 'tail=5')).toBe(404);
    const followed = await open(server, server.path('run:1', 'tail=5&follow=1'));
    const events = await open(server, server.path('run:1', 'tail=5'), EVENTS);
    await events.has(': hb\n\n');
    await appendLines(
      store,
      'run:1',
      1_000,
      lines(1, 9).map((line) => [line]),
      0,
    );
    await followed.ended();
    expect(followed.text).toBe(textOf(1, 9));
    expect(await eventTexts(events)).toEqual(lines(1, 9));
  });

  it('is never cached, also with epoch', async () => {
    const { server, store, epoch } = await startTimed(3);
    await endOf(store);
    for (const query of ['tail=2', 'since=2000', 'until=2000', 'after=0&until=3000&limit=1']) {
      for (const headers of [{}, TEXT]) {
        const answer = await ask(server, server.path('run:1', `${query}&epoch=${epoch}`), { headers });
        expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
      }
    }
  });

  it('is 409 for another epoch; server-sent events begin with a reset instead (H33)', async () => {
    const { server } = await startTimed(3);
    for (const query of ['tail=1', 'since=2000', 'until=2000']) {
      expect(await status(server, `${query}&epoch=other`)).toBe(409);
      expect(await status(server, `${query}&epoch=other`, TEXT)).toBe(409);
    }
    expect(await status(server, 'tail=1&epoch=other&follow=1')).toBe(409);
    const stream = await open(server, server.path('run:1', 'tail=1&epoch=other'), EVENTS);
    await stream.contains('line 3');
    expect(shortEvents(stream)).toEqual(['ack reset 2', 'msg 3-3']);
  });
});

describe('a read with since or until', () => {
  it('begins at the first line at or after a time, on every form of reading (H23)', async () => {
    const { server, store } = await startTimed(5);
    expect(await json(server, 'since=3000')).toEqual({ after: 2, texts: lines(3, 5) });
    expect(await json(server, 'since=3001')).toEqual({ after: 3, texts: lines(4, 5) });
    expect(await json(server, 'since=0')).toEqual({ after: 0, texts: lines(1, 5) });
    expect(await json(server, 'since=6000')).toEqual({ after: 5, texts: [] });
    expect(await text(server, 'since=1970-01-01T00:00:04Z')).toBe(textOf(4, 5));
    expect(await text(server, 'since=1970-01-01T02:00:04.001+02:00')).toBe(textOf(5, 5));
    await endOf(store);
    expect(await text(server, 'since=2000&follow=1')).toBe(textOf(2, 5));
    expect(await eventTexts(await open(server, server.path('run:1', 'since=5000'), EVENTS))).toEqual(lines(5, 5));
  });

  it('ends before the first line at or after a time (H23)', async () => {
    const { server } = await startTimed(5);
    expect(await json(server, 'until=3000')).toEqual({ after: 0, texts: lines(1, 2) });
    expect(await json(server, 'until=3001')).toEqual({ after: 0, texts: lines(1, 3) });
    expect(await json(server, 'until=1000')).toEqual({ after: 0, texts: [] });
    expect(await json(server, 'until=9000')).toEqual({ after: 0, texts: lines(1, 5) });
    expect(await json(server, 'since=2000&until=4000')).toEqual({ after: 1, texts: lines(2, 3) });
    expect(await json(server, 'since=4000&until=2000')).toEqual({ after: 3, texts: [] });
    expect(await json(server, 'after=1&until=4000&limit=1')).toEqual({ after: 1, texts: lines(2, 2) });
    expect(await text(server, 'until=3000')).toBe(textOf(1, 2));
    expect(await text(server, 'tail=4&until=4000')).toBe(textOf(2, 3));
    expect(await text(server, 'after=1&until=5000&limit=2')).toBe(textOf(2, 3));
    expect(await text(server, 'until=0')).toBe('');
  });

  it('takes spans back from now (H23)', async () => {
    const store = new MemoryStore();
    const server = await startServer({ store });
    const now = Date.now();
    for (const [line, age] of [3 * 86_400_000, 2 * 3_600_000, 15 * 60_000, 90_000, 0].entries()) {
      await appendLine(store, 'run:1', now - age - (age > 0 ? 1_000 : 0), `line ${line + 1}`);
    }
    expect(await text(server, 'since=90s')).toBe(textOf(5, 5));
    expect(await text(server, 'since=15m')).toBe(textOf(4, 5));
    expect(await text(server, 'since=2h')).toBe(textOf(3, 5));
    expect(await text(server, 'since=3d')).toBe(textOf(2, 5));
    expect(await text(server, 'since=4d&until=1h')).toBe(textOf(1, 2));
  });

  it('begins at the first line held, and says so by after (H23)', async () => {
    const { server, store } = await startTimed(5);
    await store.trim('run:1', { lines: 2 }, 0);
    expect(await json(server, 'since=1000')).toEqual({ after: 3, texts: lines(4, 5) });
    expect(await json(server, 'after=1&until=5000')).toEqual({ after: 3, texts: lines(4, 4) });
    expect(await json(server, 'until=2000')).toEqual({ after: 3, texts: [] });
    expect(await text(server, 'until=5000')).toBe(textOf(4, 4));
    expect(await status(server, 'after=1')).toBe(410);
  });

  it('follows a log that is not there yet from its first line (H23)', async () => {
    const store = new MemoryStore();
    const server = await startServer({ store });
    expect(await status(server, 'since=15m')).toBe(404);
    const followed = await open(server, server.path('run:1', 'since=15m&follow=1'));
    const events = await open(server, server.path('run:1', 'since=15m'), EVENTS);
    await events.has(': hb\n\n');
    await appendLines(store, 'run:1', Date.now(), [['line 1']], 0);
    await followed.ended();
    expect(followed.text).toBe(textOf(1, 1));
    expect(await eventTexts(events)).toEqual(lines(1, 1));
  });

  it('leaves out lines that are written before a time yet to come (H23)', async () => {
    const { server, store } = await startTimed(2);
    const time = Date.now() + 3_600_000;
    const followed = await open(server, server.path('run:1', `since=${time}&follow=1`));
    const events = await open(server, server.path('run:1', `since=${time}`), EVENTS);
    await events.has(': hb\n\n');
    await appendLine(store, 'run:1', time - 1, 'line 3');
    await appendLine(store, 'run:1', time, 'line 4');
    await appendLines(store, 'run:1', time + 1, [['line 5']], 0);
    await followed.ended();
    expect(followed.text).toBe(textOf(4, 5));
    expect(await eventTexts(events)).toEqual(lines(4, 5));
    expect(shortEvents(events)[0]).toBe('ack skipped 3');
  });

  it('is 400 for until with following, whatever the form (H23)', async () => {
    const { server } = await startTimed(2);
    expect(await status(server, 'until=2000&follow=1')).toBe(400);
    expect(await status(server, 'until=2000&follow=1', { Accept: 'application/json' })).toBe(400);
    expect(await status(server, 'until=2000', EVENTS)).toBe(400);
    expect(await status(server, 'until=2000&follow=0')).toBe(200);
  });
});

describe('where a read begins', () => {
  it.each(['after=0&tail=1', 'after=0&since=0', 'tail=1&since=0', 'after=0&tail=1&since=0'])(
    'is said once: %s is 400 (H23)',
    async (query) => {
      const { server } = await startTimed(2);
      for (const headers of [{}, TEXT, EVENTS]) expect(await status(server, query, headers)).toBe(400);
    },
  );

  it.each(['tail=-1', 'tail=x', 'tail=', 'tail=1.5', 'since=', 'since=x', 'since=-5', 'since=2026-11-29', 'until=2w', 'until=1.5h'])(
    'is 400 if it cannot be read: %s',
    async (query) => {
      const { server } = await startTimed(2);
      expect(await status(server, query)).toBe(400);
    },
  );

  it('is Last-Event-ID if there is one, whatever else is said (H31)', async () => {
    const { server, store, epoch } = await startTimed(5);
    await endOf(store);
    for (const query of ['tail=1', 'since=4000', `since=${Date.now() + 1_000_000}`, 'after=4']) {
      const stream = await open(server, server.path('run:1', query), { ...EVENTS, 'Last-Event-ID': `${epoch}-2` });
      expect(await eventTexts(stream)).toEqual(lines(3, 5));
    }
    expect(await status(server, 'tail=2', { ...EVENTS, 'Last-Event-ID': `${epoch}-5` })).toBe(204);
  });

  it('is the first line for a server that cannot seek: it ignores what it does not know', async () => {
    const server = await startServer({ store: new FaultyStore() });
    await server.append('run:1', lines(1, 3), 0);
    for (const query of ['tail=1', 'since=1h', 'until=0', 'level=error', 'tail=x&since=x', 'after=0&tail=1', 'level=error&follow=1']) {
      const answer = await ask(server, server.path('run:1', query), { headers: TEXT });
      expect([answer.status, answer.text, answer.headers['log-has']]).toEqual([200, textOf(1, 3), 'search, tail']);
    }
    expect((await ask(server, server.path('run:1', 'level=error'))).status).toBe(200);
  });

  it('is answered for HEAD as for GET', async () => {
    const { server } = await startTimed(3);
    for (const headers of [{}, TEXT, EVENTS]) {
      for (const query of ['tail=1', 'since=2000']) {
        const answer = await ask(server, server.path('run:1', query), { method: 'HEAD', headers });
        expect([answer.status, answer.text, answer.headers['log-head']]).toEqual([200, '', '3']);
      }
    }
  });

  it('may be limited on server-sent events too, which then end (H30)', async () => {
    const { server, epoch } = await startTimed(5);
    const stream = await open(server, server.path('run:1', 'tail=4&limit=3'), EVENTS);
    expect(await eventTexts(stream)).toEqual(lines(2, 4));
    expect(sentEvents(stream.text).at(-1)?.id).toBe(`${epoch}-4`);
  });
});
