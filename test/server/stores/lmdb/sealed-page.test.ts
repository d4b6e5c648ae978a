import fc from 'fast-check';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { blockHeader, DamagedLogError } from '../../../../src/server/stores/lmdb/block.ts';
import { encodePage, pageGzip, pageOpening } from '../../../../src/server/stores/lmdb/sealed-page.ts';
import { decodeLines, indexOf } from '../../../../src/server/stores/lmdb/stored-lines.ts';

const LINES: readonly Line[] = [
  [7_000, 'one'],
  [7_000, 'two\n"', { l: 17 }],
  [7_500, 'é→🙂', { c: '31', s: 'err' }],
];
const INDEX = {
  times: [
    { at: 0, time: 7_000 },
    { at: 2, time: 7_500 },
  ],
  entries: [{ at: 1, count: 1, rank: 4 }],
};
const HEADER = { count: 3, bytes: 17, time: 7_000, before: 123, sums: [1, 2, 3, 4, 5, 6] };
const ANSWER = `${pageOpening('1.a', 0)}${JSON.stringify(LINES)}}`;

describe('A sealed page', () => {
  test('has its lines, their times and entries, and the header of a block', () => {
    const data = encodePage(HEADER, INDEX, gzipSync(ANSWER));
    expect(blockHeader(data)).toEqual({ ...HEADER, isPiece: false, isSealed: true });
    expect(decodeLines(data)).toEqual(LINES);
    expect(indexOf(data)).toEqual(INDEX);
    expect(JSON.parse(gunzipSync(pageGzip(data)).toString())).toEqual({ epoch: '1.a', after: 0, lines: LINES });
  });

  test('is refused when it is damaged, whatever the damage, or still is lines', () => {
    const intact = encodePage(HEADER, INDEX, gzipSync(ANSWER));
    fc.assert(
      fc.property(fc.nat(intact.length - 1), fc.nat(255), fc.nat(intact.length), (at, byte, cut) => {
        const data = Buffer.from(intact);
        data[at] = byte;
        for (const read of [decodeLines, indexOf]) {
          try {
            read(data.subarray(0, cut));
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedLogError);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is refused when it has something else than it says', () => {
    const other = (answer: string, header = HEADER): (() => unknown) => {
      const data = encodePage(header, INDEX, gzipSync(answer));
      return () => decodeLines(data);
    };
    expect(other(ANSWER, { ...HEADER, count: 4 })).toThrow(DamagedLogError);
    expect(other('{"lines":[[1]]}', { ...HEADER, count: 1 })).toThrow(DamagedLogError);
    expect(other('null')).toThrow(DamagedLogError);
    expect(other(`${ANSWER.slice(0, -1)},"more":"${'x'.repeat(1_000_000)}"}`)).toThrow(DamagedLogError);
  });
});
