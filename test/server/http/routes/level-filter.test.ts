import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import type { NewLine, ReadRange, ReadResult } from '../../../../src/server/store.ts';
import { QUIET_LINES } from '../../../../src/server/http/core/line-filter.ts';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { appendLine, appendLines } from '../marked-log.ts';
import { sentEvents, shortEvents } from '../server-sent.ts';
import { ask, open, startServer, upload, type HttpTestServer, type Stream } from '../support.ts';

const TEXT = { Accept: 'text/plain' };
const EVENTS = { Accept: 'text/event-stream' };

/** A memory store that counts the lines it gives. */
class CountingStore extends MemoryStore {
  linesRead = 0;
  reads = 0;
  /** Called before each read. */
  beforeRead: () => Promise<void> | void = () => undefined;

  override async read(channel: string, range: ReadRange): Promise<ReadResult> {
    await this.beforeRead();
    const result = await super.read(channel, range);
    this.reads += 1;
    this.linesRead += result.lines.length;
    return result;
  }
}

const WARN: LineExtra = { l: 13 };
const ERROR: LineExtra = { l: 17 };

/** Lines 1 to 10: errors at 3 (continued by 4) and 8, a warning at 9, a fatal one at 10; 6 rewrites a row. */
const TEN: readonly NewLine[] = [
  ['one', { l: 9 }],
  ['two'],
  ['three', ERROR],
  ['four', { l: 17, k: 1 }],
  ['five'],
  ['six', { l: 17, r: 1 }],
  ['seven', { l: 5 }],
  ['eight', ERROR],
  ['nine', WARN],
  ['ten', { l: 21 }],
];

async function startTen(end?: number): Promise<{ server: HttpTestServer; store: CountingStore; epoch: string }> {
  const store = new CountingStore();
  const server = await startServer({ store });
  const { epoch } = await appendLines(store, 'run:1', 1_000, TEN, end);
  return { server, store, epoch };
}

async function text(server: HttpTestServer, query: string): Promise<string> {
  return (await ask(server, server.path('run:1', query), { headers: TEXT })).text;
}

function listen(server: HttpTestServer, query: string, headers: Record<string, string> = {}): Promise<Stream> {
  return open(server, server.path('run:1', query), { ...EVENTS, ...headers });
}

/** `quiet` lines without a level. */
const quiet = (count: number): NewLine[] => Array.from({ length: count }, () => ['.']);

