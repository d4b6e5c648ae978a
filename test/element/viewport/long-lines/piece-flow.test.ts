import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../../src/element/terminal/parse.ts';
import type { TextRun } from '../../../../src/element/terminal/runs.ts';
import { LineCache } from '../../../../src/element/viewport/lines/line-cache.ts';
import { layOutRows } from '../../../../src/element/viewport/long-lines/long-line.ts';
import { cutRuns } from '../../../../src/element/viewport/long-lines/run-cutter.ts';
import { LongLines } from '../../../../src/element/viewport/long-lines/long-lines.ts';
import type { LongView } from '../../../../src/element/viewport/long-lines/long-view.ts';
import type { Line } from '../../../../src/protocol/line.ts';
import { carryAfter } from '../../../../src/protocol/sgr.ts';

const ESC = '\u001b';
const EVERYTHING = { from: 1, to: Infinity };

const visible = fc.constantFrom('a', ' ', '(', '\t', '漢', '🚀', 'e\u0301', '👩‍👩‍👧', '\u0001', 'word ', 'x'.repeat(37));
const invisible = fc.constantFrom(
  `${ESC}[31m`,
  `${ESC}[1;48;5;20m`,
  `${ESC}[0m`,
  `${ESC}]8;;https://example.org/\u0007`,
  `${ESC}]8;;${ESC}\\`,
  `${ESC}]0;title\u0007`,
  `${ESC}]1337;File=inline=1:${'QUJD'.repeat(2_000)}\u0007`,
  `${ESC}P1;2q${'QUJD'.repeat(1_500)}${ESC}\\`,
);
const units = fc.array(fc.oneof({ weight: 3, arbitrary: visible }, { weight: 1, arbitrary: invisible }), { minLength: 1, maxLength: 40 });

/** The text of units, and the lines that it is stored as: cut between units or within a sequence. */
const stored = fc.tuple(units, fc.array(fc.nat(), { maxLength: 5 })).map(([given, cuts]) => {
  const text = given.join('');
  const places: number[] = [];
  let at = 0;
  for (const unit of given) {
    places.push(at);
    if (unit.startsWith(ESC))
      for (const inside of [1, 2, 5, unit.length >> 1, unit.length - 1]) if (inside < unit.length) places.push(at + inside);
    at += unit.length;
  }
  const chosen = [...new Set(cuts.map((cut) => places[cut % places.length] ?? 0))].filter((place) => place > 0).sort((a, b) => a - b);
  const lines = [0, ...chosen].map((from, index): Line => {
    const carry = carryAfter('', text.slice(0, from));
    const extra = { ...(carry === '' ? {} : { c: carry }), ...(index < chosen.length ? { p: 1 as const } : {}) };
    return [0, text.slice(from, chosen[index]), extra];
  });
  return { text, lines };
});

function cells(runs: readonly TextRun[]): string[] {
  return runs.flatMap(({ text, style, link, chip }) => Array.from(text, (character) => JSON.stringify([character, style, link, chip])));
}

/** What stands in each row of a text that begins a row of its own. */
function rowsOf(runs: readonly TextRun[], columns: number): string[][] {
  const { rows, length } = layOutRows(runs, columns);
  return rows.map(({ from }, at) => cells(cutRuns(runs, from, rows[at + 1]?.from ?? length)));
}

/** What stands in each row of the segments of a view. */
function drawnRows({ whole, segments }: LongView, columns: number): string[][] {
  return segments.flatMap(({ from, to }) => rowsOf(cutRuns(whole?.runs ?? [], from, to), columns));
}

class Stored {
  readonly long: LongLines;
  readonly lines: readonly Line[];
  readonly #held = new LineCache();

