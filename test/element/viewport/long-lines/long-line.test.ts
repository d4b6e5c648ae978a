import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { parseLine } from '../../../../src/element/terminal/parse.ts';
import { rowCount } from '../../../../src/element/terminal/wrap.ts';
import { LineCache } from '../../../../src/element/viewport/lines/line-cache.ts';
import { SHOWN_CHARACTERS } from '../../../../src/element/viewport/long-lines/limits.ts';
import { headOf, layOutRows, segmentsOf, wholeOf } from '../../../../src/element/viewport/long-lines/long-line.ts';
import { cutRuns } from '../../../../src/element/viewport/long-lines/run-cutter.ts';
import { LongLines, MAX_CHARACTERS } from '../../../../src/element/viewport/long-lines/long-lines.ts';

const text = fc
  .array(fc.constantFrom('a', ' ', '(', '\t', '漢', '🚀', 'e\u0301', '👩‍👩‍👧', '\x01', '\x9b', '\u202e', '\u{e0041}', 'word '), {
    maxLength: 400,
  })
  .map((parts) => parts.join(''));

describe('headOf', () => {
  it('splits nothing that a reader takes for one character', () => {
    for (const cluster of ['😀', '👨‍👩‍👧‍👦', 'e\u0301', '🇩🇪'])
      for (let before = SHOWN_CHARACTERS - cluster.length; before <= SHOWN_CHARACTERS; before += 1) {
        const head = headOf([1, 'x'.repeat(before) + cluster + 'y'.repeat(99)]);
        expect(head?.text).toBe(
          'x'.repeat(before) +
            (before + cluster.length <= SHOWN_CHARACTERS ? cluster + 'y'.repeat(SHOWN_CHARACTERS - before - cluster.length) : ''),
        );
      }
  });
});

describe('the head of a long line', () => {
  it('is not cut off a line that is shown as a whole', () => {
    expect(headOf([0, 'x'.repeat(SHOWN_CHARACTERS)])).toBeUndefined();
    expect(headOf([0, '\u001b[31mx\u001b[0m'.repeat(2_000)])).toBeUndefined();
    expect(headOf([0, `${'0%\r'.repeat(100_000)}done`])).toBeUndefined();
  });

  it('says how much is left out', () => {
    const head = headOf([0, 'x'.repeat(1_000_000)]);
    expect(head?.text).toHaveLength(SHOWN_CHARACTERS);
    expect(head?.hidden).toBe(1_000_000 - SHOWN_CHARACTERS);
  });

  it('keeps the colours, and cuts no character in two', () => {
    const head = headOf([0, `\u001b[31m${'🚀'.repeat(30_000)}`, { c: '1' }]);
    expect(head?.text.length).toBe(SHOWN_CHARACTERS);
    expect(headOf([0, `x${'🚀'.repeat(30_000)}`])?.text.length).toBe(SHOWN_CHARACTERS - 1);
    expect(head?.runs[0]?.style).toMatchObject({ foreground: '31', bold: true });
  });

  it('has nothing of a picture in it, wherever that stands', () => {
    for (const before of [0, 4_000, 16_000, 16_380, 60_000]) {
      const picture = `\u001b]1337;File=inline=1:${'QUJD'.repeat(30_000)}\u0007`;
      const head = headOf([0, `${'x'.repeat(before)}${picture}${'y'.repeat(100_000)}`]);
      expect(head?.text).toMatch(/^x*y*$/u);
      expect(head?.text).toHaveLength(SHOWN_CHARACTERS);
      expect(head?.hidden).toBe(before + 100_000 - SHOWN_CHARACTERS);
      expect(headOf([0, `${picture}y`])).toBeUndefined();
    }
  });

  it('is the start of what the whole line shows', () => {
    const coloured = Array.from({ length: 20_000 }, (_, at) => `\u001b[3${at % 8}mword ${at} `).join('');
    const line: Line = [0, coloured];
    expect(wholeOf(line).text.startsWith(headOf(line)?.text ?? '!')).toBe(true);
  });
});

describe('segments of a long line', () => {
  it('are all of it, fill whole rows, and take the rows that the line takes', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 9 }), (given, columns, rows) => {
        const segments = segmentsOf(layOutRows(parseLine(given), columns), rows);
        expect(segments.map(({ from, to }) => given.slice(from, to)).join('')).toBe(given);
        for (const segment of segments.slice(0, -1)) expect(segment.rows).toBe(rows);
        for (const { from, to, rows: own } of segments) expect(own).toBe(rowCount(given.slice(from, to), columns));
        expect(
          Math.max(
            1,
            segments.reduce((sum, segment) => sum + segment.rows, 0),
          ),
        ).toBe(rowCount(given, columns));
      }),
    );
  });

  it('are cut out of the runs of a text', () => {
    const runs = wholeOf([0, 'ab\u001b[31mcdef\u001b[0mgh']).runs;
    expect(cutRuns(runs, 1, 7).map((run) => run.text)).toEqual(['b', 'cdef', 'g']);
    expect(cutRuns(runs, 3, 4).map((run) => run.text)).toEqual(['d']);
    expect(cutRuns(runs, 8, 9)).toEqual([]);
  });
});

