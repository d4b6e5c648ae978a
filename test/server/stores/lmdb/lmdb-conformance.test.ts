import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { storeConformance } from '../conformance.ts';

const dirs: string[] = [];
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
});

storeConformance(
  'LmdbStore',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
    dirs.push(dir);
    return LmdbStore.open({ dir });
  },
  async (store) => {
    await store.close();
    return LmdbStore.open({ dir: dirs.at(-1) ?? '' });
  },
);
