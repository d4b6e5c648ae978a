import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinePiece } from '../../../src/server/append/line-assembler.ts';
import { LineQueue } from '../../../src/server/append/line-queue.ts';

const MIB = 1_024 * 1_024;

function line(text: string, continued = false): LinePiece {
  return { text, continued };
}

function drain(queue: LineQueue): LinePiece[][] {
  const batches: LinePiece[][] = [];
  while (queue.hasBatch) batches.push(queue.nextBatch());
  return batches;
}

describe('LineQueue', () => {
  it('lets every line out once, in order, and none of a line that has no end yet', () => {
    const piece = fc.record({ text: fc.string({ maxLength: 3 }), continued: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(piece, { maxLength: 8 }), fc.boolean()), { maxLength: 20 }), (steps) => {
        const queue = new LineQueue();
        const given: LinePiece[] = [];
        const taken: LinePiece[] = [];
        for (const [pieces, take] of steps) {
          queue.push(pieces);
          given.push(...pieces);
          if (take && queue.hasBatch) taken.push(...queue.nextBatch());
        }
        queue.push([line('the end')]);
        taken.push(...drain(queue).flat());
        expect(taken).toEqual([...given, line('the end')]);
      }),
    );
  });

  it('returns at most 10,000 lines at a time', () => {
    const queue = new LineQueue();
    queue.push(Array.from({ length: 9_999 }, () => line('x')));
    expect(queue.isFull).toBe(false);
    queue.push(Array.from({ length: 10_002 }, () => line('x')));
    expect(queue.isFull).toBe(true);
    expect(drain(queue).map(({ length }) => length)).toEqual([10_000, 10_000, 1]);
    expect(queue.isFull).toBe(false);
  });

  it('returns at most 1 MiB at a time, but at least one line', () => {
    const queue = new LineQueue();
    queue.push([line('x'.repeat(MIB + 1)), line('x'.repeat(MIB / 2)), line('x'.repeat(MIB / 2)), line('y')]);
    expect(drain(queue).map(({ length }) => length)).toEqual([1, 2, 1]);
  });

  it('keeps the pieces of a long line together, up to sixteen', () => {
    const queue = new LineQueue();
    const piece = 'x'.repeat(MIB);
    queue.push([line('before'), ...Array.from({ length: 15 }, () => line(piece, true))]);
    expect(drain(queue)).toEqual([[line('before')]]);
    expect(queue.openBytes).toBe(15 * MIB);
    queue.push([line('end'), line('after')]);
    expect(drain(queue).map(({ length }) => length)).toEqual([16, 1]);
    expect(queue.push(Array.from({ length: 20 }, () => line(piece, true)))).toBe(true);
    expect(drain(queue).map(({ length }) => length)).toEqual([16]);
    expect(queue.openBytes).toBe(4 * MIB);
    queue.dropOpen();
    expect(queue.openBytes).toBe(0);
    expect(queue.open).toEqual([]);
  });
});