  constructor(lines: readonly Line[]) {
    this.lines = lines;
    this.long = new LongLines(this.#held);
  }

  hold(number: number): void {
    const line = this.lines[number - 1];
    if (line === undefined) return;
    const run = { from: number, lines: [line] };
    this.#held.insert(run, EVERYTHING);
    this.long.record(run);
  }

  /** The views of all parts that have a row of their own, once nothing is left to read. */
  views(columns: number): LongView[] {
    for (;;) {
      this.long.beginFrame();
      const away = new Set(this.long.lentAway(1, this.lines.length, columns).map(({ from }) => from));
      const views = this.lines.flatMap((line, at) => (away.has(at + 1) ? [] : (this.long.view(at + 1, line, columns) ?? [])));
      if (!this.long.isReading) return views;
    }
  }
}

describe('the parts of a long line', () => {
  it('make the same rows as one text, wherever it was cut, and in whatever order they came', () => {
    fc.assert(
      fc.property(
        stored,
        fc.integer({ min: 8, max: 50 }),
        fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
        ({ text, lines }, columns, order) => {
          fc.pre(lines.length > 1);
          const log = new Stored(lines);
          const numbers = lines.map((_, at) => at + 1).sort((a, b) => (order[a - 1] ?? 0) - (order[b - 1] ?? 0));
          for (const number of numbers) log.hold(number);
          log.long.toggle(1);
          const views = log.views(columns);
          const expected = rowsOf(parseLine(text), columns);
          expect(views.flatMap((view) => drawnRows(view, columns)).filter((row) => row.length > 0)).toEqual(
            expected.filter((row) => row.length > 0),
          );
          // The last row is what can be done with the line.
          expect(views.reduce((sum, { rows }) => sum + rows, 0)).toBe(expected.length + 1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('take the same rows at another width', () => {
    const text = Array.from({ length: 300 }, (_, at) => `word ${at} `).join('');
    const log = new Stored([
      [0, text.slice(0, 1_000), { p: 1 }],
      [0, text.slice(1_000, 1_010), { p: 1 }],
      [0, text.slice(1_010)],
    ]);
    for (const number of [1, 2, 3]) log.hold(number);
    log.long.toggle(1);
    for (const columns of [80, 37, 100, 80])
      expect(log.views(columns).flatMap((view) => drawnRows(view, columns))).toEqual(rowsOf(parseLine(text), columns));
  });

  it('fill up a row as soon as the next part is held, and keep it when that is let go', () => {
    const log = new Stored([
      [0, 'x'.repeat(5_030), { p: 1 }],
      [0, 'y'.repeat(5_000)],
    ]);
    log.hold(1);
    log.long.toggle(1);
    const view = (): LongView | undefined => log.long.view(1, log.lines[0] ?? [0, ''], 100);
    expect(view()?.lent).toEqual([]);
    log.hold(2);
    const filled = view();
    expect(filled?.lent).toMatchObject([{ line: 2, runs: [{ text: 'y'.repeat(70) }] }]);
    expect(filled?.rows).toBe(51);
    expect(view()).toBe(filled);
  });

  it('begin a row of their own where the part before is not known', () => {
    const log = new Stored([
      [0, 'x'.repeat(5_030), { p: 1 }],
      [0, 'y'.repeat(5_000)],
    ]);
    log.hold(2);
    log.long.toggle(2);
    expect(log.long.view(2, log.lines[1] ?? [0, ''], 100)?.segments[0]?.from).toBe(0);
  });

  it('show nothing of a picture that spans them, collapsed or expanded', () => {
    const picture = `${ESC}]1337;File=inline=1:${'QUJD'.repeat(30_000)}\u0007`;
    for (const cut of [3, 50, 4_000, 4_200, 60_000, picture.length - 1, picture.length]) {
      const text = `${'x'.repeat(5_000)}${picture}${'y'.repeat(5_000)}`;
      const at = 5_000 + cut;
      const log = new Stored([
        [0, text.slice(0, at), { p: 1 }],
        [0, text.slice(at)],
      ]);
      for (const number of [1, 2]) log.hold(number);
      const [first] = log.lines;
      const head = first && log.long.view(1, first, undefined);
      expect(head?.head?.text).toBe('x'.repeat(4_096));
      expect(head?.hidden).toBe(10_000 - 4_096);
      log.long.toggle(1);
      const shown = log.views(100).map(({ whole }) => whole?.text ?? '');
      expect(shown.join('')).toBe('x'.repeat(5_000) + 'y'.repeat(5_000));
    }
  });
});
