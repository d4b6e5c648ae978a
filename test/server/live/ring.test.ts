import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLines } from '../../../src/server/live/encoded-lines.ts';
import { Ring } from '../../../src/server/live/ring.ts';
import type { EncodedLines } from '../../../src/server/live/followed-log.ts';

function chunk(from: number, count: number, epoch = 'e'): EncodedLines {
  return encodeLines(
    'run:1',
    epoch,
    from,
    Array.from({ length: count }, (_, index) => [1_000, `line ${from + index}`] as const),
  );
}

/** Chunks of these sizes, one behind the other. */
function chunksOf(sizes: readonly number[], from = 1): EncodedLines[] {
  const chunks: EncodedLines[] = [];
  let next = from;
  for (const size of sizes) {
    chunks.push(chunk(next, size));
    next += size;
  }
  return chunks;
}

const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 });

describe('Ring', () => {
  it('holds the newest chunks within its capacity, and finds every line of them', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3_000 }), (counts, capacity) => {
        const ring = new Ring(capacity);
        const chunks = chunksOf(counts);
        for (const one of chunks) ring.append(one);
        // The model: as many of the newest as fit, and the newest in any case.
        let bytes = 0;
        const held = chunks.filter((_, index) => {
          bytes = chunks.slice(index).reduce((sum, one) => sum + one.wire.length, 0);
          return bytes <= capacity || index === chunks.length - 1;
        });
        expect(ring.from).toBe(held[0]?.from);
        expect(ring.to).toBe(held.at(-1)?.to);
        expect(ring.bytes).toBe(held.reduce((sum, one) => sum + one.wire.length, 0));
        const head = chunks.at(-1)?.to ?? 0;
        for (let after = 0; after <= head; after += 1) {
          const expected = held.find((one) => one.from <= after + 1 && after + 1 <= one.to);
          expect(ring.entryAfter(after)).toBe(expected);
          expect(ring.entriesAfter(after)).toEqual(expected === undefined ? [] : held.slice(held.indexOf(expected)));
        }
      }),
    );
  });

  it('drops what lies wholly below a line, and keeps the chunk that line is in', () => {
    fc.assert(
      fc.property(sizes, fc.nat(400), (counts, first) => {
        const ring = new Ring(1_000_000);
        const chunks = chunksOf(counts);
        for (const one of chunks) ring.append(one);
        ring.dropBelow(first);
        const held = chunks.filter((one) => one.to >= first);
        expect(ring.from).toBe(held[0]?.from);
        expect(ring.bytes).toBe(held.reduce((sum, one) => sum + one.wire.length, 0));
      }),
    );
  });

  it('is replaced by a chunk that does not continue it', () => {
    const ring = new Ring(100_000);
    ring.append(chunk(1, 5));
    ring.append(chunk(7, 2));
    expect([ring.from, ring.to]).toEqual([7, 8]);
    ring.append(chunk(9, 1, 'another'));
    expect([ring.from, ring.to]).toEqual([9, 9]);
  });

  it('prepends older entries only if they join and fit', () => {
    const newer = chunk(10, 5);
    const older = chunksOf([4, 5]);
    const bytes = [...older, newer].reduce((sum, one) => sum + one.wire.length, 0);
    const ring = new Ring(bytes);
    ring.append(newer);
    ring.prepend(chunksOf([4, 4]));
    expect(ring.from).toBe(10);
    ring.prepend(older);
    expect(ring.from).toBe(1);
    expect(ring.bytes).toBe(bytes);
    expect(ring.entryAfter(4)).toBe(older[1]);
    const tight = new Ring(bytes - 1);
    tight.append(newer);
    tight.prepend(older);
    expect(tight.from).toBe(10);
  });

  it('prepends older entries when it is empty', () => {
    const ring = new Ring(10_000);
    ring.prepend(chunksOf([3]));
    expect([ring.from, ring.to]).toEqual([1, 3]);
  });

  it('keeps the newest chunk even when that alone is over its capacity', () => {
    const ring = new Ring(10);
    ring.append(chunk(1, 3));
    ring.append(chunk(4, 3));
    expect([ring.from, ring.to]).toEqual([4, 6]);
  });
});
