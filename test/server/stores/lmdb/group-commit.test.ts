import { describe, expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { DamagedLogError } from '../../../../src/server/stores/lmdb/block.ts';
import { GroupCommit } from '../../../../src/server/stores/lmdb/group-commit.ts';

/** Transactions that end when the test says so. */
class Disk {
  readonly commits: { run(): void; fail(error: Error): void }[] = [];

  readonly transact = (work: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      this.commits.push({
        run: () => {
          try {
            work();
            resolve();
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        fail: (error) => {
          work();
          reject(error);
        },
      });
    });
}

/** All promises that can go on have gone on. */
const settled = (): Promise<void> => new Promise(setImmediate);

describe('GroupCommit', () => {
  test('carries out in one transaction what gathered during the one before', async () => {
    const disk = new Disk();
    const commits = new GroupCommit(disk.transact);
    const log: string[] = [];
    const submit = (name: string): Promise<string> =>
      commits.submit(
        1,
        () => (log.push(`work ${name}`), name),
        () => log.push(`then ${name}`),
      );
    const first = submit('a');
    await settled();
    const others = [submit('b'), submit('c')];
    await settled();
    expect(disk.commits.length).toBe(1);
    disk.commits[0]?.run();
    expect(await first).toBe('a');
    await settled();
    expect(disk.commits.length).toBe(2);
    disk.commits[1]?.run();
    expect(await Promise.all(others)).toEqual(['b', 'c']);
    expect(log).toEqual(['work a', 'then a', 'work b', 'work c', 'then b', 'then c']);
    await commits.idle();
  });

  test('puts no more into one transaction than its bounds', async () => {
    const disk = new Disk();
    const commits = new GroupCommit(disk.transact);
    let worked = 0;
    const submit = (bytes: number): Promise<void> =>
      commits.submit(
        bytes,
        () => void (worked += 1),
        () => undefined,
      );
    const small = Array.from({ length: 1_025 }, () => submit(1));
    await settled();
    disk.commits[0]?.run();
    await settled();
    expect(worked).toBe(1_024);
    disk.commits[1]?.run();
    await Promise.all(small);
    const large = [submit(8 * 1_024 * 1_024), submit(1)];
    await settled();
    disk.commits[2]?.run();
    await settled();
    expect(worked).toBe(1_026);
    disk.commits[3]?.run();
    await Promise.all(large);
    await commits.idle();
  });

  test('fails all jobs of a failed transaction, emits nothing, and continues with the next', async () => {
    const disk = new Disk();
    const commits = new GroupCommit(disk.transact);
    const told: string[] = [];
    const submit = (name: string): Promise<string> =>
      commits.submit(
        1,
        () => name,
        (result) => told.push(result),
      );
    const failing = [submit('a'), submit('b')];
    await settled();
    const next = submit('c');
    disk.commits[0]?.fail(new StoreUnavailableError('full'));
    expect(await Promise.allSettled(failing)).toMatchObject([{ reason: { message: 'full' } }, { reason: { message: 'full' } }]);
    await settled();
    disk.commits[1]?.run();
    expect(await next).toBe('c');
    expect(told).toEqual(['c']);
  });

  test('fails a job on a damaged log alone', async () => {
    const disk = new Disk();
    const commits = new GroupCommit(disk.transact);
    const damaged = commits.submit(
      1,
      (): string => {
        throw new DamagedLogError('cannot be read');
      },
      () => undefined,
    );
    const whole = commits.submit(
      1,
      () => 'fine',
      () => undefined,
    );
    await settled();
    disk.commits[0]?.run();
    await expect(damaged).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await whole).toBe('fine');
  });
});
