import { describe, expect, it } from 'vitest';
import type { SearchRecord } from '../../../src/protocol/answers/answers.ts';
import { LogQueries } from '../../../src/worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../src/worker/queries/refused-query-error.ts';
import { startServer } from '../../support/server.ts';

const { signal } = new AbortController();
const CHANNEL = 'org/run:1';

const LOG = ['##[group]Build', 'compiling', 'ERROR: one', '##[endgroup]', 'WARN: two', 'ERROR: three'];

/** A log of six lines with marks, and questions about it. */
async function setUp({ topic }: { readonly topic?: string } = {}) {
  const server = await startServer();
  await server.logs.writer(CHANNEL).write(`${LOG.join('\n')}\n`);
  const { epoch } = await server.store.tail(CHANNEL);
  const source = {
    endpoint: `${server.url}/`,
    channel: CHANNEL,
    topic: () => topic ?? server.sign(CHANNEL),
    refresh: () => Promise.resolve(server.sign(CHANNEL)),
  };
  return { server, epoch, source, queries: new LogQueries(source) };
}

/** Questions that are answered by this. */
function answeredBy(body: string | null, init: ResponseInit = {}): LogQueries {
  const source = { endpoint: 'http://host', channel: CHANNEL, topic: () => 'signed', refresh: () => Promise.resolve(undefined) };
  return new LogQueries(source, () => Promise.resolve(new Response(body, init)));
}

const ALL = { epoch: 'e', after: 0, upto: 6 };
const SEARCH = { ...ALL, q: 'x', limit: 10 };

async function collect(records: AsyncIterable<SearchRecord>): Promise<SearchRecord[]> {
  const all: SearchRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

describe('a question about a log', () => {
  it('is answered by a real server', async () => {
    const { epoch, queries } = await setUp();
    const levels = await queries.levels({ epoch, after: 0, upto: 6 }, signal);
    expect(levels).toMatchObject({ after: 0, upto: 6, parts: [{ last: 6, counts: [0, 0, 0, 1, 2, 0] }] });
    const groups = await queries.groups({ epoch, after: 0, upto: 6 }, signal);
    expect(groups.groups).toMatchObject([{ line: 1, t: 'Build', end: 4, error: 1 }]);
    expect(await queries.seek({ epoch, level: 17, after: 3 }, signal)).toMatchObject({ line: 6 });
    expect(await queries.seek({ epoch, level: 17, before: 6 }, signal)).toMatchObject({ line: 3 });
    expect(await queries.seek({ epoch, level: 17, after: 6 }, signal)).toBeUndefined();
  });

  it('needs no epoch when it is about the whole log as it is now', async () => {
    const { epoch, queries } = await setUp();
    const overview = await queries.overview(3, signal);
    expect(overview).toMatchObject({ epoch, after: 0, upto: 6 });
    expect(overview.parts.at(-1)?.last).toBe(6);
    await expect(answeredBy('{"after":0,"upto":0,"parts":[]}').overview(3, signal)).rejects.toMatchObject({ reason: 'failed' });
  });

  it('receives the records of a search', async () => {
    const { epoch, queries } = await setUp();
    const records = await collect(queries.search({ epoch, after: 0, upto: 6, q: 'error', limit: 10 }, signal));
    expect(records.map(({ kind }) => kind).filter((kind) => kind !== 'progress')).toEqual(['begin', 'hit', 'hit', 'done']);
    expect(records.find(({ kind }) => kind === 'hit')).toMatchObject({ line: 3, at: [[0, 5]], more: false });
    const exact = await collect(queries.search({ epoch, after: 0, upto: 6, q: 'error', case: true, limit: 10 }, signal));
    expect(exact.at(-1)).toEqual({ kind: 'done', scanned: 6, found: 0 });
    const ranges = await collect(queries.search({ epoch, after: 0, upto: 6, q: '', level: 17, lines: true, limit: 10 }, signal));
    expect(ranges.flatMap((record) => (record.kind === 'lines' ? record.ranges : []))).toEqual([
      [3, 3],
      [6, 6],
    ]);
    const backwards = await collect(queries.search({ epoch, after: 0, upto: 6, q: 'error', fromEnd: true, limit: 1 }, signal));
    expect(backwards.find(({ kind }) => kind === 'hit')).toMatchObject({ line: 6 });
  });

  it('is asked again with a fresh topic when that was refused', async () => {
    const { epoch, queries } = await setUp({ topic: 'e30=--00' });
    await expect(queries.seek({ epoch, time: 0 }, signal)).resolves.toMatchObject({ line: 1 });
  });

  it.each([
    ['the topic is refused', 401, {}, 'denied'],
    ['it is for another channel', 403, {}, 'denied'],
    ['the log was started again', 409, {}, 'reset'],
    ['the log is gone', 404, { 'Log-Has': 'marks, seek, search' }, 'reset'],
    ['the server does not know such questions', 404, {}, 'unsupported'],
    ['the server answers no more of them', 404, { 'Log-Has': 'tail' }, 'unsupported'],
    ['the query cannot be used', 400, {}, 'invalid'],
    ['there are too many', 429, { 'Retry-After': '3' }, 'busy'],
    ['the server fails', 503, {}, 'failed'],
  ])('says why there is no answer: %s', async (_, status, headers, reason) => {
    const queries = answeredBy('no', { status, headers });
    await expect(queries.levels(ALL, signal)).rejects.toMatchObject({ reason });
    await expect(collect(queries.search(SEARCH, signal))).rejects.toMatchObject({ reason });
  });

  it('knows after how long to ask again', async () => {
    const refused = answeredBy('no', { status: 429, headers: { 'Retry-After': '3' } }).levels(ALL, signal);
    await expect(refused).rejects.toEqual(expect.objectContaining({ name: 'RefusedQueryError', seconds: 3 }));
  });

  it.each(['', '<p>Sign in</p>', '[]', '{"after":0,"upto":6,"parts":[[1,2,[0,0]]]}', '{"after":0,"upto":"6","parts":[]}'])(
    'takes %j for no answer',
    async (body) => {
      await expect(answeredBy(body).levels(ALL, signal)).rejects.toBeInstanceOf(RefusedQueryError);
    },
  );

  it('takes a record that cannot be read for the failure of the search', async () => {
    const body = '{"epoch":"e","after":0,"upto":6,"first":1}\n{"line":"3"}\n';
    await expect(collect(answeredBy(body).search(SEARCH, signal))).rejects.toMatchObject({ reason: 'failed' });
  });

  it('rejects with the reason of the signal', async () => {
    const { epoch, source } = await setUp();
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(new LogQueries(source).levels({ epoch, after: 0, upto: 6 }, stopped)).rejects.toThrow('enough');
  });

  it('says that the server cannot be reached', async () => {
    const source = { endpoint: 'http://host', channel: CHANNEL, topic: () => 'signed', refresh: () => Promise.resolve(undefined) };
    const queries = new LogQueries(source, () => Promise.reject(new TypeError('fetch failed')));
    await expect(queries.seek({ epoch: 'e', time: 0 }, signal)).rejects.toMatchObject({ reason: 'failed' });
  });
});
