import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import type { SearchQuery } from '../../../src/protocol/search/query.ts';
import { packBlocks } from '../../../src/server/search/scan/packed-blocks.ts';
import type { ScanRequest } from '../../../src/server/search/scan/scanner.ts';
import { SearchUnavailableError, SlowSearchError } from '../../../src/server/search/search-error.ts';
import { Shares } from '../../../src/server/util/shares.ts';
import { SearchPool } from '../../../src/server/search/search-pool.ts';
import { Turns } from '../../../src/server/search/turns.ts';
import { SEARCH_THREAD } from '../../support/server.ts';
import { blocksOf } from './scan/blocks.ts';

function poolOf(threads = 1): SearchPool {
  const pool = new SearchPool({ script: SEARCH_THREAD, threads, places: 8 });
  onTestFinished(() => pool.close());
  return pool;
}

const LINES: readonly Line[] = [[1, `${'a'.repeat(60)}!`]];
const HARD: SearchQuery = { q: '(a+)+$', regex: true };
const EASY: SearchQuery = { q: '!' };

function scan(query: SearchQuery): ScanRequest {
  const range = { after: 0, upto: 1, from: 1, isInside: false, isAtHead: true };
  return {
    kind: 'scan',
    task: { query, form: 'none', limit: 1, isBackwards: false, ...range, blocks: packBlocks(blocksOf(LINES, 1, 'block')) },
  };
}

describe('A pool of threads that search', () => {
  it('starts threads when they are needed, no more than allowed, and uses them again', async () => {
    const pool = poolOf(2);
    const { signal } = new AbortController();
    expect(pool.threads).toBe(0);
    const answers = await Promise.all(Array.from({ length: 6 }, () => pool.run(scan(EASY), [], signal)));
    expect(answers.map((answer) => (answer.kind === 'scanned' ? answer.result?.found : answer.kind))).toEqual(Array(6).fill(1));
    expect(pool.threads).toBe(2);
  });

  it('ends a thread that stays in a block, and answers the next request by another', async () => {
    const pool = poolOf();
    const { signal } = new AbortController();
    const [hard, easy] = [pool.run(scan(HARD), [], signal), pool.run(scan(EASY), [], signal)];
    await expect(hard).rejects.toThrow(SlowSearchError);
    expect(await easy).toMatchObject({ kind: 'scanned', result: { found: 1 } });
  });

  it('says why a query cannot be compiled', async () => {
    const pool = poolOf();
    const { signal } = new AbortController();
    expect(await pool.run({ kind: 'check', query: EASY }, [], signal)).toEqual({ kind: 'compiles' });
    expect(await pool.run({ kind: 'check', query: { q: '(', regex: true } }, [], signal)).toMatchObject({ kind: 'invalid' });
  });

  it('rejects a request at once when it is no longer wanted, whether it runs or waits', async () => {
    const pool = poolOf();
    const [running, waiting, after] = [new AbortController(), new AbortController(), new AbortController()];
    const both = [pool.run(scan(HARD), [], running.signal), pool.run(scan(EASY), [], waiting.signal)];
    const last = pool.run(scan(EASY), [], after.signal);
    const settled = Promise.allSettled(both);
    waiting.abort();
    running.abort();
    for (const one of await settled) expect(one).toMatchObject({ reason: expect.any(SearchUnavailableError) as unknown });
    expect(await last).toMatchObject({ kind: 'scanned' });
    await expect(pool.run(scan(EASY), [], running.signal)).rejects.toThrow(SearchUnavailableError);
  });

  it('rejects what runs and what waits when it is closed, and ends its threads', async () => {
    const pool = poolOf();
    const { signal } = new AbortController();
    const all = [pool.run(scan(HARD), [], signal), pool.run(scan(EASY), [], signal)];
    const settled = Promise.allSettled(all);
    pool.close();
    for (const one of await settled) expect(one).toMatchObject({ reason: expect.any(SearchUnavailableError) as unknown });
    await vi.waitFor(() => expect(pool.threads).toBe(0));
  });

  it('says that it is unavailable where its script cannot run', async () => {
    const pool = new SearchPool({ script: '/nowhere/search-thread.js', threads: 1, places: 1 });
    onTestFinished(() => pool.close());
    await expect(pool.run(scan(EASY), [], new AbortController().signal)).rejects.toThrow(SearchUnavailableError);
  });
});

describe('The places of searches', () => {
  it('are a quarter for one channel, and given back once', () => {
    const places = new Shares(8);
    const leave = places.take('a');
    expect([leave !== undefined, places.take('a') !== undefined, places.take('a')]).toEqual([true, true, undefined]);
    leave?.();
    leave?.();
    expect([places.total, places.take('a') !== undefined, places.take('a')]).toEqual([1, true, undefined]);
  });

  it('are bounded over all channels, with at least one for each', () => {
    const places = new Shares(2);
    expect(['a', 'b', 'c'].map((channel) => places.take(channel) !== undefined)).toEqual([true, true, false]);
  });
});

describe('Turns', () => {
  it('are given out in the order they were asked for', async () => {
    const turns = new Turns(1);
    const first = await turns.take();
    const order: string[] = [];
    const rest = ['b', 'c'].map(async (name) => {
      const giveBack = await turns.take();
      order.push(name);
      giveBack();
    });
    expect(turns.takeIfFree()).toBeUndefined();
    first();
    first();
    await Promise.all(rest);
    expect(order).toEqual(['b', 'c']);
    expect(turns.takeIfFree()).toBeDefined();
    expect(turns.takeIfFree()).toBeUndefined();
  });
});
