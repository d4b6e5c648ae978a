import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { FaultyStore } from '../../../support/faulty-store.ts';
import { appendLine, appendLines } from '../marked-log.ts';
import { appendText, ask, startServer, type Answer, type Asked, type HttpTestServer } from '../support.ts';

const RESOURCES = ['levels', 'groups', 'seek'] as const;
const IMMUTABLE = 'private, max-age=31536000, immutable';
/** A query that each resource answers. */
const QUERY = { levels: '', groups: '', seek: 'level=error' } as const;

function get(server: HttpTestServer, resource: string, query = '', channel = 'run:1', asked: Asked = {}): Promise<Answer> {
  return ask(server, server.path(channel, query).replace('/topics/', `/${resource}/`), asked);
}

/** Lines 1 to 8, a second apart: two errors, a fatal line, a warning, lines that do not count, and a group within a group. */
async function writeLog(store: MemoryStore): Promise<string> {
  await appendLine(store, 'run:1', 1_000, 'starting', { l: 9 });
  await appendLine(store, 'run:1', 2_000, 'build', { g: { t: 'build', d: 0, o: 0 } });
  await appendLine(store, 'run:1', 3_000, 'error: no', { l: 17 });
  await appendLine(store, 'run:1', 4_000, '    at main.c:3', { l: 17, k: 1 });
  await appendLine(store, 'run:1', 5_000, 'link', { g: { t: 'link', d: 1 } });
  await appendLine(store, 'run:1', 6_000, 'fatal: no', { l: 21, e: 2 });
  await appendLine(store, 'run:1', 7_000, 'error: no', { l: 17, r: 1 });
  const { epoch } = await appendLine(store, 'run:1', 8_000, 'warning: yes', { l: 13 });
  return epoch;
}

async function startMarked(
  options: Parameters<typeof startServer>[0] = {},
): Promise<{ server: HttpTestServer; store: MemoryStore; epoch: string }> {
  const store = new MemoryStore();
  const server = await startServer({ ...options, store });
  return { server, store, epoch: await writeLog(store) };
}

