import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import type { NewLine } from '../../../../src/server/store.ts';
import { BlockJson } from '../../../../src/server/stores/lmdb/block-json.ts';
import { DamagedLogError, decodeBlock, encodeBlocks } from '../../../../src/server/stores/lmdb/block.ts';
import { JsonBuffer } from '../../../../src/server/stores/lmdb/json-buffer.ts';
import { PageBound } from '../../../../src/server/stores/page-bound.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';
import { jsonBlock } from './json-block.ts';

const ALL = { limit: 1_000_000, bytes: 1_000_000_000 };
const foreign = JSON.parse('{"c":"31","__proto__":{"s":"err"},"constructor":1}') as LineExtra;
const extra: fc.Arbitrary<LineExtra> = fc.constantFrom<LineExtra>(
  { s: 'err' },
  { c: '1;31' },
  { p: 1 },
  { s: 'err', c: 'é"\ud800', p: 1 },
  foreign,
);
const character = fc.constantFrom('"', '\\', '\u0000', '\t', '\r', '\u001b', '\u007f', '\u2028', 'é', '→', '🙂', '\ud800', 'a');
/** Blocks of older versions may hold texts with line ends, and are kept in another way than all others. */
const plain = fc.oneof(
  fc.string({ unit: character }),
  fc.string({ unit: 'binary' }).map((own) => own.replaceAll('\n', ' ')),
);
const text = fc.oneof({ weight: 20, arbitrary: plain }, { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a\n', '\n', '"') }) });
const line: fc.Arbitrary<NewLine> = fc.oneof(
  text.map((own): NewLine => [own]),
  fc.tuple(text, extra).map(([own, known]): NewLine => [own, known]),
);

function page(blocks: readonly Buffer[], skip = 0, range = ALL): { readonly count: number; readonly json: string } {
  const made = new BlockJson(new JsonBuffer());
  const bound = new PageBound(range);
  for (const [at, data] of blocks.entries()) if (!made.add(data, at === 0 ? skip : 0, bound)) break;
  const { count, json } = made.end();
  return { count, json: json.toString() };
}

const dataOf = (lines: readonly NewLine[], time = 1_763_658_001_000): Buffer[] =>
  lines.some(([own]) => own.includes('\n')) ? [jsonBlock(lines, time)] : encodeBlocks(packLines(lines), time, 0).map(({ data }) => data);

describe('A JSON page of blocks', () => {
  test('is the JSON of the lines that the blocks hold, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(line, { minLength: 1 }), fc.nat(2_000_000_000_000)), { maxLength: 3 }), (batches) => {
        const blocks = batches.flatMap(([lines, time]) => dataOf(lines, time));
        const lines = blocks.flatMap((data) => decodeBlock(data));
        expect(page(blocks)).toEqual({ count: lines.length, json: JSON.stringify(lines) });
      }),
      { numRuns: 500 },
    );
  });

  test('begins after any line, and ends at its bounds', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.nat(20), fc.nat(20), fc.nat(200), (own, skip, limit, bytes) => {
        const blocks = dataOf(own);
        const expected = [];
        let left = bytes;
        for (const kept of blocks.flatMap((data) => decodeBlock(data)).slice(skip, skip + limit)) {
          left -= Buffer.byteLength(kept[1]);
          if (left < 0 && expected.length > 0) break;
          expected.push(kept);
        }
        expect(page(blocks, skip, { limit, bytes }).json).toBe(JSON.stringify(expected));
      }),
      { numRuns: 500 },
    );
  });

  test('holds the longest lines of controls, and exactly a page of them', () => {
    const mebibyte = 1_024 * 1_024;
    const longest = dataOf([['\u001b'.repeat(mebibyte)], ['next']]);
    expect(page(longest, 0, { limit: 1_000, bytes: mebibyte })).toEqual({
      count: 1,
      json: JSON.stringify([[1_763_658_001_000, '\u001b'.repeat(mebibyte)]]),
    });
    const many = Array.from({ length: 1_025 }, (): NewLine => ['\u0001'.repeat(1_024)]);
    const { count, json } = page(dataOf(many), 0, { limit: 10_000, bytes: mebibyte });
    expect(count).toBe(1_024);
    expect(json).toBe(JSON.stringify(many.slice(0, 1_024).map(([own]) => [1_763_658_001_000, own])));
  });

  test('is refused of a block that is damaged, whatever the damage, or still is JSON of lines', () => {
    const intact = dataOf([['one', { c: '31' }], ['"two"'], ['three', { s: 'err' }]])[0] ?? Buffer.alloc(0);
    fc.assert(
      fc.property(fc.nat(intact.length - 1), fc.nat(255), fc.nat(intact.length), (at, byte, cut) => {
        const data = Buffer.from(intact);
        data[at] = byte;
        try {
          const { count, json } = page([data.subarray(0, cut)]);
          expect(JSON.parse(json)).toHaveLength(count);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedLogError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
