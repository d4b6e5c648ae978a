import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { RedrawScanner, type Redraw } from '../../../src/element/terminal/redraw-scanner.ts';
import { anyText } from '../../protocol/terminal/arbitraries.ts';

const ESC = '\x1b';
const UP = `${ESC}[A`;

type Shown = Omit<Redraw, 'frame'> & { frame: string[] };

const asText = ({ frame, ...fold }: Redraw): Shown => ({
  ...fold,
  frame: frame.map(({ runs }) => runs.map((run) => run.text).join('')),
});

/** Of each row that is left, the line that wrote it. */
const writers = (lines: readonly string[]): number[][] => {
  const scanner = new RedrawScanner(1);
  for (const line of lines) scanner.push(line);
  return scanner.open().map(({ frame }) => frame.map(({ line }) => line));
};

function scan(lines: readonly string[], first = 1): Shown[] {
  const scanner = new RedrawScanner(first);
  for (const line of lines) scanner.push(line);
  return [...scanner.drain(), ...scanner.open()].map(asText);
}

/** All that a reader sees: lines as they are, and frames where lines were redrawn. */
function shown(lines: readonly string[], first = 1): string[] {
  const rows: string[] = [];
  const folds = scan(lines, first);
  for (let at = 0; at < lines.length;) {
    const fold = folds.find(({ from }) => from === first + at);
    if (fold === undefined) rows.push(shownText(lines[at++] ?? ''));
    else {
      rows.push(...fold.frame);
      at = fold.to + 1 - first;
    }
  }
  return rows;
}