describe.each(RESOURCES)('the resource %s', (resource) => {
  it('needs a topic for its channel, before it says anything of the log (H70)', async () => {
    const { server } = await startMarked();
    const path = `/log-stream/${resource}/run:1?${QUERY[resource]}`;
    expect((await ask(server, path)).status).toBe(401);
    expect((await ask(server, `/log-stream/${resource}/unknown`)).status).toBe(401);
    const other = `&topic=${encodeURIComponent(server.sign('run:2'))}`;
    expect((await ask(server, path + other)).status).toBe(403);
    const headers = { Authorization: `Bearer ${server.sign('run:1')}` };
    expect((await ask(server, path, { headers })).status).toBe(200);
  });

  it('takes everything after its name for the channel, slashes included, and is 400 where that is none (H6)', async () => {
    const { server, store } = await startMarked();
    await appendLine(store, 'ci/build/7', 1_000, 'error: no', { l: 17 });
    const { status, headers } = await get(server, resource, QUERY[resource], 'ci/build/7');
    expect([status, headers['log-head']]).toEqual([200, '1']);
    const encoded = server.path('ci/build/7', QUERY[resource]).replace('/topics/ci/build/7', `/${resource}/ci%2Fbuild%2F7`);
    expect((await ask(server, encoded)).status).toBe(200);
    for (const bad of ['', 'a//b', 'a/../b', './a', 'a%20b', '%zz', 'x'.repeat(257)]) {
      expect((await ask(server, `/log-stream/${resource}/${bad}`)).status).toBe(400);
    }
    expect((await ask(server, `/log-stream/${resource}`)).status).toBe(404);
  });

  it('is 404 for a log that was never written to, and answers one that ended without a line (H70)', async () => {
    const { server, store } = await startMarked();
    expect((await get(server, resource, QUERY[resource], 'run:2')).status).toBe(404);
    await appendLines(store, 'run:3', 1_000, [], 0);
    const answer = await get(server, resource, QUERY[resource], 'run:3');
    expect(answer.headers).toMatchObject({ 'log-epoch': '', 'log-first': '1', 'log-head': '0', 'log-end': '0' });
    expect(answer.status).toBe(resource === 'seek' ? 204 : 200);
  });

  it('is 409 where the log has another epoch than the one asked for (H70)', async () => {
    const { server, epoch } = await startMarked();
    expect((await get(server, resource, `${QUERY[resource]}&epoch=${epoch}`)).status).toBe(200);
    const answer = await get(server, resource, `${QUERY[resource]}&epoch=other`);
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'epoch' });
    expect(answer.headers).toMatchObject({ 'log-epoch': epoch, 'log-head': '8' });
  });

  it('answers HEAD as GET, without a body, and refuses other methods (H5)', async () => {
    const { server } = await startMarked();
    const full = await get(server, resource, QUERY[resource]);
    const head = await get(server, resource, QUERY[resource], 'run:1', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, full.headers['content-length'], '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await get(server, resource, '', 'run:1', { method });
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });

  it('can be read by pages of allowed origins, which see its headers (H4)', async () => {
    const { server } = await startMarked({ allowOrigins: ['https://app.example'] });
    const headers = { Origin: 'https://app.example' };
    const answer = await get(server, resource, QUERY[resource], 'run:1', { headers });
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
    expect(answer.headers['access-control-expose-headers']).toContain('Log-Has');
    const preflight = await get(server, resource, '', 'run:1', { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(preflight.headers['access-control-allow-headers']).toContain('Authorization');
    const foreign = await get(server, resource, QUERY[resource], 'run:1', { headers: { Origin: 'https://evil.example' } });
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is no-store, with the state of the log in its headers (H70)', async () => {
    const { server, epoch } = await startMarked();
    const { headers } = await get(server, resource, `${QUERY[resource]}&epoch=${epoch}`);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'log-epoch': epoch,
      'log-first': '1',
      'log-head': '8',
      'log-has': 'marks, seek, search, tail',
    });
  });

  it('is 404 with words where the store does not have it, once the topic is known (H17)', async () => {
    const server = await startServer({ store: new FaultyStore() });
    await server.append('run:1', ['one']);
    expect((await ask(server, `/log-stream/${resource}/run:1`)).status).toBe(401);
    const answer = await get(server, resource, QUERY[resource]);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'not-found', detail: expect.stringMatching(/^This server does not /u) as string });
    expect(answer.headers['log-has']).toBe('search, tail');
  });

  it('is 400 for numbers that are none', async () => {
    const { server } = await startMarked();
    const names = { levels: ['after', 'upto', 'parts'], groups: ['after', 'upto', 'limit', 'depth'], seek: ['after', 'before'] }[resource];
    for (const name of names) {
      for (const bad of ['-1', '1.5', 'x', '1e3', '01', '99999999999999999999', ...(name === 'before' ? [] : [''])]) {
        const answer = await get(server, resource, `${resource === 'seek' ? 'level=error&' : ''}${name}=${bad}`);
        expect([name, bad, answer.status]).toEqual([name, bad, 400]);
        expect(answer.json()).toMatchObject({ detail: expect.stringContaining(`"${name}"`) as string });
      }
    }
  });
});