describe('text with level', () => {
  it('has only the lines of that level or above, continuations and rewritten rows among them (H24)', async () => {
    const { server } = await startTen(0);
    const errors = 'three\nfour\nsix\neight\nten\n';
    for (const query of ['level=error', 'level=17', 'level=severe', 'level=ERR&follow=1', 'level=14']) {
      expect(await text(server, query)).toBe(errors);
    }
    expect(await text(server, 'level=warn')).toBe('three\nfour\nsix\neight\nnine\nten\n');
    expect(await text(server, 'level=trace')).toBe('one\nthree\nfour\nsix\nseven\neight\nnine\nten\n');
    for (const level of [18, 21, 'fatal']) expect(await text(server, `level=${level}`)).toBe('ten\n');
    for (const level of [22, 24]) expect(await text(server, `level=${level}&follow=1`)).toBe('');
  });

  it('compares the number of a line itself, also between the six levels (H24)', async () => {
    const { server, store } = await startTen();
    await appendLine(store, 'run:1', 2_000, 'eleven', { l: 19 });
    expect(await text(server, 'level=18')).toBe('ten\neleven\n');
    expect(await text(server, 'level=19')).toBe('ten\neleven\n');
    expect(await text(server, 'level=20')).toBe('ten\n');
  });

  it('goes with where a read begins and ends, and limit counts the lines given (H24)', async () => {
    const { server, store } = await startTen();
    expect(await text(server, 'level=error&after=3')).toBe('four\nsix\neight\nten\n');
    expect(await text(server, 'level=error&limit=2')).toBe('three\nfour\n');
    expect(await text(server, 'level=error&limit=2&follow=1')).toBe('three\nfour\n');
    expect(await text(server, 'level=error&after=4&limit=2')).toBe('six\neight\n');
    expect(await text(server, 'level=error&tail=2')).toBe('ten\n');
    await appendLine(store, 'run:1', 5_000, 'late', ERROR);
    expect(await text(server, 'level=error&since=2000')).toBe('late\n');
    expect(await text(server, 'level=fatal&until=2000')).toBe('ten\n');
    await store.trim('run:1', { lines: 4 }, 6_000);
    expect(await text(server, 'level=error')).toBe('eight\nten\nlate\n');
    expect((await ask(server, server.path('run:1', 'follow=1&level=fatal&limit=1'))).text).toBe('ten\n');
  });

  it('continues with new lines when it follows, and ends with the log (H24)', async () => {
    const { server, store } = await startTen();
    const stream = await open(server, server.path('run:1', 'level=error&follow=1&tail=0'));
    await appendLines(store, 'run:1', 2_000, [['no'], ['yes', ERROR], ['no']]);
    await stream.has('yes\n');
    await appendLines(store, 'run:1', 3_000, [['no'], ['yes', ERROR]], 0);
    expect(await stream.ended()).toBe(true);
    expect(stream.text).toBe('yes\nyes\n');
  });

  it('is no-store, 404 for an unknown log, and 409 for another epoch', async () => {
    const { server, epoch } = await startTen(0);
    const answer = await ask(server, server.path('run:1', `level=error&epoch=${epoch}`), { headers: TEXT });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'log-head': '10', 'log-end': '0' });
    expect((await ask(server, server.path('run:2', 'level=error'), { headers: TEXT })).status).toBe(404);
    expect((await ask(server, server.path('run:1', 'level=error&epoch=x'), { headers: TEXT })).status).toBe(409);
  });

  it('keeps the pieces of a long line together', async () => {
    const { server, store } = await startTen();
    await appendLines(store, 'run:1', 2_000, [
      ['long ', { l: 17, p: 1 }],
      ['er ', { l: 17, p: 1 }],
      ['line', { l: 17 }],
    ]);
    expect(await text(server, 'level=error&after=10')).toBe('long er line\n');
  });

  it.each(['level=', 'level=none', 'level=0', 'level=25', 'level=-1', 'level=1.5'])('is 400 for %s', async (query) => {
    const { server } = await startTen();
    for (const headers of [TEXT, EVENTS]) expect((await ask(server, server.path('run:1', query), { headers })).status).toBe(400);
  });

  it('is 400 as JSON, whose lines have no gaps (H24)', async () => {
    const { server } = await startTen();
    const answer = await ask(server, server.path('run:1', 'level=error'));
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('"level"') as string });
  });
});

