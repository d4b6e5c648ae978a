import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LmdbStore } from '../../../src/server/stores/lmdb/lmdb-store.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { parseMetrics, valueOf } from '../metrics/prometheus.ts';
import { appendText, ask, startServer, type Answer } from './support.ts';

let dir: string;
let store: LmdbStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
  store = await LmdbStore.open({ dir });
});
afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

/** Two servers for one log: the store of one gives pages of JSON, that of the other only lines. */
async function startBoth() {
  expect(new FaultyStore(store)).not.toHaveProperty('readJson');
  return { direct: await startServer({ store }), plain: await startServer({ store: new FaultyStore(store) }) };
}

/** A page that was sealed meanwhile is compressed better: the body counts, not how many bytes it takes. */
function comparable(answer: Answer | undefined) {
  const { date: _date, 'log-has': _has, 'content-length': length, ...headers } = answer?.headers ?? {};
  const body = answer?.body ?? Buffer.alloc(0);
  expect(Number(length)).toBe(body.length);
  return { headers, body: headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString() };
}

const TEXT = 'plain\n\u001b[31mred "é"\nstill red → 漢字 🚀\u001b[0m\n\\ \u2028 \u007f\n'.repeat(100);

describe('history as JSON from a store that has it as JSON', () => {
  it('is identical to that of a store without readJson, with the same headers but what the server has', async () => {
    const { direct, plain } = await startBoth();
    await appendText(direct, 'run:1', TEXT, 'end=3');
    const epoch = (await store.tail('run:1')).epoch;
    for (const query of ['', 'after=7&limit=3', `epoch=${epoch}&limit=100`, `epoch=${epoch}&after=390`, `epoch=${epoch}&after=400`]) {
      for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
        const [own, other] = await Promise.all([direct, plain].map((server) => ask(server, server.path('run:1', query), { headers })));
        expect(own?.status).toBe(200);
        expect(comparable(own)).toEqual(comparable(other));
      }
    }
    const all = await ask(direct, direct.path('run:1', 'after=0'), { headers: { 'accept-encoding': 'gzip' } });
    const { lines } = JSON.parse(gunzipSync(all.body).toString()) as { lines: unknown[][] };
    expect(lines).toHaveLength(400);
    expect(lines[2]).toEqual([lines[0]?.[0], 'still red → 漢字 🚀\u001b[0m', { c: '31' }]);
    const head = await ask(direct, direct.path('run:1'), { method: 'HEAD' });
    expect(head.body).toHaveLength(0);
    expect(Number(head.headers['content-length'])).toBe((await ask(direct, direct.path('run:1'))).body.length);
  });

  it('is counted as a read of the store and as lines delivered', async () => {
    const server = await startServer({ store });
    await appendText(server, 'run:2', 'one\ntwo\n');
    const reads = () => valueOf(parseMetrics(server.logs.metrics()), 'log_stream_store_seconds_count', { operation: 'read' }) ?? 0;
    const before = reads();
    const { body } = await ask(server, server.path('run:2'));
    expect(reads()).toBe(before + 1);
    const metrics = parseMetrics(server.logs.metrics());
    expect(valueOf(metrics, 'log_stream_delivered_lines_total', { transport: 'json' })).toBe(2);
    expect(valueOf(metrics, 'log_stream_delivered_bytes_total', { transport: 'json' })).toBe(body.length);
  });
});
