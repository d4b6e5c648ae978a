import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_LOG, StoreUnavailableError } from '../../../../src/server/store.ts';
import { LmdbEnvironment, type Root } from '../../../../src/server/stores/lmdb/lmdb-environment.ts';
import { batch } from '../store-tools.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Real environments that break when they are told to, as LMDB does when its meta page cannot be written. */
class Disk {
  breaksNext = false;
  opened = 0;
  #open = 0;

  readonly open = (): Root => {
    // Opening what this process has open already gives the same, broken one.
    expect(this.#open).toBe(0);
    this.opened += 1;
    this.#open += 1;
    const root = open<Buffer, string>({ path: dir, noSubdir: false, encoding: 'binary', overlappingSync: false, eventTurnBatching: false });
    let broken = false;
    const childTransaction = <T>(work: () => T): Promise<T> => {
      // The package never ends a transaction on a broken environment.
      if (broken) return new Promise<T>(() => undefined);
      if (!this.breaksNext) return root.childTransaction(work);
      this.breaksNext = false;
      broken = true;
      return Promise.reject(Object.assign(new Error('Commit failed'), { commitError: Promise.reject(new Error('Input/output error')) }));
    };
    return {
      openDB: root.openDB.bind(root),
      childTransaction,
      resetReadTxn: () => {
        if (broken) throw new Error('MDB_PANIC');
        root.resetReadTxn();
      },
      close: async () => {
        await root.close();
        this.#open -= 1;
      },
    };
  };
}

describe('LmdbEnvironment', () => {
  test('is opened again after it broke, with all that was durable', async () => {
    const disk = new Disk();
    const environment = new LmdbEnvironment(disk.open);
    const append = (text: string): Promise<void> =>
      environment.transact(() => void environment.tables.append('a', environment.tables.record('a'), batch([text])));
    await append('1');
    disk.breaksNext = true;
    const failed = append('2');
    await expect(failed).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(failed).rejects.toThrow(/Input\/output error/);
    expect(environment.tables.record('a')?.tail.head).toBe(1);
    await append('3');
    expect(environment.tables.read('a', { after: 0, limit: 5, bytes: 10 }).lines.map(([, text]) => text)).toEqual(['1', '3']);
    expect(disk.opened).toBe(2);
    await environment.close();
  });

  test('is not opened while the broken one is being closed', async () => {
    const disk = new Disk();
    const environment = new LmdbEnvironment(disk.open);
    disk.breaksNext = true;
    let failed = false;
    const failing = environment
      .transact(() => undefined)
      .catch(() => {
        failed = true;
      });
    while (!failed) {
      try {
        expect(environment.tables.record('a')).toBe(undefined);
      } catch (error) {
        expect(String(error)).toMatch(/being opened again/);
      }
      await Promise.resolve();
      await new Promise(setImmediate);
    }
    await failing;
    expect(environment.tables.record('a')).toBe(undefined);
    await environment.close();
    await expect(environment.transact(() => undefined)).rejects.toThrow(/closed/);
  });

  test('rolls back what a transaction did before it threw', async () => {
    const environment = new LmdbEnvironment(new Disk().open);
    const failed = environment.transact(() => {
      environment.tables.append('a', undefined, batch(['half']));
      throw new Error('in the middle');
    });
    await expect(failed).rejects.toThrow(/in the middle/);
    expect(environment.tables.read('a', { after: 0, limit: 5, bytes: 10 })).toEqual({ tail: NO_LOG, lines: [] });
    await environment.close();
  });
});
