import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedRun } from '../../../src/server/append/packed-run.ts';
import { LineQueue } from '../../../src/server/append/line-queue.ts';
import { runOf } from './model.ts';

const MIB = 1_024 * 1_024;

function drain(queue: LineQueue): PackedRun[][] {
  const batches: PackedRun[][] = [];
  while (queue.hasBatch) batches.push(queue.nextBatch());
  return batches;
}

function linesOf(batch: readonly PackedRun[]): number {
  return batch.reduce((sum, { count }) => sum + count, 0);
}

describe('LineQueue', () => {
  it('lets every run out once, in order, and none of a line that has no end yet', () => {
    const run = fc.oneof(
      fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 4 }).map((texts) => runOf(texts)),
      fc.string({ maxLength: 3 }).map((text) => runOf([text], true)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(run, { maxLength: 8 }), fc.boolean()), { maxLength: 20 }), (steps) => {
        const queue = new LineQueue();
        const given: PackedRun[] = [];
        const taken: PackedRun[] = [];
        for (const [runs, take] of steps) {
          queue.push(runs);
          given.push(...runs);
          if (take && queue.hasBatch) taken.push(...queue.nextBatch());
        }
        const end = runOf(['the end']);
        queue.push([end]);
        taken.push(...drain(queue).flat());
        expect(taken).toEqual([...given, end]);
      }),
    );
  });

  it('returns at most 10,000 lines at a time', () => {
    const queue = new LineQueue();
    const lines = (count: number) => runOf(Array.from({ length: count }, () => 'x'));
    queue.push([...Array.from({ length: 9 }, () => lines(1_000)), lines(999)]);
    expect(queue.isFull).toBe(false);
    queue.push([lines(1), ...Array.from({ length: 10 }, () => lines(1_000)), lines(1)]);
    expect(queue.isFull).toBe(true);
    expect(drain(queue).map(linesOf)).toEqual([10_000, 10_000, 1]);
    expect(queue.isFull).toBe(false);
  });

  it('returns at most 1 MiB at a time, but at least one run', () => {
    const queue = new LineQueue();
    queue.push([runOf(['x'.repeat(MIB + 1)]), runOf(['x'.repeat(MIB / 2)]), runOf(['x'.repeat(MIB / 2)]), runOf(['y'])]);
    expect(drain(queue).map(({ length }) => length)).toEqual([1, 2, 1]);
  });

  it('keeps the pieces of a long line together, up to sixteen', () => {
    const queue = new LineQueue();
    const piece = runOf(['x'.repeat(MIB)], true);
    const before = runOf(['before']);
    queue.push([before, ...Array.from({ length: 15 }, () => piece)]);
    expect(drain(queue)).toEqual([[before]]);
    expect(queue.openBytes).toBe(15 * MIB);
    queue.push([runOf(['end']), runOf(['after'])]);
    expect(drain(queue).map(({ length }) => length)).toEqual([16, 1]);
    expect(queue.push(Array.from({ length: 20 }, () => piece))).toBe(true);
    expect(drain(queue).map(({ length }) => length)).toEqual([16]);
    expect(queue.openBytes).toBe(4 * MIB);
    queue.dropOpen();
    expect(queue.openBytes).toBe(0);
    expect(queue.open).toEqual([]);
  });
});
