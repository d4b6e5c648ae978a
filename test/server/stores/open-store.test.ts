import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LmdbStore } from '../../../src/server/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { openStore } from '../../../src/server/stores/open-store.ts';
import { RedisStore } from '../../../src/server/stores/redis/redis-store.ts';
import { write } from './store-tools.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('openStore', () => {
  test('opens a store in memory', async () => {
    expect(await openStore('memory:')).toBeInstanceOf(MemoryStore);
  });

  test('opens a store in a directory, and makes the directory', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'log-stream-open-'));
    const store = await openStore(`lmdb:${join(dir, 'some', 'where.data')}`);
    expect(store).toBeInstanceOf(LmdbStore);
    await write(store, 'a', ['x']);
    await store.close();
    const again = await openStore(`lmdb:${join(dir, 'some', 'where.data')}`);
    expect((await again.tail('a')).head).toBe(1);
    await again.close();
    await rm(dir, { recursive: true });
  });

  test.each([
    '',
    'memory',
    'data',
    'http://host',
    'lmdb',
    '/lmdb:data',
    'redis:host',
    'redis+sentinels://host/x',
    'mysql://root:hunter2@host',
  ])('refuses %j and says what it takes', async (url) => {
    const attempt = openStore(url);
    await expect(attempt).rejects.toThrow(/lmdb:DIR.*redis:\/\/HOST.*memory:/);
    await expect(attempt).rejects.not.toThrow(/hunter2/);
  });

  test('opens Redis, one server or several, and passes on its warnings', async () => {
    const opened = vi.spyOn(RedisStore, 'open').mockRejectedValue(new Error('not here'));
    const onWarning = (): void => undefined;
    for (const url of [
      'redis://host',
      'rediss://host/1',
      'redis://one,two:7000,three',
      'redis+sentinel://one,two/main',
      'REDISS+SENTINEL://one/main',
    ]) {
      await expect(openStore(url, { onWarning })).rejects.toThrow('not here');
      expect(opened).toHaveBeenLastCalledWith({ url, onWarning });
    }
  });

  test('asks for the directory that lmdb: lacks', async () => {
    await expect(openStore('lmdb:')).rejects.toThrow(/lmdb:\.\/data/);
  });

  test('names the package that is missing and how to get it', async () => {
    const missing = Object.assign(new Error("Cannot find package 'lmdb' imported from lmdb.js"), { code: 'ERR_MODULE_NOT_FOUND' });
    vi.spyOn(LmdbStore, 'open').mockRejectedValue(missing);
    await expect(openStore('lmdb:./data')).rejects.toThrow(/npm i lmdb$/);
  });

  test('leaves other errors of a driver as they are', async () => {
    const inner = Object.assign(new Error("Cannot find package 'ordered-binary'"), { code: 'ERR_MODULE_NOT_FOUND' });
    vi.spyOn(LmdbStore, 'open').mockRejectedValue(inner);
    await expect(openStore('lmdb:./data')).rejects.toBe(inner);
  });
});
