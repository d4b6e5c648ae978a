import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { blockHeader, DamagedLogError } from '../../../../src/server/stores/lmdb/block.ts';
import { decodePage, encodePage, indexOf, pageLocation, pageOpening } from '../../../../src/server/stores/lmdb/sealed-page.ts';

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
const LOCATION = { bundle: 8_001, offset: 3, length: 99 };
const ANSWER = `${pageOpening('1.a', 0)}${JSON.stringify(LINES)}}`;

describe('A sealed page', () => {
  test('says where it is, and has the times and entries of its lines and the header of a block', () => {
    const data = encodePage(HEADER, INDEX, LOCATION);
    expect(blockHeader(data)).toEqual({ ...HEADER, isPiece: false, isSealed: true });
    expect(indexOf(data)).toEqual(INDEX);
    expect(pageLocation(data)).toEqual(LOCATION);
  });

  test('has the lines of the answer to the request for it', () => {
    expect(JSON.parse(ANSWER)).toEqual({ epoch: '1.a', after: 0, lines: LINES });
    expect(decodePage(HEADER, gzipSync(ANSWER))).toEqual(LINES);
  });

  test('is refused when it is damaged, whatever the damage, or still is lines', () => {
    const attempt = (read: () => unknown): void => {
      try {
        read();
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedLogError);
      }
    };
    const damaged = (intact: Buffer): fc.Arbitrary<Buffer> =>
      fc.tuple(fc.nat(intact.length - 1), fc.nat(255), fc.nat(intact.length)).map(([at, byte, cut]) => {
        const data = Buffer.from(intact);
        data[at] = byte;
        return data.subarray(0, cut);
      });
    const property = fc.property(damaged(encodePage(HEADER, INDEX, LOCATION)), damaged(gzipSync(ANSWER)), (data, gzip) => {
      attempt(() => indexOf(data));
      attempt(() => pageLocation(data));
      attempt(() => decodePage(HEADER, gzip));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  test('is refused when it contains something else than it says', () => {
    const reading =
      (answer: string, header = HEADER): (() => unknown) =>
      () =>
        decodePage(header, gzipSync(answer));
    expect(reading(ANSWER, { ...HEADER, count: 4 })).toThrow(DamagedLogError);
    expect(reading('{"lines":[[1]]}', { ...HEADER, count: 1 })).toThrow(DamagedLogError);
    expect(reading('null')).toThrow(DamagedLogError);
    expect(reading(`${ANSWER.slice(0, -1)},"more":"${'x'.repeat(1_000_000)}"}`)).toThrow(DamagedLogError);
  });
});
