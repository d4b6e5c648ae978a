import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { bundle, Child } from './lmdb-child.ts';
import { write } from '../store-tools.ts';

let dir: string;
let program: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  program = await bundle('./lmdb-filler.ts');
});
afterAll(() => program.remove());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** A process that tries to open the directory; resolves to whether it got it, and keeps it then. */
async function start(): Promise<{ readonly child: Child; readonly got: boolean }> {
  const child = new Child(process.execPath, [program.file, dir]);
  child.say('1');
  const got = await Promise.race([once(child.lines, 'line').then(() => true), once(child.process, 'close').then(() => false)]);
  return { child, got };
}

/** The record of whoever had the directory last, changed. */
async function forge(change: Record<string, unknown>, age = 0): Promise<void> {
  const path = join(dir, 'server.lock');
  const record: unknown = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...(record as object), ...change }));
  const then = Date.now() / 1_000 - age;
  await utimes(path, then, then);
}

describe('A directory of LMDB', () => {
  test('in use by a server of this process is refused with its owner and what to do, and is free when that closes', async () => {
    const store = await LmdbStore.open({ dir });
    const second = LmdbStore.open({ dir });
    await expect(second).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(second).rejects.toThrow(new RegExp(`process id ${process.pid} has been using it since .*another directory.*Redis`));
    // Being refused took nothing away.
    await expect(LmdbStore.open({ dir })).rejects.toThrow(/process id/);
    await write(store, 'a', ['1']);
    await store.close();
    const next = await LmdbStore.open({ dir });
    expect((await next.tail('a')).head).toBe(1);
    await next.close();
  });

  test('that another process uses is refused, and free the moment that process is killed', async () => {
    const { child } = await start();
    await expect(LmdbStore.open({ dir })).rejects.toThrow(new RegExp(`process id ${child.process.pid} has been using it`));
    await child.kill();
    await (await LmdbStore.open({ dir })).close();
  });

  test('goes to one of several processes that are started at the same time', async () => {
    const started = await Promise.all([start(), start(), start(), start()]);
    try {
      expect(started.filter(({ got }) => got).length).toBe(1);
    } finally {
      for (const { child } of started) await child.kill();
    }
  }, 30_000);

  test('is free when its process id was reused, or its record is unreadable', async () => {
    await (await start()).child.kill();
    await forge({ pid: process.pid, born: 'another boot' });
    await (await LmdbStore.open({ dir })).close();
    await writeFile(join(dir, 'server.lock'), '{"pid":');
    await (await LmdbStore.open({ dir })).close();
    await writeFile(join(dir, 'server.lock'), 'null');
    await (await LmdbStore.open({ dir })).close();
  });

  test('that a process of another container uses is free when that one gave no sign of life for a while', async () => {
    await (await start()).child.kill();
    await forge({ place: 'elsewhere pid:[1]' });
    await expect(LmdbStore.open({ dir })).rejects.toThrow(/on elsewhere, which may have been killed less than 15 s ago/);
    await forge({}, 16);
    await (await LmdbStore.open({ dir })).close();
  });
});