describe('server-sent events with level', () => {
  it('have only consecutive lines in a msg, and an ack with skipped before each jump (H34)', async () => {
    const { server } = await startTen(0);
    const stream = await listen(server, 'level=error');
    expect(await stream.ended()).toBe(true);
    expect(shortEvents(stream)).toEqual([
      'ack skipped 2',
      'msg 3-4',
      'ack skipped 5',
      'msg 6-6',
      'ack skipped 7',
      'msg 8-8',
      'ack skipped 9',
      'msg 10-10',
      'id 10',
      'end 10',
    ]);
    const from = await listen(server, 'level=error&after=2');
    await from.ended();
    expect(shortEvents(from).slice(0, 2)).toEqual(['msg 3-4', 'ack skipped 5']);
  });

  it('continue with new lines, without an ack where they join (H34)', async () => {
    const { server, store } = await startTen();
    const stream = await listen(server, 'level=error&tail=0');
    await stream.has(': hb\n\n');
    await appendLine(store, 'run:1', 2_000, 'eleven', ERROR);
    await expect.poll(() => shortEvents(stream)).toEqual(['msg 11-11']);
    await appendLine(store, 'run:1', 2_000, 'twelve', ERROR);
    await appendLine(store, 'run:1', 2_000, 'thirteen');
    await appendLine(store, 'run:1', 2_000, 'fourteen', ERROR);
    await expect.poll(() => shortEvents(stream)).toEqual(['msg 11-11', 'msg 12-12', 'ack skipped 13', 'msg 14-14']);
  });

  it('say at each heartbeat up to where the lines were looked at, and resume from there (H34)', async () => {
    const store = new CountingStore();
    const server = await startServer({ store, heartbeat: 30 });
    const { epoch } = await appendLines(store, 'run:1', 1_000, [...TEN, ...quiet(20)]);
    const stream = await listen(server, 'level=error');
    await stream.contains(`: hb\n\nid: ${epoch}-30\n\n`);
    await appendLines(store, 'run:1', 2_000, [['no'], ['yes', ERROR], ['no']]);
    await stream.contains(`id: ${epoch}-33\n\n`);
    const again = await listen(server, 'level=error&after=0', { 'Last-Event-ID': `${epoch}-31` });
    await expect.poll(() => shortEvents(again).filter((event) => !event.startsWith('id '))).toEqual(['msg 32-32']);
    // Nothing is to be seen of a log that is not there yet.
    const waiting = await open(server, server.path('run:2', 'level=error'), EVENTS);
    await waiting.contains(': hb\n\n: hb\n\n: hb\n\n');
    expect(waiting.text).not.toContain('id:');
  });

  it('lead a reader to 204 once it has seen the end, also if no line passed (H31, H34)', async () => {
    const { server, epoch } = await startTen(0);
    const stream = await listen(server, 'level=24');
    await stream.ended();
    expect(shortEvents(stream)).toEqual(['id 10', 'end 10']);
    const id = sentEvents(stream.text)[0]?.id ?? '';
    expect(id).toBe(`${epoch}-10`);
    const again = await ask(server, server.path('run:1', 'level=24'), { headers: { ...EVENTS, 'Last-Event-ID': id } });
    expect(again.status).toBe(204);
  });

  it('have no part (H34)', async () => {
    const { server } = await startTen();
    const stream = await listen(server, 'level=error&tail=0');
    const all = await listen(server, 'tail=0');
    const { request } = upload(server, server.path('run:1'));
    request.write('unfinished');
    await all.contains('unfinished');
    request.end('\nmore\n');
    await all.contains('more');
    expect(shortEvents(stream)).toEqual([]);
  });

  it('end after as many lines as limit says (H34)', async () => {
    const { server } = await startTen();
    const stream = await listen(server, 'level=error&limit=3');
    expect(await stream.ended()).toBe(true);
    expect(shortEvents(stream)).toEqual(['ack skipped 2', 'msg 3-4', 'ack skipped 5', 'msg 6-6']);
  });

  it('begin with a reset or truncated where lines were lost, then filter (H33, H34)', async () => {
    const { server, store } = await startTen();
    const reset = await listen(server, 'level=fatal&after=3&epoch=other');
    await expect.poll(() => shortEvents(reset)).toEqual(['ack reset 0', 'ack skipped 9', 'msg 10-10']);
    await store.trim('run:1', { lines: 3 }, 2_000);
    const truncated = await listen(server, 'level=fatal&after=1');
    await expect.poll(() => shortEvents(truncated)).toEqual(['ack truncated 7', 'ack skipped 9', 'msg 10-10']);
  });

  it('continue with another log that takes the place of theirs', async () => {
    const { server, store } = await startTen();
    const stream = await listen(server, 'level=fatal&tail=0');
    await stream.has(': hb\n\n');
    await store.remove('run:1');
    await expect.poll(() => shortEvents(stream)).toEqual(['ack reset 0']);
    await appendLines(store, 'run:1', 2_000, [['no'], ['yes', { l: 21 }]]);
    await expect.poll(() => shortEvents(stream)).toEqual(['ack reset 0', 'ack skipped 1', 'msg 2-2']);
  });

  it('give a slow reader every line that passes: it is never moved ahead (H34)', async () => {
    const store = new CountingStore();
    const server = await startServer({ store, limits: { ringBytes: 20_000 } });
    const stream = await listen(server, 'level=error');
    await stream.has(': hb\n\n');
    stream.response.pause();
    const line = `${'x'.repeat(1_000)}`;
    for (let batch = 0; batch < 20; batch += 1) {
      await appendLines(
        store,
        'run:1',
        1_000,
        Array.from({ length: 1_000 }, (_, at) => (at % 2 === 0 ? [line, ERROR] : [line])),
      );
    }
    await appendLines(store, 'run:1', 1_000, [], 0);
    stream.response.resume();
    expect(await stream.ended()).toBe(true);
    expect(shortEvents(stream).filter((event) => event.startsWith('msg'))).toHaveLength(10_000);
  });
});

