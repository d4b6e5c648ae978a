import http, { type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';
import type { LogServerOptions } from '../../../../src/server/config/options.ts';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import type { NewLine } from '../../../../src/server/store.ts';
import { ask, startServer, type Answer, type HttpTestServer } from '../support.ts';

interface SearchServer extends HttpTestServer {
  search(query: string, channel?: string): string;
  find(query: string, channel?: string): Promise<readonly Record<string, unknown>[]>;
  write(channel: string, lines: readonly (string | NewLine)[], time?: number): Promise<void>;
}

async function start(options: Partial<LogServerOptions> = {}): Promise<SearchServer> {
  const server = await startServer(options);
  const search = (query: string, channel = 'a'): string => server.path(channel, query, false).replace('/topics/', '/search/');
  return {
    ...server,
    search,
    find: async (query, channel) => messagesOf(await ask(server, search(query, channel))),
    async write(channel, lines, time = 1_000) {
      const all = lines.map((line): NewLine => (typeof line === 'string' ? [line] : line));
      const { carry } = await server.store.tail(channel);
      await server.store.append(channel, { lines: packLines(all), time, carryIn: carry, carryOut: carry });
    },
  };
}

const messagesOf = ({ text }: Answer): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const hitsOf = (messages: readonly Record<string, unknown>[]): Record<string, unknown>[] =>
  messages.filter((message) => 'line' in message && 'time' in message);
const linesOf = (messages: readonly Record<string, unknown>[]): unknown[] => hitsOf(messages).map(({ line }) => line);

describe('A search', () => {
  test('says where it searches, gives each hit with its places, and says when it is done', async () => {
    const server = await start();
    await server.write('a', ['one error', 'nothing', '\u001b[31mERROR\u001b[0m: an error']);
    const { epoch } = await server.store.tail('a');
    const answer = await ask(server, server.search('q=error'));
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'log-epoch': epoch, 'log-head': '3', 'log-has': expect.stringContaining('search') as string });
    expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/u);
    expect(answer.headers['cache-control']).toContain('no-store');
    expect(messagesOf(answer)).toEqual([
      { epoch, after: 0, upto: 3, first: 1 },
      { line: 1, time: 1_000, at: [[4, 9]] },
      {
        line: 3,
        time: 1_000,
        at: [
          [0, 5],
          [10, 15],
        ],
      },
      { done: true, scanned: 3, found: 2 },
    ]);
  });

  test('finds lines by text in both cases, by word, by regular expression, without another text, in a range, from either end', async () => {
    const server = await start();
    await server.write('a', ['a disk error', 'ERROR: x', 'fine', 'errors are for', 'a-b', 'overwritten\rkept\u001b[K']);
    const expected: Record<string, readonly number[]> = {
      'q=error': [1, 2, 4],
      'q=error&case=1': [1, 4],
      'q=error&word=1': [1, 2],
      'q=%5Ee.*r%24&regex=1': [4],
      'q=a%5C-b&regex=1': [5],
      'q=error&without=disk': [2, 4],
      'q=error&after=1': [2, 4],
      'q=error&upto=2': [1, 2],
      'q=error&from=end': [4, 2, 1],
      'q=error&from=end&limit=2': [4, 2],
      'q=error&limit=1': [1],
      'q=error&after=4&upto=2': [],
      'q=overwritten': [],
      'q=kept': [6],
    };
    for (const [query, lines] of Object.entries(expected)) expect([query, linesOf(await server.find(query))]).toEqual([query, lines]);
  });

  test('counts on after the limit, and counts only when asked to', async () => {
    const server = await start();
    await server.write(
      'a',
      Array.from({ length: 50 }, () => 'x'),
    );
    expect((await server.find('q=x&limit=2')).slice(1)).toMatchObject([{ line: 1 }, { line: 2 }, { done: true, scanned: 50, found: 50 }]);
    expect((await server.find('q=x&count=1')).slice(1)).toEqual([{ done: true, scanned: 50, found: 50 }]);
  });

  test('gives ranges of lines when asked to', async () => {
    const server = await start();
    await server.write('a', ['x', 'x', '', 'x', ['x', { p: 1 }], ['y'], '']);
    expect((await server.find('q=x&lines=1')).slice(1)).toEqual([
      {
        lines: [
          [1, 2],
          [4, 6],
        ],
      },
      { done: true, scanned: 7, found: 4 },
    ]);
    expect((await server.find('q=x&lines=1&from=end')).slice(1)).toEqual([
      {
        lines: [
          [4, 6],
          [1, 2],
        ],
      },
      { done: true, scanned: 7, found: 4 },
    ]);
  });

  test('gives at most 100 places of a line, and says that there are more', async () => {
    const server = await start();
    await server.write('a', ['x'.repeat(100), 'x'.repeat(101)]);
    const [exact, beyond] = hitsOf(await server.find('q=x'));
    expect(exact).not.toHaveProperty('more');
    expect(exact?.['at']).toHaveLength(100);
    expect(beyond?.['more']).toBe(1);
    expect(beyond?.['at']).toHaveLength(100);
  });

  test('by level alone counts entries, and gives the lines that continue them too', async () => {
    const server = await start();
    const marked = (text: string, extra: LineExtra): NewLine => [text, extra];
    const lines = [marked('E', { l: 17 }), marked(' at x', { l: 17, k: 1 }), marked('W', { l: 13 }), 'plain', marked('E', { l: 17, r: 1 })];
    await server.write('a', lines);
    expect((await server.find('level=error')).slice(1)).toEqual([
      { line: 1, time: 1_000, at: [] },
      { line: 2, time: 1_000, at: [] },
      { line: 5, time: 1_000, at: [] },
      { done: true, scanned: 5, found: 1 },
    ]);
    expect((await server.find('level=13&count=1')).at(-1)).toMatchObject({ found: 2 });
    expect(linesOf(await server.find('level=warn&q=at'))).toEqual([2]);
  });

  test('takes a line in pieces together, in the range that its first piece is in', async () => {
    const server = await start();
    await server.write('a', ['before', ['one nee', { p: 1 }], ['dle ', { p: 1 }], ['end'], 'needle']);
    expect(hitsOf(await server.find('q=needle'))).toMatchObject([{ line: 2, at: [[4, 10]] }, { line: 5 }]);
    for (const direction of ['', '&from=end']) {
      expect(linesOf(await server.find(`q=needle&upto=2${direction}`))).toEqual([2]);
      expect(linesOf(await server.find(`q=needle&after=2&upto=4${direction}`))).toEqual([]);
      expect(linesOf(await server.find(`q=end&after=3${direction}`))).toEqual([]);
      expect(linesOf(await server.find(`q=needle&after=2${direction}`))).toEqual([5]);
    }
  });

  test('begins at the first line held', async () => {
    const server = await start();
    await server.write('a', ['x', 'x', 'x', 'x']);
    await server.store.trim('a', { lines: 2 }, 2_000);
    expect(await server.find('q=x')).toMatchObject([{ after: 2, upto: 4, first: 3 }, { line: 3 }, { line: 4 }, { done: true, scanned: 2 }]);
  });

  test('walks through a large log in both directions', async () => {
    const server = await start();
    for (let from = 0; from < 30_000; from += 1_000) {
      await server.write(
        'a',
        Array.from({ length: 1_000 }, (_, at) => `line ${from + at + 1}${(from + at) % 7_000 === 0 ? ' here' : ''} ${'.'.repeat(80)}`),
      );
    }
    const expected = [1, 7_001, 14_001, 21_001, 28_001];
    const forwards = await server.find('q=here');
    expect(linesOf(forwards)).toEqual(expected);
    expect(forwards.at(-1)).toEqual({ done: true, scanned: 30_000, found: 5 });
    const backwards = await server.find('q=here&from=end');
    expect(linesOf(backwards)).toEqual(expected.toReversed());
    expect(backwards.at(-1)).toEqual({ done: true, scanned: 30_000, found: 5 });
    expect(linesOf(await server.find('q=line&limit=100000'))).toHaveLength(30_000);
    expect(linesOf(await server.find('q=line&limit=100000&from=end'))).toEqual(Array.from({ length: 30_000 }, (_, at) => 30_000 - at));
  });

  test('is refused when a parameter is wrong, with what is wrong', async () => {
    const server = await start();
    await server.write('a', ['x']);
    const refused: readonly (readonly [query: string, why: string])[] = [
      ['', '"q" must be the text to search for'],
      ['q=', '"q" must be the text to search for'],
      ['q=&without=x', '"q" must be the text to search for'],
      ['q=(&regex=1', 'Unterminated group'],
      ['q=a&without=(&regex=1', '"without" is not a regular expression'],
      [`q=${'%5Cp%7BRGI_Emoji%7D'.repeat(3)}&regex=1`, 'too many emoji properties'],
      [`q=${'x'.repeat(1_001)}`, '1000 characters'],
      [`q=x&without=${'x'.repeat(1_001)}`, '1000 characters'],
      ['q=x&regex=2', '"regex" must be 1'],
      ['q=x&from=middle', '"from" must be end'],
      ['q=x&limit=0', '"limit" must be'],
      ['q=x&after=-1', '"after" must be'],
      ['q=x&level=loud', '"level" must be'],
    ];
    for (const [query, why] of refused) {
      const answer = await ask(server, server.search(query));
      expect([query, answer.status, answer.json()['detail']]).toEqual([query, 400, expect.stringContaining(why)]);
    }
  });

  test('needs a topic for its log, which must exist and have the epoch asked for', async () => {
    const server = await start();
    await server.write('a', ['x']);
    expect((await ask(server, '/log-stream/search/a?q=x')).status).toBe(401);
    expect((await ask(server, server.search('q=x').replace('/search/a', '/search/b'))).status).toBe(403);
    expect((await ask(server, server.search('q=x', 'b'))).status).toBe(404);
    expect((await ask(server, server.search('q=x&epoch=other'))).status).toBe(409);
    expect((await ask(server, server.search('q=x'), { method: 'POST' })).status).toBe(405);
    const head = await ask(server, server.search('q=x'), { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test('is not there when it is switched off', async () => {
    const server = await start({ search: false });
    await server.write('a', ['x']);
    const answer = await ask(server, server.search('q=x'));
    expect([answer.status, String(answer.headers['log-has']).includes('search')]).toEqual([404, false]);
  });
});

describe('A search that cannot be completed', () => {
  test('ends as slow when its pattern takes too long, and the next one works', async () => {
    const server = await start();
    await server.write('a', [`${'a'.repeat(40)}!`]);
    expect((await server.find('q=(a%2B)%2B%24&regex=1')).at(-1)).toEqual({ error: 'slow' });
    expect(linesOf(await server.find('q=!'))).toEqual([1]);
    expect(server.logs.metrics()).toContain('log_stream_searches_total{outcome="slow"} 1');
  });

  test('ends as reset when the log is removed', async () => {
    const server = await start();
    await server.write(
      'a',
      Array.from({ length: 20_000 }, () => 'x'.repeat(100)),
    );
    const response = await open(server, 'q=x&limit=100000');
    await server.store.remove('a');
    expect(last(await textOf(response))).toEqual({ error: 'reset' });
  });

  test('ends as unavailable when the store fails', async () => {
    const server = await start();
    await server.write(
      'a',
      Array.from({ length: 20_000 }, () => 'x'.repeat(100)),
    );
    const response = await open(server, 'q=x&limit=100000');
    vi.spyOn(server.store, 'read').mockRejectedValue(new Error('The disk is on fire.'));
    expect(last(await textOf(response))).toEqual({ error: 'unavailable' });
  });

  test('ends as gone when its reader reads nothing for 10 s, and holds little meanwhile', async () => {
    const server = await start();
    await server.write(
      'a',
      Array.from({ length: 40_000 }, () => 'x'.repeat(100)),
    );
    const read = vi.spyOn(server.store, 'read');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const response = await open(server, 'q=x&limit=100000');
    const isGone = (): boolean => server.logs.metrics().includes('log_stream_searches_total{outcome="gone"} 1');
    while (!isGone()) {
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(10);
    }
    vi.useRealTimers();
    expect(read.mock.calls.length).toBeGreaterThan(1);
    const text = await textOf(response);
    expect(last(text)).toEqual({ error: 'gone' });
    expect(text.split('\n').length).toBeLessThan(40_000);
  });

  test('ends as unavailable when the server closes', async () => {
    const server = await start();
    await server.write(
      'a',
      Array.from({ length: 40_000 }, () => 'x'.repeat(100)),
    );
    const response = await open(server, 'q=x&limit=100000');
    const closed = server.logs.close();
    expect(last(await textOf(response))).toEqual({ error: 'unavailable' });
    await closed;
  });

  test('is refused when a quarter of all places is taken by its log, until one is free', async () => {
    const server = await start({ limits: { searches: 8 } });
    await server.write(
      'a',
      Array.from({ length: 40_000 }, () => 'x'.repeat(100)),
    );
    await server.write('b', ['x']);
    const running = [await open(server, 'q=x&limit=100000'), await open(server, 'q=x&limit=100000')];
    const refused = await ask(server, server.search('q=x'));
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    expect((await ask(server, server.search('q=x', 'b'))).status).toBe(200);
    for (const response of running) response.destroy();
    await vi.waitFor(async () => expect((await ask(server, server.search('q=x&count=1'))).status).toBe(200));
    expect(server.logs.metrics()).toMatch(/log_stream_searches_total\{outcome="stopped"\} 2/u);
  });
});

/** The answer to a search, from which nothing is read yet. */
async function open(server: SearchServer, query: string): Promise<IncomingMessage> {
  const request = http.get({ port: server.port, host: '127.0.0.1', path: server.search(query), agent: false });
  request.on('error', () => undefined);
  onTestFinished(() => void request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function last(text: string): unknown {
  return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
}
