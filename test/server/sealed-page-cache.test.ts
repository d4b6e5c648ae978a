import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SealedPageCache } from '../../src/server/sealed-page-cache.ts';
import { NO_LOG, type LogTail } from '../../src/server/store.ts';

function page(bytes: number): { count: number; gzip: Buffer } {
  return { count: 1_000, gzip: Buffer.alloc(bytes) };
}

function tail(epoch: string, first = 1): LogTail {
  return { ...NO_LOG, epoch, first, head: 100_000 };
}

describe('SealedPageCache', () => {
  test('gives a page only with a tail of its epoch that still has its first line', () => {
    const cache = new SealedPageCache(1_000);
    const kept = page(10);
    cache.set('a', tail('1'), 1_000, kept);
    cache.set('a', tail('1'), 2_000, page(10));
    expect(cache.get('a', tail('1'), 1_000)).toBe(kept);
    expect(cache.get('a', tail('1'), 0)).toBe(undefined);
    expect(cache.get('b', tail('1'), 1_000)).toBe(undefined);
    expect(cache.get('a', tail('1', 1_001), 1_000)).toBe(kept);
    expect(cache.get('a', tail('1', 1_002), 1_000)).toBe(undefined);
    expect(cache.bytes).toBe(10);
    expect(cache.get('a', tail('2'), 2_000)).toBe(undefined);
    expect({ bytes: cache.bytes, has: cache.has('a') }).toEqual({ bytes: 0, has: false });
  });

  test('keeps no page that lost its first line while it was made', () => {
    const cache = new SealedPageCache(1_000);
    cache.set('a', tail('1', 1_002), 1_000, page(10));
    expect([cache.bytes, cache.has('a')]).toEqual([0, false]);
  });

  test('forgets a log that was removed', () => {
    const cache = new SealedPageCache(1_000);
    for (const channel of ['a', 'b']) cache.set(channel, tail('1'), 0, page(100));
    cache.forget('a');
    cache.forget('none');
    expect([cache.has('a'), cache.has('b'), cache.bytes]).toEqual([false, true, 100]);
  });

  test('is bounded: logs that were not read for longest lose pages first', () => {
    const cache = new SealedPageCache(800);
    for (let log = 0; log < 8; log += 1) cache.set(`log ${log}`, tail('1'), 0, page(100));
    expect(cache.bytes).toBe(800);
    cache.get('log 0', tail('1'), 0);
    cache.set('log 8', tail('1'), 0, page(100));
    expect(cache.bytes).toBe(800);
    expect([cache.has('log 0'), cache.has('log 1'), cache.has('log 8')]).toEqual([true, false, true]);
    // One that is too large takes the place of none.
    cache.set('log 9', tail('1'), 0, page(101));
    expect([cache.has('log 9'), cache.bytes]).toEqual([false, 800]);
  });

  test('holds at most its bytes, and knows how many, after any use', () => {
    const use = fc.record({
      log: fc.constantFrom('a', 'b', 'c'),
      epoch: fc.constantFrom('1', '1', '2'),
      after: fc.nat(5).map((range) => range * 1_000),
      first: fc.constantFrom(1, 1, 1, 2_001, 2_002),
      bytes: fc.integer({ min: 1, max: 30 }),
      kind: fc.constantFrom('set', 'set', 'get', 'forget'),
    });
    fc.assert(
      fc.property(fc.array(use, { maxLength: 80 }), (uses) => {
        const cache = new SealedPageCache(160);
        for (const { log, epoch, after, first, bytes, kind } of uses) {
          if (kind === 'forget') cache.forget(log);
          else if (kind === 'set') cache.set(log, tail(epoch, first), after, page(bytes));
          else if (after + 1 < first) expect(cache.get(log, tail(epoch, first), after)).toBe(undefined);
          expect(cache.bytes).toBeLessThanOrEqual(160);
        }
        for (const log of ['a', 'b', 'c']) cache.forget(log);
        expect(cache.bytes).toBe(0);
      }),
    );
  });
});
