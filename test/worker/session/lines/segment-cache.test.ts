import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { CACHE_BYTES, SegmentCache } from '../../../../src/worker/session/lines/segment-cache.ts';
import { lineCost, SEGMENT_LINES } from '../../../../src/worker/session/lines/sparse-log.ts';

const LINE: Line = [1, 'x'.repeat(100)];
const COST = lineCost(LINE);
const segment = (lines = SEGMENT_LINES): Line[] => Array.from({ length: lines }, () => LINE);
const never = (): boolean => false;

describe('SegmentCache', () => {
  it('holds 32 MiB by default', () => {
    expect(new SegmentCache().limit).toBe(CACHE_BYTES);
    expect(CACHE_BYTES).toBe(32 * 1024 * 1024);
  });

  it('evicts the least recently used segment of all logs when another one does not fit', () => {
    const cache = new SegmentCache(3 * SEGMENT_LINES * COST);
    const [a, b] = [cache.createLog(never), cache.createLog(never)];
    a.insert(1, segment());
    b.insert(1, segment());
    a.insert(SEGMENT_LINES + 1, segment());
    expect(cache.bytes).toBe(cache.limit);
    a.runs(1, 10, { lines: 1, bytes: Infinity });
    b.insert(5 * SEGMENT_LINES + 1, segment(1));
    expect(b.notHeld(1, SEGMENT_LINES)).toEqual([{ from: 1, to: SEGMENT_LINES }]);
    expect(a.notHeld(1, 2 * SEGMENT_LINES)).toEqual([]);
  });

  it('evicts segments in use last, but does evict them', () => {
    const cache = new SegmentCache(2 * SEGMENT_LINES * COST);
    const looked = cache.createLog((index) => index === 0);
    looked.insert(1, segment());
    looked.insert(SEGMENT_LINES + 1, segment());
    looked.insert(2 * SEGMENT_LINES + 1, segment());
    expect(looked.notHeld(1, SEGMENT_LINES)).toEqual([]);
    expect(looked.notHeld(SEGMENT_LINES + 1, 2 * SEGMENT_LINES)).not.toEqual([]);
    const all = cache.createLog(() => true);
    all.insert(1, segment());
    all.insert(SEGMENT_LINES + 1, segment());
    expect(cache.bytes).toBeLessThanOrEqual(cache.limit);
    expect(all.notHeld(1, 2 * SEGMENT_LINES)).toEqual([]);
  });

  it('drops lines of a single segment that exceeds the bound, lowest first', () => {
    const cache = new SegmentCache(10 * COST);
    const log = cache.createLog(() => true);
    log.insert(1, segment(25));
    expect(cache.bytes).toBe(10 * COST);
    expect(log.notHeld(1, 25)).toEqual([{ from: 1, to: 15 }]);
  });

  it('never exceeds its bound', () => {
    const steps = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 6_000 }), fc.integer({ min: 1, max: 1_200 }), fc.boolean()), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: COST, max: 3_000 * COST }), (some, limit) => {
        const cache = new SegmentCache(limit);
        const looked = new Set<number>();
        const logs = [0, 1, 2].map((n) => cache.createLog((index) => looked.has(n * 100 + index)));
        for (const [n, from, count, look] of some) {
          if (look) looked.add(n * 100 + Math.floor(from / SEGMENT_LINES));
          logs[n]?.insert(from, segment(count));
          expect(cache.bytes).toBeLessThanOrEqual(limit);
        }
        for (const log of logs) log.clear();
        expect(cache.bytes).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
