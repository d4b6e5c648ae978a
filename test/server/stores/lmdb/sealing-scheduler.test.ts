import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { DamagedLogError } from '../../../../src/server/stores/lmdb/block.ts';
import { SealingScheduler, type SealedLogs } from '../../../../src/server/stores/lmdb/sealing-scheduler.ts';
import type { CompressedPage, PageDraft } from '../../../../src/server/stores/lmdb/sealed-page-builder.ts';

const MIB = 1_024 * 1_024;

/** Logs of which so many pages of this size wait. */
class FakeLogs implements SealedLogs {
  readonly waiting = new Map<string, number>();
  readonly steps: string[] = [];
  /** What `seal` waits for, or fails with. */
  sealing: () => Promise<void> = () => Promise.resolve();
  damaged = '';
  pageBytes = 1_000;

  isSealable(): boolean {
    return true;
  }

  channels(after = '', limit: number): string[] {
    return [...this.waiting.keys()]
      .sort()
      .filter((name) => name > after)
      .slice(0, limit);
  }

  draft(channel: string, previous?: PageDraft): PageDraft | undefined {
    if (channel === this.damaged) throw new DamagedLogError('A block is damaged.');
    const from = previous === undefined ? 1 : previous.from + 1;
    if (from > (this.waiting.get(channel) ?? 0)) return undefined;
    const page = { count: 1, bytes: this.pageBytes, time: 0, before: 0, sums: [] };
    return { ...page, id: 1, from, index: { times: [], entries: [] }, blocks: 1, json: Buffer.from('{}') };
  }

  async seal(channel: string, pages: readonly CompressedPage[]): Promise<number> {
    await this.sealing();
    this.steps.push(`${channel} ${pages.length}`);
    const left = (this.waiting.get(channel) ?? 0) - pages.length;
    this.waiting.set(channel, left);
    return left * this.pageBytes;
  }
}

let logs: FakeLogs;
let sealer: SealingScheduler | undefined;
beforeEach(() => {
  logs = new FakeLogs();
});
afterEach(async () => {
  vi.useRealTimers();
  await sealer?.close();
});

function append(channel: string, pages: number): void {
  logs.waiting.set(channel, (logs.waiting.get(channel) ?? 0) + pages);
  sealer?.appended(channel, pages * logs.pageBytes, (logs.waiting.get(channel) ?? 0) * logs.pageBytes);
}

const left = (): number => [...logs.waiting.values()].reduce((sum, pages) => sum + pages, 0);

test('seals what was left before, a few pages at a time, in turn with other logs', async () => {
  for (const channel of ['a', 'b', 'c']) logs.waiting.set(channel, channel === 'b' ? 20 : 3);
  sealer = new SealingScheduler(logs);
  await vi.waitFor(() => expect(left()).toBe(0));
  expect(logs.steps.toSorted()).toEqual(['a 3', 'b 4', 'b 8', 'b 8', 'c 3']);
});

test('goes through more logs than are read at a time', async () => {
  for (let log = 0; log < 700; log += 1) logs.waiting.set(`log ${log}`, 1);
  sealer = new SealingScheduler(logs);
  await vi.waitFor(() => expect(left()).toBe(0), 10_000);
});

test('prefers what was appended to what is left from before', async () => {
  for (let log = 0; log < 50; log += 1) logs.waiting.set(`old ${log}`, 1);
  sealer = new SealingScheduler(logs);
  append('new', 2);
  await vi.waitFor(() => expect(left()).toBe(0));
  expect(logs.steps.indexOf('new 2')).toBeLessThan(3);
});

test('lets appends wait beyond 4 MiB, but only those to logs that wait, and only until there is room', async () => {
  logs.pageBytes = MIB / 4;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  logs.sealing = () => gate;
  sealer = new SealingScheduler(logs);
  append('a', 16);
  expect(sealer.room('a')).toBe(undefined);
  append('a', 1);
  expect(sealer.room('quiet')).toBe(undefined);
  const room = sealer.room('a');
  expect(room).toBeInstanceOf(Promise);
  open();
  await room;
  expect(left()).toBeLessThanOrEqual(16);
  await vi.waitFor(() => expect(left()).toBe(0));
});

test('does not count what an older version left as waiting', async () => {
  logs.pageBytes = MIB;
  logs.waiting.set('old', 1_000);
  let steps = 0;
  logs.sealing = async () => {
    steps += 1;
    await new Promise(setImmediate);
  };
  sealer = new SealingScheduler(logs);
  await vi.waitFor(() => expect(steps).toBeGreaterThan(3));
  append('old', 1);
  expect(sealer.room('old')).toBe(undefined);
});

test('tries again later when nothing can be stored, and lets nobody wait until then', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let attempts = 0;
  logs.pageBytes = MIB;
  logs.sealing = async () => {
    attempts += 1;
    if (attempts < 3) throw new StoreUnavailableError('The disk is full.');
  };
  sealer = new SealingScheduler(logs);
  append('a', 20);
  const room = sealer.room('a');
  await room;
  expect(attempts).toBe(1);
  expect(sealer.room('a')).toBe(undefined);
  append('a', 1);
  await new Promise(setImmediate);
  expect(attempts).toBe(1);
  for (const expected of [2, 3]) {
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(attempts).toBeGreaterThanOrEqual(expected));
  }
  await vi.waitFor(() => expect(left()).toBe(0));
});

test('leaves a damaged log alone, and seals the others', async () => {
  logs.damaged = 'b';
  for (const channel of ['a', 'b', 'c']) logs.waiting.set(channel, 1);
  sealer = new SealingScheduler(logs);
  append('b', 1);
  await vi.waitFor(() => expect(left()).toBe(2));
  expect(logs.waiting.get('b')).toBe(2);
});

test('remembers so many logs, and finds the others again', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  logs.sealing = () => gate;
  sealer = new SealingScheduler(logs);
  for (let log = 0; log < 10_050; log += 1) append(`log ${log}`, 1);
  open();
  await vi.waitFor(() => expect(left()).toBe(0), 20_000);
}, 30_000);

test('stops after what is being stored, when it is closed', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  logs.sealing = () => gate;
  logs.waiting.set('a', 100);
  sealer = new SealingScheduler(logs);
  await new Promise(setImmediate);
  const closed = sealer.close();
  open();
  await closed;
  expect(logs.steps.length).toBeLessThanOrEqual(1);
});
