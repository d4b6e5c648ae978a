import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { runConformance, type Report } from '../../src/conformance/kit.ts';
import type { LogStore } from '../../src/server/store.ts';
import { LmdbStore } from '../../src/server/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { RedisStore } from '../../src/server/stores/redis/redis-store.ts';
import { hasRedis, RedisServer, requireRedis } from '../server/stores/redis/redis-server.ts';
import { openServer, SECRET } from '../support/server.ts';

/** A run takes a few seconds where nobody else wants the processor. */
const PATIENCE = 120_000;
/** Short, since some rules wait for several; not so short that a socket that is slow is taken for dead, ms. */
const HEARTBEAT = 2_000;

/** Runs the kit against our server over a store, and closes both. Resolves to its report, and to what was left behind. */
async function check(store: LogStore): Promise<{ report: Report; remain: readonly string[] }> {
  const server = await openServer({ store, heartbeat: HEARTBEAT });
  const written = new Set<string>();
  server.server.on('request', ({ method, url = '' }) => {
    if (method === 'POST' || method === 'PUT') written.add(decodeURIComponent(/\/topics\/([^?]*)/u.exec(url)?.[1] ?? ''));
  });
  try {
    const report = await runConformance({ url: server.url, secret: SECRET });
    const remain: string[] = [];
    for (const channel of written) {
      const { epoch, end } = await store.tail(channel);
      if (epoch !== '' || end !== undefined) remain.push(channel);
    }
    await vi.waitFor(() => expect(server.logs.stats()).toMatchObject({ sockets: 0, subscriptions: 0, requests: 0 }));
    return { report, remain };
  } finally {
    await server.close();
    await store.close();
  }
}

function expectSound({ report, remain }: Awaited<ReturnType<typeof check>>): void {
  expect(report.results.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(report.passed).toBeGreaterThan(150);
  // What was skipped is what cannot be seen from outside, and features that the store does not have.
  for (const result of report.results) {
    if (result.state !== 'skipped') continue;
    expect(result.why).toMatch(/^(?:not testable from outside: |the server does not list )/u);
    expect(result.why).not.toContain('marks lines in other ways');
  }
  expect(remain).toEqual([]);
}

describe('our server', () => {
  it(
    'keeps every rule with the memory store, and the kit leaves nothing behind',
    async () => {
      expectSound(await check(new MemoryStore()));
    },
    PATIENCE,
  );

  it(
    'keeps every rule with the lmdb store',
    async () => {
      const dir = await mkdtemp(join(tmpdir(), 'log-stream-conformance-'));
      try {
        expectSound(await check(await LmdbStore.open({ dir })));
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    PATIENCE,
  );

  it('keeps every rule that is about the base path at another one', async () => {
    const server = await openServer({ basePath: '/deep/er/logs', heartbeat: HEARTBEAT });
    try {
      const report = await runConformance({ url: `${server.url}/`, secret: SECRET, only: ['M1', 'W10', 'H1', 'H6', 'H60', 'H61'] });
      expect(report).toMatchObject({ failed: 0, skipped: 1 });
    } finally {
      await server.close();
    }
  });
});

test('there is a redis-server to run the kit with', () => requireRedis());

describe.skipIf(!hasRedis)('our server with a real redis-server', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  it(
    'keeps every rule with the redis store',
    async () => {
      expectSound(await check(await RedisStore.open({ url: redis.url })));
    },
    PATIENCE,
  );
});