describe('levels', () => {
  it('are exact counts of entries, each of its own level alone, without lines that do not count (H71)', async () => {
    const { server, epoch } = await startMarked();
    const answer = await get(server, 'levels');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({ epoch, after: 0, upto: 8, parts: [[8, 1_000, [0, 0, 1, 1, 1, 1]]] });
    expect((await get(server, 'levels', 'after=2&upto=4')).json()).toEqual({
      epoch,
      after: 2,
      upto: 4,
      parts: [[4, 3_000, [0, 0, 0, 0, 1, 0]]],
    });
  });

  it('come in at most so many parts, which cover the range without a gap (H71)', async () => {
    const { server } = await startMarked();
    for (const parts of [1, 2, 3, 5, 8, 9, 1_000]) {
      const { parts: found } = (await get(server, 'levels', `after=1&parts=${parts}`)).json() as {
        parts: [last: number, time: number, counts: number[]][];
      };
      expect(found.length).toBeLessThanOrEqual(Math.min(parts, 7));
      expect(found.length).toBeGreaterThan(0);
      expect(found.at(-1)?.[0]).toBe(8);
      let from = 1;
      const sums = [0, 0, 0, 0, 0, 0];
      for (const [last, time, counts] of found) {
        expect(last).toBeGreaterThan(from);
        expect(time).toBe((from + 1) * 1_000);
        for (const [at, count] of counts.entries()) sums[at] = (sums[at] ?? 0) + count;
        from = last;
      }
      expect(sums).toEqual([0, 0, 0, 1, 1, 1]);
    }
  });

  it('are 400 for no part, or more than a thousand (H71)', async () => {
    const { server } = await startMarked();
    for (const parts of [0, 1_001]) expect((await get(server, 'levels', `parts=${parts}`)).status).toBe(400);
  });

  it('begin at the first line held and end at the head, and say so (H70)', async () => {
    const { server, store, epoch } = await startMarked();
    await store.trim('run:1', { lines: 5 }, 9_000);
    expect((await get(server, 'levels', 'after=1&upto=99')).json()).toEqual({
      epoch,
      after: 3,
      upto: 8,
      parts: [[8, 4_000, [0, 0, 0, 1, 0, 1]]],
    });
    expect((await get(server, 'levels', 'after=0&upto=2')).json()).toEqual({ epoch, after: 3, upto: 3, parts: [] });
    expect((await get(server, 'levels', 'after=8')).json()).toEqual({ epoch, after: 8, upto: 8, parts: [] });
    expect((await get(server, 'levels', 'after=99')).json()).toEqual({ epoch, after: 8, upto: 8, parts: [] });
    expect((await get(server, 'levels', 'after=6&upto=5')).json()).toEqual({ epoch, after: 6, upto: 6, parts: [] });
  });

  it('are cached as history is, if they were asked for with epoch and cover lines that are all held (H71)', async () => {
    const { server, store, epoch } = await startMarked();
    const cached = async (query: string): Promise<string | undefined> => (await get(server, 'levels', query)).headers['cache-control'];
    expect(await cached(`epoch=${epoch}&after=2&upto=7`)).toBe(IMMUTABLE);
    expect(await cached(`epoch=${epoch}&upto=8&parts=4`)).toBe(IMMUTABLE);
    expect(await cached(`epoch=${epoch}&after=2`)).toBe('no-store');
    expect(await cached(`epoch=${epoch}&after=2&upto=9`)).toBe('no-store');
    expect(await cached('after=2&upto=7')).toBe('no-store');
    // The answer says after=8, the head of now.
    expect(await cached(`epoch=${epoch}&after=9&upto=5`)).toBe('no-store');
    await store.trim('run:1', { lines: 5 }, 9_000);
    expect(await cached(`epoch=${epoch}&after=2&upto=7`)).toBe('no-store');
    expect(await cached(`epoch=${epoch}&after=3&upto=7`)).toBe(IMMUTABLE);
  });

  it.each([
    [{ publicHistory: true }, 'public, max-age=31536000, immutable'],
    [{ historyCache: 'private-short' }, 'private, max-age=300'],
    [{ historyCache: 'none' }, 'no-store'],
  ] as const)('are cached by the options of history: %j', async (options, expected) => {
    const { server, epoch } = await startMarked(options);
    expect((await get(server, 'levels', `epoch=${epoch}&upto=8`)).headers['cache-control']).toBe(expected);
  });

  it('are compressed if there are many parts (H15)', async () => {
    const { server, store } = await startMarked();
    await appendLines(
      store,
      'run:2',
      1_000,
      Array.from({ length: 1_000 }, () => ['x', { l: 9 }]),
    );
    const headers = { 'Accept-Encoding': 'gzip' };
    expect((await get(server, 'levels', 'parts=1000', 'run:2', { headers })).headers['content-encoding']).toBe('gzip');
  });
});

