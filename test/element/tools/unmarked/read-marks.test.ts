import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelCounts } from '../../../../src/protocol/answers/answers.ts';
import type { Line } from '../../../../src/protocol/line.ts';
import { LEVEL } from '../../../../src/protocol/marks/level.ts';
import { markLine, UNMARKED } from '../../../../src/protocol/marks/marker.ts';
import { shownText } from '../../../../src/protocol/terminal/shown-text.ts';
import { ReadMarks } from '../../../../src/element/tools/unmarked/read-marks.ts';

const texts = fc.constantFrom(
  'compiled',
  'ERROR: it broke',
  'WARN: it may break',
  '    at main (a.ts:1:2)',
  'FATAL: gone',
  '::group::Install',
  '::endgroup::',
  '{"level":"debug","msg":"x"}',
  '\u001B[1A\u001B[2KERROR: it broke',
  '',
);
const arbitraryLine = fc.tuple(texts, fc.boolean(), fc.nat(5)).map(([text, isPiece, pause]) => ({ text, isPiece, pause }));
const log = fc.array(arbitraryLine, { maxLength: 60 }).map((lines) => {
  let time = 1_000;
  return lines.map(({ text, isPiece, pause }): Line => [(time += pause), text, isPiece ? { p: 1 } : {}]);
});

/** The rank of each line that counts, as the marks of a server say; -1 for others. */
function ranksOf(lines: readonly Line[]): number[] {
  let state = UNMARKED;
  return lines.map(([, text], at) => {
    if (lines[at - 1]?.[2]?.p === 1) return -1;
    const marked = markLine(state, text, shownText(text));
    ({ state } = marked);
    const { l, k, r } = marked.marks;
    return l === undefined || k === 1 || r === 1 ? -1 : Object.values(LEVEL).indexOf(l);
  });
}

const countsOf = (ranks: readonly number[]): LevelCounts => {
  const count = (rank: number): number => ranks.filter((each) => each === rank).length;
  return [count(0), count(1), count(2), count(3), count(4), count(5)];
};

function read(lines: readonly Line[], first: number): ReadMarks {
  const marks = new ReadMarks(first);
  for (const line of lines) marks.add(line);
  return marks;
}

describe('marks of lines that were read', () => {
  it('count as those of a server do, in any range, trimmed or not', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 1_000 }), fc.nat(80), fc.nat(80), fc.nat(20), (lines, first, a, b, trimmed) => {
        const ranks = ranksOf(lines);
        const marks = read(lines, first);
        marks.trim(first + Math.min(trimmed, lines.length));
        const [after, upto] = [first - 1 + Math.min(a, b), first - 1 + Math.max(a, b)];
        const from = Math.max(after + 1, marks.first);
        expect(marks.countsIn({ after, upto })).toEqual(countsOf(ranks.slice(from - first, Math.max(0, upto - first + 1))));
        expect(marks.upto).toBe(first + lines.length - 1);
      }),
    );
  });

  it('are told in parts that cover the range, with the time of their first lines', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 40 }), fc.nat(30), (lines, parts, unread) => {
        const marks = read(lines, 1);
        const upto = lines.length + unread;
        const page = marks.levels({ after: 0, upto, parts });
        expect([page.after, page.upto]).toEqual([0, upto]);
        expect(page.parts.length).toBeLessThanOrEqual(parts);
        let from = 1;
        for (const { last, time, counts } of page.parts) {
          expect(last).toBeGreaterThanOrEqual(from);
          expect(counts).toEqual(marks.countsIn({ after: from - 1, upto: last }));
          expect(time).toBe(lines[Math.min(from, lines.length) - 1]?.[0] ?? 0);
          from = last + 1;
        }
        expect(from).toBe(upto + 1);
      }),
    );
  });

  it('lead to the next and the previous entry of a level or above', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 500 }), fc.nat(80), fc.constantFrom(13, 17, 21), (lines, first, at, level) => {
        const ranks = ranksOf(lines);
        const marks = read(lines, first);
        const least = level === 13 ? 3 : level === 17 ? 4 : 5;
        const found = ranks.flatMap((rank, index) => (rank >= least ? [first + index] : []));
        const line = first - 1 + at;
        expect(marks.next(level, line)).toBe(found.find((each) => each > line));
        expect(marks.previous(level, line)).toBe(found.filter((each) => each < line).at(-1));
      }),
    );
  });

  it('take the level that a line brings over that of its text', () => {
    const marks = new ReadMarks(1);
    expect(marks.add([0, 'anything', { l: 17 }]).l).toBe(17);
    expect(marks.countsIn({ after: 0, upto: 1 })).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it('are kept over many chunks', () => {
    const lines = Array.from({ length: 10_000 }, (_, at): Line => [at, at % 1_000 === 0 ? 'ERROR: it broke' : 'fine']);
    const marks = read(lines, 1);
    expect(marks.countsIn({ after: 0, upto: 10_000 })[4]).toBe(10);
    expect([marks.timeOf(4_096), marks.timeOf(4_097), marks.timeOf(10_000), marks.timeOf(20_000)]).toEqual([4_095, 4_096, 9_999, 9_999]);
    expect(marks.next(17, 8_000)).toBe(8_001);
  });

  it('are forgotten with the lines that retention takes, however long the log grows', () => {
    const marks = new ReadMarks(1);
    for (let line = 1; line <= 30_000; line += 1) {
      marks.add([line, line % 100 === 0 ? 'ERROR: it broke' : 'fine']);
      marks.trim(line - 999);
      expect(marks.kept).toBeLessThanOrEqual(2 * 4_096);
    }
    expect(marks.countsIn({ after: 0, upto: 30_000 })[4]).toBe(10);
    expect([marks.timeOf(29_001), marks.timeOf(30_000)]).toEqual([29_001, 30_000]);
    expect([marks.next(17, 0), marks.previous(17, 29_100)]).toEqual([29_100, undefined]);
  });
});
