import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import type { NewLine } from '../../../../src/server/store.ts';
import { entryRank, NO_ENTRIES, RANKS } from '../../../../src/protocol/sums/ranks.ts';
import {
  decodeIndex,
  encodeIndex,
  entryAt,
  entryRuns,
  lineAtTime,
  sumsAt,
  timeOf,
  type LineIndex,
} from '../../../../src/server/stores/lmdb/line-index.ts';
import { LineIndexBuilder } from '../../../../src/server/stores/lmdb/line-index-builder.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

const extra: fc.Arbitrary<LineExtra | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<LineExtra>(
      { l: 9 },
      { l: 17 },
      { l: 18 },
      { l: 21, k: 1 },
      { l: 13, r: 1 },
      { l: 17, p: 1 },
      { p: 1 },
      { c: '31' },
    ),
  },
);
const extras = fc.array(extra, { minLength: 1, maxLength: 40 });

/** The rank of each line, -1 for one that is no entry. */
function ranksOf(list: readonly (LineExtra | undefined)[], isPiece: boolean): number[] {
  return list.map((own, at) => entryRank(own, at === 0 ? isPiece : list[at - 1]?.p === 1));
}

function runsOf(list: readonly (LineExtra | undefined)[], isPiece: boolean): LineIndex['entries'] {
  return entryRuns(packLines(list.map((own): NewLine => (own === undefined ? ['x'] : ['x', own]))).extras, isPiece);
}

describe('The entries of lines', () => {
  test('are counted up to any line, and found by their number, as one by one', () => {
    fc.assert(
      fc.property(extras, fc.boolean(), (list, isPiece) => {
        const ranks = ranksOf(list, isPiece);
        const runs = runsOf(list, isPiece);
        for (let upto = 0; upto <= list.length; upto += 1)
          expect(sumsAt(NO_ENTRIES, runs, upto)).toEqual(
            NO_ENTRIES.map((_, rank) => ranks.slice(0, upto).filter((own) => own === rank).length),
          );
        for (let rank = 0; rank < RANKS; rank += 1) {
          const lines = [...ranks.keys()].filter((at) => (ranks[at] ?? -1) >= rank);
          for (let number = 1; number <= lines.length + 1; number += 1) expect(entryAt(runs, rank, number)).toBe(lines[number - 1]);
        }
      }),
    );
  });
});

describe('An index of lines', () => {
  const blocks = fc.array(fc.record({ list: extras, time: fc.nat(2_000_000_000), cut: fc.nat(39) }), { minLength: 1, maxLength: 6 });

  test('joins those of blocks that are taken in part, and is the same after encoding', () => {
    fc.assert(
      fc.property(blocks, (given) => {
        const sorted = given.map(({ time }) => time).sort((a, b) => a - b);
        const builder = new LineIndexBuilder();
        const times: number[] = [];
        const ranks: number[] = [];
        for (const [number, { list, cut }] of given.entries()) {
          const time = sorted[number] ?? 0;
          // The first block is taken from a line on, the last one up to a line.
          const from = number === 0 ? Math.min(cut, list.length - 1) : 0;
          const to = number === given.length - 1 ? Math.max(from + 1, list.length - cut) : list.length;
          builder.add({ times: [{ at: 0, time }], entries: runsOf(list, false) }, from, to);
          times.push(...list.slice(from, to).map(() => time));
          ranks.push(...ranksOf(list, false).slice(from, to));
        }
        const index = builder.build();
        expect(times.map((_, at) => timeOf(index, at))).toEqual(times);
        for (const time of [...times, (times.at(-1) ?? 0) + 1, 0]) {
          const at = times.findIndex((own) => own >= time);
          expect(lineAtTime(index, time)).toBe(at === -1 ? undefined : at);
        }
        for (let upto = 0; upto <= ranks.length; upto += 1)
          expect(sumsAt(NO_ENTRIES, index.entries, upto)).toEqual(
            NO_ENTRIES.map((_, rank) => ranks.slice(0, upto).filter((own) => own === rank).length),
          );
        expect(decodeIndex(encodeIndex(index), { count: times.length, time: times[0] ?? 0 })).toEqual(index);
      }),
    );
  });

  test('of a thousand lines of one time and level takes a few bytes', () => {
    const index = { times: [{ at: 0, time: 1_796_004_730_973 }], entries: [{ at: 0, count: 1_000, rank: 2 }] };
    expect(encodeIndex(index).length).toBeLessThan(10);
  });

  test('is not read from other bytes, or names no line beyond the last', () => {
    const intact = encodeIndex({
      times: [
        { at: 0, time: 5 },
        { at: 300, time: 70_000 },
      ],
      entries: [{ at: 2, count: 400, rank: 4 }],
    });
    fc.assert(
      fc.property(fc.nat(intact.length - 1), fc.nat(255), fc.nat(intact.length), (at, byte, cut) => {
        const data = Buffer.from(intact);
        data[at] = byte;
        const index = decodeIndex(data.subarray(0, cut), { count: 500, time: 5 });
        for (const run of index?.times ?? []) expect(run.at).toBeLessThan(500);
        for (const run of index?.entries ?? []) expect(run.at + run.count).toBeLessThanOrEqual(500);
        if (cut < intact.length && data.equals(intact)) expect(index).toBe(undefined);
      }),
    );
  });
});