describe('groups', () => {
  const BUILD = { line: 2, t: 'build', d: 0, o: 0, time: 2_000, end: 6, until: 6_000, warn: 0, error: 2 };
  const LINK = { line: 5, t: 'link', d: 1, time: 5_000, end: 6, until: 6_000, warn: 0, error: 1 };

  it('are those that begin after a line, with what is inside, and those around that line (H72)', async () => {
    const { server, epoch } = await startMarked();
    expect((await get(server, 'groups')).json()).toEqual({ epoch, after: 0, upto: 8, more: false, around: [], groups: [BUILD, LINK] });
    expect((await get(server, 'groups', 'after=2')).json()).toMatchObject({ around: [BUILD], groups: [LINK] });
    expect((await get(server, 'groups', 'after=5')).json()).toMatchObject({ around: [BUILD, LINK], groups: [] });
    expect((await get(server, 'groups', 'after=7')).json()).toMatchObject({ around: [], groups: [] });
  });

  it('are as of upto: a group that ends later is open (H72)', async () => {
    const { server } = await startMarked();
    const { groups, upto } = (await get(server, 'groups', 'upto=5')).json() as { groups: Record<string, unknown>[]; upto: number };
    expect(upto).toBe(5);
    expect(groups.map((group) => Object.keys(group))).toEqual([
      ['line', 't', 'd', 'o', 'time', 'warn', 'error'],
      ['line', 't', 'd', 'time', 'warn', 'error'],
    ]);
    expect((await get(server, 'groups', 'upto=1')).json()).toMatchObject({ groups: [] });
  });

  it('are at most as many as asked for, and none deeper than asked for (H72)', async () => {
    const { server } = await startMarked();
    expect((await get(server, 'groups', 'limit=1')).json()).toMatchObject({ more: true, groups: [BUILD] });
    expect((await get(server, 'groups', 'limit=2')).json()).toMatchObject({ more: false, groups: [BUILD, LINK] });
    expect((await get(server, 'groups', 'depth=0')).json()).toMatchObject({ more: false, groups: [BUILD] });
    expect((await get(server, 'groups', 'depth=0&after=5')).json()).toMatchObject({ around: [BUILD] });
    expect((await get(server, 'groups', 'depth=99')).json()).toMatchObject({ groups: [BUILD, LINK] });
    expect((await get(server, 'groups', 'limit=0')).status).toBe(400);
  });

  it('are a thousand by default and ten thousand at most, however many are asked for (H72)', async () => {
    const { server, store } = await startMarked();
    await appendLines(
      store,
      'run:2',
      1_000,
      Array.from({ length: 10_001 }, () => ['x', { e: 1, g: { t: 'x', d: 0 } }]),
    );
    const count = async (query: string): Promise<[number, unknown]> => {
      const { groups, more } = (await get(server, 'groups', query, 'run:2')).json();
      return [(groups as unknown[]).length, more];
    };
    expect(await count('')).toEqual([1_000, true]);
    expect(await count('limit=10000')).toEqual([10_000, true]);
    expect(await count('limit=20000')).toEqual([10_000, true]);
    expect(await count('limit=20000&after=1')).toEqual([10_000, false]);
  });

  it('begin at the first line held, and list a group whose first lines are gone (H70, H72)', async () => {
    const { server, store } = await startMarked();
    await store.trim('run:1', { lines: 4 }, 9_000);
    expect((await get(server, 'groups', 'after=1')).json()).toMatchObject({
      after: 4,
      around: [{ line: 2, end: 6 }],
      groups: [{ line: 5 }],
    });
  });
});