describe('lines that a tool redraws', () => {
  it('are none in a log that only goes forward', () => {
    expect(scan(['a', `${ESC}[31mb`, '10%\r20%', `${ESC}[?25l${ESC}[2K${ESC}[1Gc`, '', `${ESC}]0;t\x07d${ESC}[K`])).toEqual([]);
  });

  it('are those between the first that was written over and the last that wrote, as docker compose does it', () => {
    const lines = [
      'before',
      '[+] Running 0/2',
      ' db Pulling 1s',
      ' web Pulling 1s',
      `${ESC}[3A${ESC}[0G${ESC}[?25l[+] Running 1/2`,
      `${ESC}[32m db Pulled 2s${ESC}[0m`,
      ' web Pulling 2s',
      `${ESC}[3A${ESC}[0G[+] Running 2/2`,
      ' db Pulled 2s ',
      ' web Pulled 3s ',
      'after',
    ];
    expect(scan(lines)).toEqual([{ from: 2, to: 10, updates: 2, frame: ['[+] Running 2/2', ' db Pulled 2s ', ' web Pulled 3s '] }]);
    expect(shown(lines)).toEqual(['before', '[+] Running 2/2', ' db Pulled 2s ', ' web Pulled 3s ', 'after']);
  });

  it('take in a line that goes up and comes back many times, as docker pull does it', () => {
    const line = (up: number, text: string): string => `${ESC}[${up}A${ESC}[2K\r${text}\r${ESC}[${up}B`;
    expect(
      scan(['a: Waiting', 'b: Waiting', line(2, 'a: 50%') + line(1, 'b: 10%') + line(2, 'a: Done') + line(1, 'b: Done') + 'Status: ok']),
    ).toEqual([{ from: 1, to: 3, updates: 4, frame: ['a: Done', 'b: Done', 'Status: ok'] }]);
  });

  it('shrink when the tool erases below, as npm and BuildKit do', () => {
    expect(shown(['x', '#1 one', '#2 two', '#3 three', `${UP}${UP}${UP}${ESC}[J#1 done`, 'next'])).toEqual(['x', '#1 done', 'next']);
    expect(scan(['x', '#1 one', '#2 two', `${ESC}[2F${ESC}[0Jdone`, 'next'])).toEqual([{ from: 2, to: 4, updates: 1, frame: ['done'] }]);
  });

  it('hold what was printed above a bar that stays at the end, as gradle does it', () => {
    const lines = ['<--> 0% EXECUTING', `${UP}${ESC}[2K> Task :a`, '<==> 50% EXECUTING', `${UP}${ESC}[2K> Task :b`, '<==> 99% EXECUTING'];
    expect(shown(lines)).toEqual(['> Task :a', '> Task :b', '<==> 99% EXECUTING']);
  });

  it('know other ways up: a reverse line feed, a jump to a place, a place that was kept', () => {
    expect(shown(['a', `${ESC}M${ESC}[2KA`])).toEqual(['A']);
    expect(shown(['x', `${ESC}[Ha`, 'b', `${ESC}[HA`, 'B', 'c'])).toEqual(['x', 'A', 'B', 'c']);
    expect(shown(['x', `${ESC}7a`, 'b', `${ESC}8A`, 'B'])).toEqual(['x', 'A', 'B']);
    expect(shown(['x', `${ESC}[sa`, 'b', `${ESC}[uA${ESC}[E${ESC}[1GB`])).toEqual(['x', 'A', 'B']);
  });

  it.each([
    ['a line that only stands in a row that is there', ['x', 'b', `${UP}${UP}X`, '', 'c'], ['X', 'b', 'c']],
    ['a backspace at the start of a row', ['ab', `${UP}\b\bX`], ['Xb']],
    ['a place kept while what is written stands elsewhere', ['x', `${UP}b${ESC}7${ESC}[24;0f\rbar${ESC}7${ESC}8c`], ['bc']],
    ['a jump and back within a screen that is known', ['x', `${ESC}[Ha`, 'b', `${ESC}7${ESC}[1;1HA${ESC}8c`], ['x', 'A', 'b', 'c']],
    ['what is written after a place was restored, and a jump', ['x', `${UP}${ESC}7a${ESC}8${ESC}[HA`, 'b'], ['A', 'b']],
    ['a first jump to a row further down', ['x', 'a', 'b', `${ESC}[3;1HC`, `${ESC}[1;1HA`], ['x', 'A', 'b', 'C']],
    ['a reset in the middle of a row', [`abc${ESC}cd`, 'e'], ['abc', 'd', 'e']],
    ['a line feed that keeps the column, and one that does not', [`ab${ESC}Dc${ESC}Ed`, 'e'], ['ab', '  c', 'd', 'e']],
    ['the first row that is erased below', ['a', 'b', 'c', `${UP}${UP}${UP}${ESC}[B${ESC}[J`, 'd'], ['a', 'd']],
    ['nothing that is erased below', ['ab', `${UP}${ESC}[G${ESC}[CX${ESC}[J`], ['aX']],
    ['rows that are erased above', ['x', `${ESC}[Ha`, 'bcd', `${UP}B${ESC}[1J`, 'c'], ['x', '', '  d', 'c']],
    ['a column kept on the way through other rows', ['abcd', 'e', `${UP}${UP}${ESC}[3G${ESC}[B${ESC}[AX`], ['abXd', 'e']],
  ])('show %s as a terminal does', (_title, lines, rows) => {
    expect(shown(lines)).toEqual(rows);
  });

  it('forget nothing when the screen is cleared, as terminals that scroll it out of view', () => {
    expect(shown(['run 1', 'failed', `${ESC}[2J${ESC}[3J${ESC}[Hrun 2`, 'passed', `${ESC}cwatching`])).toEqual([
      'run 1',
      'failed',
      'run 2',
      'passed',
      'watching',
    ]);
    expect(shown([`done.${ESC}[2J${ESC}[Hstart`, 'x'])).toEqual(['done.', 'start', 'x']);
  });

  it('are not what goes to a status bar and comes back, as apt does it', () => {
    const bar = `${ESC}7${ESC}[24;0f${ESC}[42m${ESC}[30mProgress: [ 40%]${ESC}[49m${ESC}[39m [####....] ${ESC}8`;
    const lines = [`${bar}Unpacking a (1.0) ...`, `Setting up a (1.0) ...${bar}`];
    expect(scan(lines)).toEqual([]);
    expect(shown(lines)).toEqual(['Unpacking a (1.0) ...', 'Setting up a (1.0) ...']);
  });

  it('leave out lines of which nothing would be hidden: empty ones, or ones the cursor only visited', () => {
    const lines = ['a', '', `${UP}b`, '', 'c', `${ESC}7${ESC}[0;30r${ESC}8${UP}${ESC}[Bd`, '', `${UP}${ESC}[J`];
    expect(scan(lines)).toEqual([]);
    expect(shown(lines)).toEqual(['a', '', 'b', '', 'c', 'd', '', '']);
    // As soon as something is, they are folded from the start.
    expect(scan([...lines, `${ESC}[2AD`])).toEqual([{ from: 6, to: 9, updates: 3, frame: ['D'] }]);
    expect(scan(['', `${UP}first`, `${UP}next`])).toEqual([{ from: 1, to: 3, updates: 2, frame: ['nextt'] }]);
    expect(scan(['', `${UP}two`, `${UP}${ESC}[3C more`])).toEqual([{ from: 1, to: 3, updates: 2, frame: ['two more'] }]);
  });

  it('end at the last row that was written over: what follows are lines like any other', () => {
    const clear = (rows: number): string => `${ESC}[K${`${ESC}[1A${ESC}[K`.repeat(rows)}`;
    // As vitest does it: rows are erased one by one, and lines are written where they stood.
    const log = [
      '',
      'a.test.ts 0/1',
      '',
      'Tests 0',
      `${clear(3)} ✓ a.test.ts`,
      '   ✓ waits',
      '',
      ' FAIL  a.test.ts',
      'AssertionError',
      'end',
    ];
    expect(scan(log)).toEqual([{ from: 2, to: 5, updates: 3, frame: [' ✓ a.test.ts'] }]);
    expect(shown(log)).toEqual(['', ...log.slice(4).map(shownText)]);
    expect(scan(['x', 'one', 'two', 'three', `${UP}${ESC}[2K${UP}${ESC}[2K${UP}${ESC}[2K`, '', 'result'])).toEqual([
      { from: 2, to: 5, updates: 3, frame: [] },
    ]);
  });

  it('continue where the tool returns to rows it erased', () => {
    const erased = ['x', 'one', 'two', `${UP}${ESC}[2K${UP}${ESC}[2KONE`, `${ESC}[B2`, 'next'];
    expect(shown(erased)).toEqual(['x', 'ONE', '', '2', 'next']);
    expect(shown(['a', 'b', 'c', `${ESC}[3A${ESC}[JA${ESC}[2B\rC`, 'd'])).toEqual(['A', '', ' C', 'd'].map((row) => row.trimStart()));
  });

  it('have with each row the number of the line that wrote it', () => {
    const line = (up: number, text: string): string => `${ESC}[${up}A${ESC}[2K\r${text}\r${ESC}[${up}B`;
    expect(writers(['a', 'b', `${UP}${UP}A`, 'B', 'c'])).toEqual([[3, 4]]);
    expect(writers(['a', 'b', line(2, 'A') + line(1, 'B') + 'C', 'd'])).toEqual([[3, 3, 3]]);
    expect(writers(['title', 'bar', 'kept', `${UP}${UP}done`, '', 'x'])).toEqual([[4, 3]]);
    // Erasing alone writes nothing, and a row that was only passed stays whose it was.
    expect(writers(['abc', 'b', `${UP}${UP}${ESC}[2C${ESC}[K${ESC}[BB`, 'x'])).toEqual([[1, 3]]);
    expect(writers(['a', 'b', `${UP}${UP}`, 'B', 'c'])).toEqual([[4]]);
    expect(writers(['a', 'b', 'c', `${UP}${UP}${UP}${ESC}[2K`, '', 'C', 'd'])).toEqual([[4, 2, 6]]);
  });

  it('keep the style of the text, and of rows that were not written over', () => {
    const scanner = new RedrawScanner(7);
    scanner.push('red', '31');
    scanner.push('old');
    scanner.push(`${UP}${ESC}[32mnew`, '1');
    const [fold] = scanner.open();
    expect(fold?.from).toBe(8);
    expect(fold?.frame[0]?.runs.map(({ text, style }) => [text, style.bold, style.foreground])).toEqual([['new', true, '32']]);
    scanner.push(`${UP}${UP}`);
    scanner.push(`${UP}x`);
    expect(scanner.open()[0]?.frame[0]?.runs.map(({ text, style }) => [text, style.foreground])).toEqual([
      ['x', ''],
      ['ed', '31'],
    ]);
  });

  it('reach 100 rows back and no further', () => {
    const rows = Array.from({ length: 150 }, (_, index) => `row ${index + 1}`);
    expect(scan([...rows, `${ESC}[500Ax`])[0]).toMatchObject({ from: 51, to: 151, updates: 1 });
    // What had been the top of the screen is out of reach: its first row is the first that is not.
    expect(scan([`${ESC}[Htop`, ...rows.slice(1), `${ESC}[5;1Hx`])[0]).toMatchObject({ from: 55, to: 151, updates: 1 });
  });

  it('are drained once they have left the screen, and start again when they last long', () => {
    const scanner = new RedrawScanner(1);
    scanner.push('bar 0');
    const taken: Redraw[] = [];
    for (let at = 1; at <= 700; at += 1) {
      scanner.push(`${UP}${ESC}[2Kline ${at}`);
      scanner.push(`bar ${at}`);
      const open = scanner.open();
      expect(open).toHaveLength(1);
      expect(open[0]?.frame.length).toBeLessThanOrEqual(256 + 100);
      taken.push(...scanner.drain());
    }
    for (let at = 0; at < 100; at += 1) scanner.push('after');
    taken.push(...scanner.drain());
    expect(scanner.open()).toEqual([]);
    expect(taken.length).toBeGreaterThan(2);
    // Nothing is missing between them, and nothing is there twice.
    expect(taken.map(({ from }) => from)).toEqual([1, ...taken.slice(0, -1).map(({ to }) => to + 1)]);
    expect(taken.flatMap((fold) => asText(fold).frame)).toEqual(Array.from({ length: 700 }, (_, index) => `line ${index + 1}`));
    expect(taken.reduce((sum, { updates }) => sum + updates, 0)).toBe(700);
  });

  it('are taken for what they are where they are many, whether they hide anything or not', () => {
    const idle = (lines: number): string[] => ['a', ...Array.from({ length: lines }, () => `${UP}${ESC}[Bx`)];
    expect(scan(idle(16))).toEqual([]);
    expect(scan(idle(17))).toMatchObject([{ from: 2, to: 18, updates: 17 }]);
  });

  it('end at a line that is too long to be kept', () => {
    expect(scan(['a', 'x'.repeat(65_536), `${ESC}[2Ab`])[0]?.from).toBe(1);
    expect(scan(['a', 'x'.repeat(65_537), `${ESC}[2Ab`])[0]?.from).toBe(2);
    expect(scan(['a', `${UP}b`, 'x'.repeat(70_000), `${ESC}[2Ac`])).toEqual([
      { from: 1, to: 2, updates: 1, frame: ['b'] },
      { from: 3, to: 4, updates: 1, frame: [`c${'x'.repeat(69_999)}`] },
    ]);
  });
});

/** A terminal of any height, written for the test: a list of rows of characters. */
function terminal(lines: readonly string[]): string[] {
  const rows: string[][] = [];
  let row = 0;
  for (const line of lines) {
    let column = 0;
    for (const [, params = '', final = '', character = ''] of line.matchAll(/\x1b\[(\d*)([A-Z])|([^\x1b])/gu)) {
      const count = Math.max(1, Number(params));
      const cells = rows[row];
      if (character === '\r') column = 0;
      else if (character !== '') {
        const target = (rows[row] ??= []);
        while (target.length < column) target.push(' ');
        target[column] = character;
        column += 1;
      } else if (final === 'A') row = Math.max(0, row - count);
      else if (final === 'B') row = Math.min(row + count, rows.length);
      else if (final === 'G') column = count - 1;
      else if (cells !== undefined) {
        cells.length = params === '2' ? 0 : Math.min(cells.length, column);
        if (final === 'J') for (const below of rows.slice(row + 1)) below.length = 0;
      }
    }
    rows[row] ??= [];
    row += 1;
  }
  return rows.map((cells) => cells.join(''));
}

describe('the rows and lines of a log', () => {
  const step = fc.oneof(
    fc.constantFrom(UP, `${ESC}[2A`, `${ESC}[3A`, `${ESC}[B`, `${ESC}[K`, `${ESC}[2K`, `${ESC}[J`, '\r', `${ESC}[4G`),
    fc.stringMatching(/^[a-z]{1,5}$/u),
  );
  const lines = fc.array(
    fc.array(step, { maxLength: 5 }).map((steps) => steps.join('')),
    { maxLength: 40 },
  );

  it('is what a terminal shows in the end', () => {
    const trimmed = (rows: readonly string[]): string[] => rows.map((row) => row.trimEnd()).filter((row) => row !== '');
    fc.assert(
      fc.property(lines, (log) => {
        expect(trimmed(shown(log))).toEqual(trimmed(terminal(log)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('hides nothing but what was written over, and makes no fold where nothing was', () => {
    const written = (text: string): string => text.trimEnd();
    fc.assert(
      fc.property(lines, (log) => {
        const folds = scan(log);
        for (const { from, to, frame } of folds) {
          const each = log.slice(from - 1, to).map((line) => written(shownText(line)));
          // A fold of many lines may have come about without hiding any.
          if (to - from < 16) expect(frame.map(written).filter(Boolean)).not.toEqual(each.filter(Boolean));
        }
        // All that a terminal shows in the end is there, with what it would have shown of each other line.
        const left = shown(log).map(written).filter(Boolean);
        for (const row of terminal(log).map(written).filter(Boolean)) expect(left).toContain(row);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same however often finished redraws are drained', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 30 }), (log) => {
        const padded = [...log, ...Array.from({ length: 120 }, () => 'x'), ...log];
        const scanner = new RedrawScanner(1);
        const taken: Redraw[] = [];
        for (const line of padded) {
          scanner.push(line);
          taken.push(...scanner.drain());
          scanner.open();
        }
        expect([...taken, ...scanner.open()].map(asText)).toEqual(scan(padded));
      }),
    );
  });

  it('is ascending, disjoint and within the log, for any text', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 60 }), fc.integer({ min: 1, max: 1_000_000 }), (log, first) => {
        let after = first - 1;
        for (const { from, to, updates } of scan(log, first)) {
          expect(from).toBeGreaterThan(after);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(updates).toBeGreaterThan(0);
          after = to;
        }
        expect(after).toBeLessThan(first + log.length);
      }),
      { numRuns: 300 },
    );
  });

  // One whose work grew with the square would not come to the end of these.
  it.each([
    ['rows that go up and are filled', `${ESC}[99A${ESC}[4096Gx${ESC}[1K`],
    ['rows that are erased above', `${ESC}[H${ESC}[99B${ESC}[1J`],
    ['jumps', `${ESC}[1;1Hx${ESC}[100;4000Hy`],
    ['insertions', `${ESC}[Ax${ESC}[4000@`],
    ['deletions', `xxxxxxxxxx${ESC}[A${ESC}[P`],
    ['kept places', `${ESC}7${ESC}[A${ESC}8`],
  ])('comes in time for a log of nothing but %s', (_title, piece) => {
    const line = piece.repeat(Math.ceil(20_000 / piece.length));
    const scanner = new RedrawScanner(1);
    for (let at = 0; at < 5; at += 1) scanner.push(line);
    for (let at = 0; at < 1_000; at += 1) scanner.push(piece);
    expect(scanner.next).toBe(1_006);
  });
});
