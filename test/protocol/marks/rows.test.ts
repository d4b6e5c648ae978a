import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Survivors } from '../../../src/element/terminal/survivors.ts';
import { LEVEL, type Level } from '../../../src/protocol/marks/level.ts';
import { markLine, UNMARKED, type Marks, type MarkState } from '../../../src/protocol/marks/marker.ts';
import { followRow, KEPT_ROWS, LONGEST_ROW, NO_ROWS, skipRows, type RowState } from '../../../src/protocol/marks/rows.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';

const ESC = '\x1b';

/** Which lines rewrite a row; lines are given with their levels. */
function follow(
  lines: readonly (readonly [text: string, level?: Level])[],
  from: RowState = NO_ROWS,
): { rewrites: boolean[]; state: RowState } {
  let state = from;
  const rewrites = lines.map(([text, level]) => {
    const row = followRow(state, text, level);
    state = row.state;
    return row.rewrites;
  });
  return { rewrites, state };
}

const { error, warn } = LEVEL;

describe('a row of the screen', () => {
  it('counts once, however often it is redrawn', () => {
    const frame = (): [string, Level?][] => [['✖ adds', error], ['  running']];
    const redraw = (): [string, Level?][] => [[`${ESC}[2A${ESC}[K✖ adds`, error], [`${ESC}[K  running`]];
    const { rewrites } = follow([...frame(), ...Array.from({ length: 56 }, redraw).flat()]);
    expect(rewrites.filter(Boolean)).toHaveLength(56);
    expect(rewrites[0]).toBe(false);
  });

  it.each([
    ['up, and erased', `${ESC}[1A${ESC}[2K`],
    ['up to the start of the line before', `${ESC}[F`],
    ['by reverse line feeds', `${ESC}M${ESC}D${ESC}M`],
    ['by erasing all below', `${ESC}[1A${ESC}[J`],
    ['to the saved cursor', `${ESC}8`],
  ])('is found again when the cursor goes back to it: %s', (_title, back) => {
    const first: [string, Level] = [`${ESC}7error: a`, error];
    expect(follow([first, [`${back}error: b`, error]]).rewrites).toEqual([false, true]);
    expect(follow([first, ['error: b', error]]).rewrites).toEqual([false, false]);
  });

  it('is found again after a jump to the top of the screen', () => {
    const lines: [string, Level?][] = [['before'], [`${ESC}[2J${ESC}[Herror: a`, error], ['b'], [`${ESC}[Herror: a`, error], [`b`, error]];
    expect(follow(lines).rewrites).toEqual([false, false, false, true, false]);
  });

  it('is where the cursor was saved last', () => {
    const lines: [string, Level?][] = [
      ['error: a', error],
      ['b'],
      [`${ESC}7c`],
      [`${ESC}[3A${ESC}7${ESC}[3Bd`],
      [`${ESC}8error: a`, error],
    ];
    expect(follow(lines).rewrites.at(-1)).toBe(true);
  });

  it('is another one after the screen was cleared', () => {
    const lines: [string, Level][] = [
      ['error: a', error],
      [`${ESC}[2J${ESC}[Herror: a`, error],
      [`${ESC}cerror: a`, error],
    ];
    expect(follow(lines).rewrites).toEqual([false, false, false]);
  });

  it('counts again when it gets worse, and not when it gets better', () => {
    const up = `${ESC}[1A`;
    const lines: [string, Level?][] = [
      ['warning: a', warn],
      [`${up}error: a`, error],
      [`${up}fine`],
      [`${up}warning: a`, warn],
      [`${up}error: a`, error],
    ];
    expect(follow(lines).rewrites).toEqual([false, false, false, true, true]);
  });

  it('is that of the first visible character', () => {
    const lines: [string, Level?][] = [
      ['error: a', error],
      ['b'],
      [`${ESC}[2A \rerror: a${ESC}[2Bdone`, error],
      [`${ESC}[2A${ESC}[2Berror: c`, error],
    ];
    expect(follow(lines).rewrites).toEqual([false, false, true, false]);
  });

  it('is not reached by a continuation, nor by a line without a level', () => {
    const { marks } = mark(['error: a', '    at f (a.js:1:2)', `${ESC}[1Aerror: b`]);
    expect(marks).toEqual([{ l: error }, { l: error, k: 1 }, { l: error }]);
  });

  it('is kept for 200 rows: a cursor goes no further back', () => {
    const below = (rows: number): [string, Level?][] => Array.from({ length: rows - 1 }, () => ['x']);
    const back = (rows: number): [string, Level?] => [`${ESC}[${rows}Aerror: a`, error];
    const first: [string, Level] = ['error: a', error];
    expect(follow([first, ...below(KEPT_ROWS), back(KEPT_ROWS)]).rewrites.at(-1)).toBe(true);
    expect(follow([first, ...below(KEPT_ROWS + 1), back(KEPT_ROWS + 1)]).rewrites.at(-1)).toBe(false);
  });

  it('cannot be told any more after a very long line', () => {
    const long = 'x'.repeat(LONGEST_ROW);
    expect(follow([['error: a', error], [long], [`${ESC}[2Aerror: a`, error]]).rewrites).toEqual([false, false, true]);
    expect(follow([['error: a', error], [`${long}x`], [`${ESC}[2Aerror: a`, error]]).rewrites).toEqual([false, false, false]);
  });
});