describe('seek', () => {
  const at = (line: number): unknown => expect.objectContaining({ line, time: line * 1_000 });

  it('finds the first line at or after a time (H73)', async () => {
    const { server, epoch } = await startMarked();
    expect((await get(server, 'seek', 'time=3000')).json()).toEqual({ epoch, line: 3, time: 3_000 });
    expect((await get(server, 'seek', 'time=3001')).json()).toEqual(at(4));
    expect((await get(server, 'seek', 'time=0')).json()).toEqual(at(1));
    expect((await get(server, 'seek', 'time=1970-01-01T00:00:07Z')).json()).toEqual(at(7));
    expect((await get(server, 'seek', 'time=1970-01-01T01:00:06.5%2B01:00')).json()).toEqual(at(7));
    const none = await get(server, 'seek', 'time=8001');
    expect([none.status, none.text, none.headers['log-head']]).toEqual([204, '', '8']);
    expect((await get(server, 'seek', 'time=1h')).status).toBe(204);
    expect((await get(server, 'seek', 'time=90000d')).json()).toEqual(at(1));
  });

  it('finds the next and the previous entry of a level or above (H73)', async () => {
    const { server } = await startMarked();
    expect((await get(server, 'seek', 'level=error&after=0')).json()).toEqual(at(3));
    expect((await get(server, 'seek', 'level=error')).json()).toEqual(at(3));
    expect((await get(server, 'seek', 'level=error&after=3')).json()).toEqual(at(6));
    expect((await get(server, 'seek', 'level=error&after=6')).status).toBe(204);
    expect((await get(server, 'seek', 'level=WARNING&after=6')).json()).toEqual(at(8));
    expect((await get(server, 'seek', 'level=fatal&before=8')).json()).toEqual(at(6));
    expect((await get(server, 'seek', 'level=error&before=6')).json()).toEqual(at(3));
    expect((await get(server, 'seek', 'level=error&before=3')).status).toBe(204);
    expect((await get(server, 'seek', 'level=error&before=0')).status).toBe(204);
  });

  it('begins at the head for before without a number (H73)', async () => {
    const { server } = await startMarked();
    for (const query of ['level=warn&before', 'level=warn&before=', 'before&level=warn', 'level=warn&before=9999']) {
      expect((await get(server, 'seek', query)).json()).toEqual(at(8));
    }
  });

  it('takes levels as numbers too, also between the six (H73)', async () => {
    const { server, store } = await startMarked();
    expect((await get(server, 'seek', 'level=17')).json()).toEqual(at(3));
    expect((await get(server, 'seek', 'level=18')).json()).toEqual(at(6));
    expect((await get(server, 'seek', 'level=18&before=6')).status).toBe(204);
    expect((await get(server, 'seek', 'level=22')).status).toBe(204);
    await appendLine(store, 'run:1', 9_000, 'an error of another program', { l: 19 });
    expect((await get(server, 'seek', 'level=18&after=6')).json()).toEqual(at(9));
    expect((await get(server, 'seek', 'level=19&before')).json()).toEqual(at(9));
    expect((await get(server, 'seek', 'level=20&before')).json()).toEqual(at(6));
  });

  it('finds only lines that are held', async () => {
    const { server, store } = await startMarked();
    await store.trim('run:1', { lines: 5 }, 9_000);
    expect((await get(server, 'seek', 'level=error&after=0')).json()).toEqual(at(6));
    expect((await get(server, 'seek', 'level=error&before=6')).status).toBe(204);
    expect((await get(server, 'seek', 'time=0')).json()).toEqual(at(4));
  });

  it.each([
    '',
    'after=1',
    'before',
    'level=none',
    'level=',
    'level=0',
    'level=25',
    'level=1.5',
    'level=error&after=1&before=2',
    'level=error&time=0',
    'time=0&after=1',
    'time=0&before',
    'time=',
    'time=yesterday',
    'time=-1',
    'time=2026-02-30T00:00:00Z',
    'time=5w',
  ])('is 400 for %j (H73)', async (query) => {
    const { server } = await startMarked();
    const answer = await get(server, 'seek', query);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'malformed' });
  });
});

describe('a server whose lines are not marked', () => {
  it('has no levels and groups, finds times but no levels, and ignores level on a read (H17)', async () => {
    const { server, epoch } = await startMarked({ marks: false });
    for (const resource of ['levels', 'groups'] as const) expect((await get(server, resource)).status).toBe(404);
    expect((await get(server, 'seek', 'level=error')).status).toBe(404);
    expect((await get(server, 'seek', 'time=3000')).json()).toEqual({ epoch, line: 3, time: 3_000 });
    const answer = await get(server, 'topics', 'level=fatal&tail=2', 'run:1', { headers: { Accept: 'text/plain' } });
    expect([answer.text, answer.headers['log-has']]).toEqual(['error: no\nwarning: yes\n', 'seek, search, tail']);
  });
});

describe('a log that was written over HTTP', () => {
  it('is described by the marks that its lines got when they were appended', async () => {
    const server = await startServer();
    await appendText(server, 'run:1', '::group::build\nall fine\nERROR: build failed\n    at f (x.js:1:2)\n::endgroup::\n');
    await appendText(server, 'run:1', 'on fire\n', 'level=fatal&end=1');
    expect((await get(server, 'levels')).json()).toMatchObject({ upto: 6, parts: [[6, expect.any(Number), [0, 0, 0, 0, 1, 1]]] });
    const { groups } = (await get(server, 'groups')).json();
    expect(groups).toEqual([expect.objectContaining({ line: 1, t: 'build', d: 0, end: 5, warn: 0, error: 1 })]);
    expect((await get(server, 'seek', 'level=error&after=3')).json()).toMatchObject({ line: 6 });
    const text = await get(server, 'topics', 'level=error', 'run:1', { headers: { Accept: 'text/plain' } });
    expect(text.text).toBe('ERROR: build failed\n    at f (x.js:1:2)\non fire\n');
  });
});
