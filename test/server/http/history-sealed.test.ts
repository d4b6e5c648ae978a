import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LogStore } from '../../../src/server/store.ts';
import { LmdbStore } from '../../../src/server/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { parseMetrics, valueOf } from '../metrics/prometheus.ts';
import { numbered, write } from '../stores/store-tools.ts';
import { ask, startServer, type Answer, type HttpTestServer } from './support.ts';

const GZIP = { 'accept-encoding': 'gzip, deflate, br, zstd' };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

const stores: readonly (readonly [name: string, open: () => Promise<LogStore>])[] = [
  ['LMDB', () => LmdbStore.open({ dir })],
  ['memory', async () => new MemoryStore()],
];

describe.each(stores)('a page of history that can no longer change, over %s,', (_, open) => {
  /** A server and a log with 2,500 lines, whose first two ranges are sealed as soon as the store can. */
  async function start(): Promise<{ server: HttpTestServer; store: LogStore; epoch: string }> {
    const store = await open();
    onTestFinished(() => store.close());
    const server = await startServer({ store });
    await store.remove('a');
    const { epoch } = await write(store, 'a', numbered(1, 2_500));
    if (store.readSealed !== undefined) await vi.waitFor(async () => expect(await store.readSealed?.('a', 1_000)).toBeDefined());
    return { server, store, epoch };
  }

  const read = (server: HttpTestServer, query: string, headers = {}, method = 'GET'): Promise<Answer> =>
    ask(server, server.path('a', query), { headers, method });

  it('is the same in every coding, and when it is asked for again', async () => {
    const { server, epoch } = await start();
    for (const query of [`epoch=${epoch}&after=1000&limit=1000`, 'after=1000', 'after=0', '']) {
      const plain = await read(server, query);
      const lines = plain.json()['lines'] as unknown[];
      expect([plain.headers['content-encoding'], lines.length]).toEqual([undefined, 1_000]);
      for (let time = 0; time < 3; time += 1) {
        const packed = await read(server, query, GZIP);
        expect(packed.headers['content-encoding']).toBe('gzip');
        expect(Number(packed.headers['content-length'])).toBe(packed.body.length);
        expect(gunzipSync(packed.body).toString()).toBe(plain.text);
        const { date: _date, 'content-length': _length, 'content-encoding': _coding, ...headers } = packed.headers;
        expect(plain.headers).toMatchObject(headers);
      }
      const head = await read(server, query, GZIP, 'HEAD');
      expect([head.status, head.body.length, head.headers['content-encoding']]).toEqual([200, 0, 'gzip']);
    }
  });

  it('is the same for each of many readers at once', async () => {
    const { server } = await start();
    const whole = await Promise.all([0, 1_000, 2_000].map(async (after) => (await read(server, `after=${after}`)).text));
    await Promise.all(
      Array.from({ length: 150 }, async (_reader, at) => {
        const answered = await read(server, `after=${(at % 3) * 1_000}`, at % 5 === 0 ? {} : GZIP);
        const text = at % 5 === 0 ? answered.text : gunzipSync(answered.body).toString();
        expect(text).toBe(whole[at % 3]);
      }),
    );
  });

  it('has the headers of now, and is cached only where the request names the epoch', async () => {
    const { server, store, epoch } = await start();
    const ranged = `epoch=${epoch}&after=0&limit=1000`;
    expect((await read(server, ranged, GZIP)).headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      vary: 'Accept, Origin, Accept-Encoding',
      'log-head': '2500',
      'log-first': '1',
    });
    await write(store, 'a', ['2501'], { end: 3 });
    expect((await read(server, ranged, GZIP)).headers).toMatchObject({ 'log-head': '2501', 'log-end': '3' });
    expect((await read(server, 'after=0', GZIP)).headers['cache-control']).toBe('no-store');
  });

  it('is refused for another epoch, after a trim, and after a removal', async () => {
    const { server, store, epoch } = await start();
    for (let time = 0; time < 2; time += 1) expect((await read(server, 'after=0', GZIP)).status).toBe(200);
    expect((await read(server, 'epoch=other&after=0', GZIP)).status).toBe(409);
    await store.trim('a', { lines: 2_000 }, 0);
    const gone = await read(server, `epoch=${epoch}&after=0`, GZIP);
    expect([gone.status, gone.headers['log-first']]).toEqual([410, '501']);
    expect((await read(server, `epoch=${epoch}&after=1000`, GZIP)).status).toBe(200);
    await ask(server, server.path('a'), { method: 'DELETE' });
    expect((await read(server, 'after=1000', GZIP)).status).toBe(404);
    await write(store, 'a', numbered(5_001, 7_000));
    expect((await read(server, `epoch=${epoch}&after=1000`, GZIP)).status).toBe(409);
    expect(gunzipSync((await read(server, 'after=1000', GZIP)).body).toString()).toContain('"6001"');
  });

  it('is cut by bytes where the answer is', async () => {
    const { server, store } = await start();
    await store.remove('a');
    await write(
      store,
      'a',
      Array.from({ length: 1_000 }, (_line, index) => `${index}`.padEnd(2_000)),
    );
    if (store.readSealed !== undefined) await vi.waitFor(async () => expect(await store.readSealed?.('a', 0)).toBeDefined());
    const plain = await read(server, 'after=0');
    expect((plain.json()['lines'] as unknown[]).length).toBe(524);
    expect(gunzipSync((await read(server, 'after=0', GZIP)).body).toString()).toBe(plain.text);
  });

  it('counts as one read and its lines, however it is sent', async () => {
    const { server } = await start();
    const counted = (): (number | undefined)[] => {
      const metrics = parseMetrics(server.logs.metrics());
      return [
        valueOf(metrics, 'log_stream_store_seconds_count', { operation: 'read' }),
        valueOf(metrics, 'log_stream_delivered_lines_total', { transport: 'json' }),
      ];
    };
    const [reads = 0, lines = 0] = counted();
    await read(server, 'after=0', GZIP);
    await read(server, 'after=2000', GZIP);
    expect(counted()).toEqual([reads + 2, lines + 1_500]);
  });
});