const text = fc.oneof(
  fc.constantFrom('x', '', ' ', '\r', `${ESC}[31mx`),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('x', `${ESC}7`, `${ESC}8`, `${ESC}M`, `${ESC}D`, `${ESC}c`, '\r'),
        fc
          .tuple(fc.constantFrom('', '1', '2', '3', '9', '250', '2;2'), fc.constantFrom(...Array.from('ABEFHJKdsu')))
          .map(([params, final]) => `${ESC}[${params}${final}`),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('')),
);
const line = fc.oneof(fc.tuple(text), fc.tuple(text, fc.constantFrom<Level>(LEVEL.info, LEVEL.warn, LEVEL.error)));
const lines = fc.array(line, { maxLength: 60 });

describe('the rows of a log', () => {
  it('are the same after a hand-over of the state as JSON, which is bounded', () => {
    fc.assert(
      fc.property(lines, fc.nat(60), (all, cut) => {
        const first = follow(all.slice(0, cut));
        const json = JSON.stringify(first.state);
        expect(json.length).toBeLessThan(500);
        const second = follow(all.slice(cut), JSON.parse(json) as RowState);
        expect([...first.rewrites, ...second.rewrites]).toEqual(follow(all).rewrites);
      }),
      { numRuns: 500 },
    );
  });

  it('are bounded in a log of any length', () => {
    const { state } = follow(Array.from({ length: 5_000 }, (_, at): [string, Level] => ['x', at % 2 === 0 ? error : warn]));
    expect(JSON.stringify(state).length).toBeLessThan(500);
  });

  it('are the same where lines without level are skipped', () => {
    fc.assert(
      fc.property(lines, (all) => {
        let state = NO_ROWS;
        const rewrites: boolean[] = [];
        for (const [at, [written, level]] of all.entries()) {
          if (level === undefined && !written.includes(ESC)) {
            state = skipRows(state, 1);
            rewrites.push(false);
          } else {
            const row = followRow(state, written, level);
            state = row.state;
            rewrites.push(row.rewrites);
          }
          expect(rewrites).toHaveLength(at + 1);
        }
        expect(rewrites).toEqual(follow(all).rewrites);
      }),
      { numRuns: 500 },
    );
    const { state } = follow([['x', error]]);
    expect(followRow(skipRows(state, 5), `${ESC}[6Ax`, error).rewrites).toBe(true);
    expect(followRow(skipRows(state, 1_000), `${ESC}[200Ax`, error).rewrites).toBe(false);
  });

  it('are followed in linear time', () => {
    for (const unit of [`${ESC}[A`, `${ESC}[9A${ESC}[9B`, `${ESC}[H`, `x${ESC}M`, `${ESC}7${ESC}[1;1Hx${ESC}8`]) {
      const long = unit.repeat(Math.floor(LONGEST_ROW / unit.length));
      expect(
        follow([
          ['x', error],
          [long, error],
        ]).rewrites,
      ).toHaveLength(2);
    }
  });
});

function mark(texts: readonly string[]): { marks: Marks[]; state: MarkState } {
  let state = UNMARKED;
  const marks = texts.map((written) => {
    const marked = markLine(state, written, shownText(written));
    state = marked.state;
    return marked.marks;
  });
  return { marks, state };
}

const LOGS = new URL('../../fixtures/logs/', import.meta.url);

/** The lines of a recorded log, as they were written. */
function linesOf(name: string): string[] {
  return readFileSync(new URL(name, LOGS), 'utf8')
    .replace(/\n$/u, '')
    .split('\n')
    .map((raw) => raw.replace(/\r$/u, ''));
}

/** The entries that are a warning or worse. */
function grave(texts: readonly string[]): Marks[] {
  return mark(texts).marks.filter(({ l = 0, k }) => l >= warn && k === undefined);
}

/** Some lines of these write to several rows, and have a level only once. */
const SEVERAL_ROWS = ['playwright.log'];

describe('redrawn test runs', () => {
  it.each(readdirSync(LOGS).filter((name) => name.endsWith('.log') && !SEVERAL_ROWS.includes(name)))(
    'count each failure once, as the rows do that are left in the end: %s',
    (name) => {
      const texts = linesOf(name);
      const survivors = new Survivors(1, texts.length);
      for (const [at, written] of texts.entries()) survivors.push(at + 1, written);
      const left = grave(survivors.texts().map((row) => row.text));
      expect(grave(texts).filter(({ r }) => r === undefined)).toHaveLength(left.length);
    },
  );
});
