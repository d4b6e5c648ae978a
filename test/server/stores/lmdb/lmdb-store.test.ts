import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { bundle, Child } from './lmdb-child.ts';
import { killAgainAndAgain } from './lmdb-kills.ts';
import { numbered, readAll, texts, write } from '../store-tools.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** What the tables of a closed store hold, by name. */
async function counts(): Promise<Record<string, number>> {
  const root = open({ path: dir, noSubdir: false, overlappingSync: false });
  const result = Object.fromEntries(
    ['logs', 'blocks', 'pages', 'swept'].map((name) => [name, root.openDB({ name, encoding: 'binary' }).getKeysCount()]),
  );
  await root.close();
  return result;
}

describe('LmdbStore', () => {
  test('continues epoch, numbers, colour, time and retention when opened again', async () => {
    const first = await LmdbStore.open({ dir });
    await write(first, 'a', ['aaaa', 'bbbb', ['cc', { s: 'err' }]], { time: 7_000, carryOut: '31' });
    const trimmed = await first.trim('a', { lines: 2 }, 0);
    await write(first, 'b', ['x'], { end: 143 });
    await first.close();
    const second = await LmdbStore.open({ dir });
    expect(await second.tail('a')).toEqual(trimmed);
    expect(await second.tail('b')).toMatchObject({ head: 1, end: 143 });
    expect(await write(second, 'a', ['d'], { time: 1, carryIn: '31' })).toMatchObject({
      epoch: trimmed.epoch,
      first: 2,
      head: 4,
      time: 7_000,
    });
    expect((await second.trim('a', { bytes: 3 }, 0)).first).toBe(3);
    expect(await readAll(second, 'a', 2)).toEqual([
      [7_000, 'cc', { s: 'err' }],
      [7_000, 'd'],
    ]);
    await second.close();
  });

  test('gives the room of trimmed and removed lines back', async () => {
    const store = await LmdbStore.open({ dir });
    for (let line = 1; line <= 1_200; line += 1)
      void store.append('a', { lines: packLines([[String(line)]]), time: 1, carryIn: '', carryOut: '' });
    await write(store, 'a', numbered(1_201, 1_210));
    await write(store, 'b', numbered(1, 10));
    await store.trim('a', { lines: 5 }, 0);
    await store.remove('b');
    await store.close();
    // Closing does not wait for a long sweep; each opening goes on with it.
    await vi.waitFor(async () => {
      await (await LmdbStore.open({ dir })).close();
      expect(await counts()).toEqual({ logs: 1, blocks: 1, pages: 0, swept: 0 });
    });
    const again = await LmdbStore.open({ dir });
    expect(texts(await readAll(again, 'a', 1_205))).toEqual(numbered(1_206, 1_210));
    await again.close();
  });

  test('says why a directory cannot be used', async () => {
    const file = join(dir, 'file');
    await writeFile(file, '');
    const attempt = LmdbStore.open({ dir: file });
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(attempt).rejects.toThrow(file);
  });

  test('leaves data of another format alone', async () => {
    await (await LmdbStore.open({ dir })).close();
    const root = open({ path: dir, noSubdir: false, overlappingSync: false });
    await root.openDB({ name: 'info', encoding: 'binary' }).put('format', Buffer.from('99'));
    await root.close();
    await expect(LmdbStore.open({ dir })).rejects.toThrow(/format 99.*another directory/);
  });

  test('refuses a damaged log, says so, and carries out what others asked at the same time', async () => {
    const store = await LmdbStore.open({ dir });
    await write(store, 'good', ['1']);
    await write(store, 'bad', ['1']);
    await store.close();
    const root = open({ path: dir, noSubdir: false, overlappingSync: false });
    await root.openDB({ name: 'logs', encoding: 'binary' }).put('bad', Buffer.from('[1'));
    await root.close();
    const again = await LmdbStore.open({ dir });
    const [bad, good] = await Promise.allSettled([write(again, 'bad', ['2']), write(again, 'good', ['2'])]);
    expect(good).toMatchObject({ status: 'fulfilled', value: { head: 2 } });
    expect(bad.status === 'rejected' && bad.reason).toBeInstanceOf(StoreUnavailableError);
    await expect(again.tail('bad')).rejects.toThrow(/cannot be read/);
    await again.close();
  });
});

describe('LmdbStore in a process that is killed', () => {
  let program: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    program = await bundle('./lmdb-writer.ts');
  });
  afterAll(() => program.remove());

  test('still has everything that was acknowledged, whole, under its number and epoch', async () => {
    const report = await killAgainAndAgain({ dir, program: program.file, rounds: 30 });
    expect(report.acknowledged).toBeGreaterThanOrEqual(30);
    expect(report.head).toBeGreaterThan(0);
    expect(report.sealed).toBeGreaterThan(0);
  }, 120_000);
});

describe.runIf(process.platform === 'linux')('LmdbStore on a full disk', () => {
  let program: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    program = await bundle('./lmdb-filler.ts');
  });
  afterAll(() => program.remove());

  test('refuses without writing anything, and works again once there is room', async () => {
    await (await LmdbStore.open({ dir })).close();
    // The limit of a process for the size of files stands for a disk that is full: writes beyond it fail.
    const child = new Child('sh', ['-c', 'ulimit -S -f 8192; exec "$0" "$@"', process.execPath, program.file, dir]);
    const answers = child.lines[Symbol.asyncIterator]();
    const ask = async (line: string): Promise<{ outcome: string; head: number; news: number }> => {
      child.say(line);
      const { value }: IteratorResult<string, unknown> = await answers.next();
      const answer: unknown = JSON.parse(String(value));
      expect(answer).toMatchObject({ outcome: expect.any(String), head: expect.any(Number), news: expect.any(Number) });
      return answer as { outcome: string; head: number; news: number };
    };
    try {
      const full = await ask('fill');
      expect(full.outcome).toMatch(/^StoreUnavailableError: .*full.*Nothing was written/);
      expect(full.head).toBeGreaterThan(0);
      const still = await ask('3');
      expect(still.outcome).toMatch(/^StoreUnavailable/);
      expect({ head: still.head, news: still.news }).toEqual({ head: full.head, news: full.news });
      execFileSync('prlimit', ['--pid', String(child.process.pid), '--fsize=unlimited:']);
      const free = await ask('3');
      expect(free).toEqual({ outcome: 'ok', head: full.head + 603, news: full.news + 9 });
      const ended = once(child.process, 'close');
      child.process.stdin?.end();
      expect((await ended)[0]).toBe(0);
    } finally {
      await child.kill();
    }
    const store = await LmdbStore.open({ dir });
    const { head } = await store.tail('log');
    expect((await readAll(store, 'log')).length).toBe(head);
    await store.close();
  }, 60_000);
});
