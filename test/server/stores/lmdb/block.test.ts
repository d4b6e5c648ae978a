import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockHeader, DamagedLogError, decodeBlock, encodeBlocks } from '../../../../src/server/stores/lmdb/block.ts';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import type { NewLine } from '../../../../src/server/store.ts';
import { NO_LINES, packLines } from '../../../../src/server/lines/packed-lines.ts';
import { jsonBlock } from './json-block.ts';
import { entryRank } from '../../../../src/protocol/sums/ranks.ts';

const extra = fc.constantFrom({ s: 'err' } as const, { c: '31' } as const, { p: 1 } as const);
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((own) => own.replaceAll('\n', '')),
  fc.string(),
  fc.constant(''),
);
const line: fc.Arbitrary<NewLine> = fc.oneof(
  fc.tuple(text).map(([only]): NewLine => [only]),
  fc.tuple(text, extra).map(([own, known]): NewLine => [own, known]),
);

describe('A block of lines', () => {
  test('holds any lines as they were, and says how many and how long they are', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.nat(), fc.nat(), (lines, time, before) => {
        const blocks = encodeBlocks(packLines(lines), time, before);
        expect(blocks.flatMap(({ data }) => decodeBlock(data))).toEqual(lines.map((own) => [time, ...own]));
        let total = before;
        for (const { data, bytes, count } of blocks) {
          expect(blockHeader(data)).toMatchObject({ count, bytes, time, before: total, isSealed: false });
          total += bytes;
        }
        expect(total - before).toBe(lines.reduce((sum, [own]) => sum + Buffer.byteLength(own), 0));
      }),
    );
  });

  test('counts the entries of all lines before it, which decides nothing about its lines', () => {
    const marked: fc.Arbitrary<NewLine> = fc
      .tuple(text, fc.constantFrom<LineExtra>({ l: 17 }, { l: 9, p: 1 }, { l: 13, k: 1 }, { l: 21, r: 1 }, { s: 'err' }))
      .map(([own, known]): NewLine => [own, known]);
    const before = { sums: [1, 2, 3, 4, 5, 6], isPiece: true };
    fc.assert(
      fc.property(fc.array(fc.oneof(line, marked), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 500 }), (some, times) => {
        const lines = Array.from({ length: times }, () => some).flat();
        const sums = [...before.sums];
        let isPiece = true;
        let at = 0;
        for (const { data, count, after } of encodeBlocks(packLines(lines), 1, 0, before)) {
          expect(blockHeader(data)).toMatchObject({ sums, isPiece, isSealed: false });
          expect(decodeBlock(data)).toEqual(lines.slice(at, at + count).map((own) => [1, ...own]));
          for (const [, extra] of lines.slice(at, at + count)) {
            const rank = entryRank(extra, isPiece);
            if (rank >= 0) sums[rank] = (sums[rank] ?? 0) + 1;
            isPiece = extra?.p === 1;
          }
          at += count;
          expect(after).toEqual({ sums, isPiece });
        }
      }),
      { numRuns: 50 },
    );
  });

  test('is bounded: a batch of many lines or much text becomes several', () => {
    const short = encodeBlocks(packLines(Array.from({ length: 10_000 }, (): NewLine => [''])), 1, 0);
    expect(short.map(({ count }) => count)).toEqual([4_096, 4_096, 1_808]);
    const long = encodeBlocks(packLines(Array.from({ length: 5 }, (): NewLine => ['x'.repeat(100_000)])), 1, 0);
    expect(long.map(({ count }) => count)).toEqual([2, 2, 1]);
    expect(encodeBlocks(packLines([['x'.repeat(1_048_576)], ['y']]), 1, 0).map(({ count }) => count)).toEqual([1, 1]);
    expect(encodeBlocks(NO_LINES, 1, 0)).toEqual([]);
  });

  test('holds its lines wherever they end, also empty ones', () => {
    const length = fc.oneof(fc.constant(0), fc.nat(3), fc.integer({ min: 16_370, max: 16_400 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(length, fc.constantFrom('x', 'é')), { minLength: 1, maxLength: 12 }), (parts) => {
        const lines = parts.map(([count, character]): NewLine => [character.repeat(count)]);
        expect(encodeBlocks(packLines(lines), 1, 0).flatMap(({ data }) => decodeBlock(data))).toEqual(lines.map(([own]) => [1, own]));
      }),
    );
  });

  test('of an older version holds texts with line ends, as JSON', () => {
    const lines: NewLine[] = [['one\n', { c: '31' }], ['\n'], ['é']];
    expect(decodeBlock(jsonBlock(lines, 5))).toEqual(lines.map((own) => [5, ...own]));
  });

  test('keeps the marks of lines alike once', () => {
    const lines = Array.from({ length: 1_000 }, (_, index): NewLine => [String(index), { s: 'err' }]);
    const [marked] = encodeBlocks(packLines(lines), 1, 0);
    const [plain] = encodeBlocks(packLines(lines.map(([own]): NewLine => [own])), 1, 0);
    expect((marked?.data.length ?? 0) - (plain?.data.length ?? 0)).toBeLessThan(40);
  });

  test.each(['plain', 'json'])('is refused when it is damaged, whatever the damage, or still is lines: %s', (kind) => {
    const lines: NewLine[] = [['one', { c: '31' }], [kind === 'json' ? 'two\n' : 'two', { c: '31' }], ['three']];
    const intact = kind === 'json' ? jsonBlock(lines, 1) : (encodeBlocks(packLines(lines), 1, 0)[0]?.data ?? Buffer.alloc(0));
    fc.assert(
      fc.property(fc.nat(intact.length - 1), fc.nat(255), fc.nat(intact.length), (at, byte, cut) => {
        const data = Buffer.from(intact);
        data[at] = byte;
        try {
          for (const own of decodeBlock(data.subarray(0, cut))) expect(typeof own[1]).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedLogError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