describe('a filter over a long log', () => {
  /** Errors at these lines of a log of so many. */
  async function startLong(length: number, errors: readonly number[]): Promise<{ server: HttpTestServer; store: CountingStore }> {
    const store = new CountingStore();
    const server = await startServer({ store });
    let written = 0;
    for (const line of [...errors, length]) {
      const lines = quiet(line - written - (line === length ? 0 : 1));
      await appendLines(store, 'run:1', 1_000, line === length ? lines : [...lines, [`error ${line}`, ERROR]]);
      written = line;
    }
    await appendLines(store, 'run:1', 1_000, [], 0);
    return { server, store };
  }

  it('reads only what is near its entries (H24, H34)', async () => {
    const errors = [40_000, 40_900, 120_000];
    const { server, store } = await startLong(200_000, errors);
    const expected = errors.map((line) => `error ${line}\n`).join('');
    for (const query of ['level=error', 'level=error&follow=1']) {
      store.linesRead = 0;
      expect(await text(server, query)).toBe(expected);
      expect(store.linesRead).toBeLessThan(2_500);
    }
    store.linesRead = 0;
    const stream = await listen(server, 'level=error');
    await stream.ended();
    expect(shortEvents(stream)).toEqual([
      ...errors.flatMap((line) => [`ack skipped ${line - 1}`, `msg ${line}-${line}`]),
      'id 200000',
      'end 200000',
    ]);
    expect(store.linesRead).toBeLessThan(2_500);
  });

  it('stops when its request is closed', async () => {
    const { server, store } = await startLong(
      300_000,
      Array.from({ length: 150 }, (_, at) => (at + 1) * 2_000 - 1),
    );
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    for (const query of ['level=18', 'level=18&follow=1']) {
      store.reads = 0;
      store.beforeRead = () => (store.reads >= 2 ? gate : undefined);
      const stream = await open(server, server.path('run:1', query), TEXT);
      await vi.waitFor(() => expect(store.reads).toBe(2));
      stream.response.destroy();
      await vi.waitFor(() => expect(server.logs.stats().requests).toBe(0));
    }
    goOn();
    await vi.waitFor(() => expect(server.logs.stats().topics).toBe(0));
    expect(store.reads).toBeLessThan(8);
  });

  it('breaks off where lines are lost before they were looked at', async () => {
    const { server, store } = await startLong(50_000, [49_000]);
    for (const query of ['level=error', 'level=error&follow=1']) {
      store.beforeRead = async () => {
        store.beforeRead = () => undefined;
        await store.remove('run:1');
        await appendLines(store, 'run:1', 2_000, [['other', ERROR]], 0);
      };
      const stream = await open(server, server.path('run:1', query), TEXT);
      expect(await stream.ended()).toBe(false);
      expect(stream.text).toBe('');
    }
  });

  it('gives what reading every line would, wherever it begins (H24)', async () => {
    const level = fc.constantFrom(9, 13, 17, 19, 21);
    const stretch = fc.record({
      /** Of its first line; undefined: none of its lines has one. */
      level: fc.option(level, { nil: undefined }),
      continuations: fc.nat(3),
      /** A line that rewrites the row of the first, so many lines below. */
      rewritten: fc.option(fc.integer({ min: 1, max: QUIET_LINES }), { nil: undefined }),
      quiet: fc.oneof(fc.nat(3), fc.integer({ min: 900, max: 4_000 })),
    });
    const plan = fc.record({
      stretches: fc.array(stretch, { minLength: 1, maxLength: 8 }),
      least: fc.integer({ min: 1, max: 24 }),
      start: fc.nat(1_000),
      limit: fc.option(fc.integer({ min: 1, max: 50 })),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ stretches, least, start, limit }) => {
        const store = new CountingStore();
        const server = await startServer({ store });
        const lines = stretches.flatMap(({ level: its, continuations, rewritten, quiet: rest }): NewLine[] => {
          if (its === undefined) return quiet(rest);
          const entry = Array.from({ length: continuations + 1 }, (_, at): NewLine => ['', at === 0 ? { l: its } : { l: its, k: 1 }]);
          const below = quiet(rest);
          if (rewritten !== undefined && rewritten <= below.length) below[rewritten - 1] = ['', { l: its, r: 1 }];
          return [...entry, ...below];
        });
        const named = lines.map(([, its], at): NewLine => (its === undefined ? [`line ${at + 1}`] : [`line ${at + 1}`, its]));
        await appendLines(store, 'run:1', 1_000, named, 0);
        const after = Math.floor((named.length * start) / 1_000);
        const passed = named.flatMap(([its, marks], at) => ((marks?.l ?? 0) >= least && at >= after ? [its] : []));
        const expected = passed.slice(0, limit ?? undefined);
        const query = `level=${least}&after=${after}${limit === null ? '' : `&limit=${limit}`}`;
        const asText = expected.map((its) => `${its}\n`).join('');
        expect(await text(server, query)).toBe(asText);
        expect(await text(server, `${query}&follow=1`)).toBe(asText);
        const stream = await listen(server, query);
        await stream.ended();
        const sent = sentEvents(stream.text).flatMap(({ frame }) => (frame?.e === 'msg' ? frame.lines.map(([, its]) => its) : []));
        expect(sent).toEqual(expected);
        await server.close();
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