describe('a line that came in parts', () => {
  const part = 'x'.repeat(10_000);
  const lines: Line[] = [
    [0, 'before'],
    [0, part, { p: 1 }],
    [0, part, { p: 1 }],
    [0, 'end'],
    [0, 'after'],
  ];

  function learnt(...numbers: readonly number[]): LongLines {
    const held = new LineCache();
    const long = new LongLines(held);
    for (const number of numbers) {
      const run = { from: number, lines: lines.slice(number - 1, number) };
      held.insert(run, { from: 1, to: 5 });
      long.record(run);
    }
    return long;
  }

  it('is one line: its later parts are hidden, and counted where it begins', () => {
    for (const order of [
      [1, 2, 3, 4, 5],
      [4, 3, 2, 5, 1],
    ]) {
      const long = learnt(...order);
      expect(long.collapsed(1, 5)).toEqual([{ from: 3, to: 4, height: 0 }]);
      expect(long.linesOf(3)).toMatchObject({ from: 2, to: 4 });
      const [, begin] = lines;
      if (begin === undefined) throw new Error('no line');
      expect(long.view(2, begin, undefined)?.hidden).toBe(20_003 - SHOWN_CHARACTERS);
    }
  });

  it('is shown with all its parts when it is expanded, and folded up again', () => {
    const long = learnt(1, 2, 3, 4, 5);
    expect(long.toggle(2)).toMatchObject({ from: 2, to: 4 });
    expect(long.collapsed(1, 5)).toEqual([]);
    const views = [2, 3, 4].map((number) => long.view(number, lines[number - 1] ?? [0, ''], 100));
    expect(views.map((view) => view?.rows)).toEqual([100, 100, 2]);
    expect(views.map((view) => view?.hidden)).toEqual([undefined, undefined, 0]);
    long.toggle(4);
    expect(long.collapsed(1, 5)).toEqual([{ from: 3, to: 4, height: 0 }]);
  });

  it('keeps its view when it is fetched again, and gets another one as another line or at another width', () => {
    const long = new LongLines(new LineCache());
    const again = (fill: string, carry: string): Line => [0, fill.repeat(10_000), { c: carry }];
    long.toggle(7);
    const view = long.view(7, again('x', '1'), 100);
    expect(view?.whole).toBeDefined();
    expect(long.view(7, again('x', '1'), 100)).toBe(view);
    expect(long.view(7, again('x', '1'), 90)).not.toBe(view);
    expect(long.view(7, again('x', '31'), 100)).not.toBe(view);
    expect(long.view(7, again('y', '1'), 100)?.whole?.text[0]).toBe('y');
  });

  it('is read a part in each frame where all of them are in sight, so that no frame waits for all', () => {
    const long = new LongLines(new LineCache());
    const big = Array.from({ length: 4 }, (_, at): Line => [0, 'x'.repeat(1_000_000), at < 3 ? { p: 1 } : {}]);
    long.record({ from: 1, lines: big });
    long.toggle(1);
    for (let frame = 1; frame <= 4; frame += 1) {
      long.beginFrame();
      const read = big.filter((line, at) => long.view(at + 1, line, undefined)?.whole !== undefined);
      expect(read).toHaveLength(frame);
      expect(long.isReading).toBe(frame < 4);
    }
  });

  it('is hidden as far as is known, while the rest is on its way', () => {
    const long = learnt(2);
    expect(long.collapsed(1, 5)).toEqual([{ from: 3, to: 3, height: 0 }]);
    expect(long.isKnown(3)).toBe(false);
  });

  it('is left as it is where it is short', () => {
    const long = new LongLines(new LineCache());
    long.record({
      from: 1,
      lines: [
        [0, 'first, ', { p: 1 }],
        [0, 'second'],
      ],
    });
    expect(long.collapsed(1, 2)).toEqual([]);
    expect(long.view(1, [0, 'first, ', { p: 1 }], 80)).toBeUndefined();
  });

  it('is remembered for a bounded number of parts', () => {
    const long = new LongLines(new LineCache());
    const many = Array.from({ length: 6_000 }, (): Line => [0, 'x'.repeat(5_000), { p: 1 }]);
    long.record({ from: 1, lines: many });
    expect(long.isKnown(1)).toBe(false);
    expect(long.isKnown(6_000)).toBe(true);
    expect(long.collapsed(1, 6_000)).toHaveLength(1);
  });
});

describe('how long lines are drawn', () => {
  const longLine = (length: number): Line => [0, 'x'.repeat(length)];

  it('is remembered while it is on screen, and beyond that for a bounded number of characters', () => {
    const long = new LongLines(new LineCache());
    const seen = Array.from({ length: 12 }, () => longLine(1_000_000));
    const look = (): unknown[] => {
      long.beginFrame();
      return seen.map((line, at) => long.view(at + 1, line, 80));
    };
    const first = look();
    for (let frame = 0; frame < 5; frame += 1) expect(look().every((view, at) => view === first[at])).toBe(true);
    expect(long.remembered).toEqual({ lines: 12, characters: 12_000_000 });
    for (let number = 100; number < 400; number += 1) {
      long.beginFrame();
      long.view(number, longLine(1_000_000), 80);
      expect(long.remembered.characters).toBeLessThanOrEqual(Math.max(13_000_000, MAX_CHARACTERS + 2_000_000));
    }
    expect(long.remembered.characters).toBeLessThanOrEqual(MAX_CHARACTERS + 1_000_000);
  });

  it('is remembered for a bounded number of lines', () => {
    const long = new LongLines(new LineCache());
    const line = longLine(4_097);
    for (let number = 1; number <= 10_000; number += 1) {
      long.beginFrame();
      long.view(number, line, undefined);
      expect(long.remembered.lines).toBeLessThanOrEqual(4_097);
    }
  });
});
