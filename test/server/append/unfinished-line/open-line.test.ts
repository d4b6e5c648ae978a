import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../../../src/element/terminal/screen.ts';
import { shownText } from '../../../../src/protocol/terminal/shown-text.ts';
import { parseLine } from '../../../../src/element/terminal/parse.ts';
import { type TextRun } from '../../../../src/element/terminal/runs.ts';
import { LIMITS } from '../../../../src/protocol/limits.ts';
import { OpenLine } from '../../../../src/server/append/unfinished-line/open-line.ts';

const ESC = '\u001b';

function shown(chunks: readonly string[], carry = ''): { readonly text: string; readonly carry: string } {
  const line = new OpenLine();
  for (const chunk of chunks) line.write(chunk);
  return line.show(carry);
}

/** Each character as it is seen: with its look, blanks at the end left out. */
function seen(text: string, carry: string): string[] {
  return seenOf(parseLine(text, carry));
}

function seenOf(runs: readonly TextRun[]): string[] {
  const cells = runs.flatMap(({ text: run, style, link }: TextRun) =>
    Array.from(run, (character) =>
      JSON.stringify([character, character === ' ' ? [style.background, style.inverse, style.underline] : style, link]),
    ),
  );
  const blank = JSON.stringify([' ', ['', false, 0], '']);
  while (cells.at(-1) === blank) cells.pop();
  return cells;
}

/** Between characters: those that come are whole. */
function cutAt(text: string, cuts: readonly number[]): string[] {
  const characters = Array.from(text);
  const at = [...new Set(cuts.map((value) => value % (characters.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => characters.slice(from, at[index] ?? characters.length).join(''));
}

const move = fc
  .tuple(fc.constantFrom('', '0', '1', '2', '3', '7', '99'), fc.constantFrom(...Array.from('@CDGKPXa`')))
  .map(([params, final]) => `${ESC}[${params}${final}`);
const word = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[ -~]{1,12}$/u) },
  { weight: 2, arbitrary: fc.constantFrom('é', 'e\u0301', '漢', '한', '😀', '👨‍👩‍👧‍👦', '🇩🇪') },
  { weight: 3, arbitrary: fc.constantFrom('\r', '\r', '\b', '\b\b') },
  { weight: 3, arbitrary: move },
  {
    weight: 3,
    arbitrary: fc.constantFrom('0', '', '1', '22', '31', '7', '27', '48;5;20', '49', '4', '24').map((params) => `${ESC}[${params}m`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      `${ESC}]8;;https://example.org\u0007`,
      `${ESC}]8;;${ESC}\\`,
      `${ESC}]0;title\u0007`,
      `${ESC}[?25l`,
      `${ESC}7`,
      `${ESC}8`,
    ),
  },
);
const line = fc.array(word, { maxLength: 40 }).map((words) => words.join(''));

describe('OpenLine', () => {
  it('shows what a terminal shows of the line, wherever its chunks were cut', () => {
    fc.assert(
      fc.property(line, fc.array(fc.nat()), fc.constantFrom('', '31', '1;4;48;5;20'), (text, cuts, carry) => {
        const part = shown(cutAt(text, cuts), carry);
        expect(seen(part.text, part.carry)).toEqual(seen(text, carry));
      }),
      { numRuns: 400 },
    );
  });

  it('can be shown at any time without changing the rest', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (chunks) => {
        const open = new OpenLine();
        let all = '';
        for (const chunk of chunks) {
          open.write(chunk);
          all += chunk;
          const part = open.show('');
          expect(seen(part.text, part.carry)).toEqual(seen(all, ''));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('can be continued elsewhere, after a text that repeats its effect', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 4 }), (chunks) => {
        const [last = '', ...before] = chunks.toReversed();
        const open = new OpenLine();
        for (const chunk of before.toReversed()) open.write(chunk);
        const text = open.replay() + last;
        // Where the cursor was kept is not part of it.
        fc.pre(!/\u001b[78]/u.test(last));
        expect(seen(text, '')).toEqual(seen(chunks.join(''), ''));
      }),
      { numRuns: 200 },
    );
    const update = (rows: number, text: string): string => `${ESC}[${rows}A${ESC}[2K\r${text}\r${ESC}[${rows}B`;
    const compose = new OpenLine();
    compose.write(update(2, 'one: 10%') + update(1, 'two: 5%'));
    expect(shown([compose.replay(), update(2, 'one: 20%')])).toEqual(shown([update(2, 'one: 20%'), update(1, 'two: 5%')]));
  });

  it('shows the end of a row that is longer than 4 KiB, as much of it as fits, and splits nothing', () => {
    const unit = fc.constantFrom(
      'x',
      'é',
      '漢',
      '👨‍👩‍👧‍👦',
      '🇩🇪',
      `${ESC}[32m.${ESC}[0m`,
      `${ESC}[38;5;208m!`,
      `${ESC}]8;;https://example.org/\u0007a${ESC}]8;;\u0007`,
      '\r',
    );
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 9_000 }),
        fc.array(fc.nat()),
        (units, length, cuts) => {
          const word = units.join('');
          const text = word.repeat(Math.ceil(length / word.length));
          const part = shown(cutAt(text, cuts), '1');
          const all = seen(text, '1');
          const end = seen(part.text, part.carry);
          expect(Buffer.byteLength(part.text)).toBeLessThanOrEqual(LIMITS.partBytes);
          // A link that was opened before is not known any more.
          const bare = (cells: readonly string[]): string[] => cells.map((cell) => cell.replace(/"https[^"]*"/u, '""'));
          expect(bare(end)).toEqual(bare(all.slice(all.length - end.length)));
          if (end.length < all.length) expect(Buffer.byteLength(part.text)).toBeGreaterThan(LIMITS.partBytes - 64);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never shows the content of a picture, whatever its length and wherever its chunks were cut', () => {
    const introducer = fc.constantFrom(']1337;File=inline=1:', 'P1;2q', '_G', '^', 'X');
    const length = fc.constantFrom(400, LIMITS.partBytes, 3 * LIMITS.partBytes, 100_000);
    const end = fc.constantFrom('', '\u0007', `${ESC}\\`, `${ESC}[1m`);
    fc.assert(
      fc.property(introducer, length, end, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (start, size, terminator, cuts, moves) => {
        const before = moves ? 'old\rnew ' : 'new ';
        const text = `${before}${ESC}${start}${'QUJD'.repeat(size / 4)}${terminator}${terminator === '' ? '' : 'after'}`;
        const open = new OpenLine();
        for (const chunk of cutAt(text, cuts)) {
          open.write(chunk);
          expect(shownText(open.show('').text)).not.toContain('QUJD');
          expect(open.replay().length).toBeLessThan(3 * LIMITS.partBytes);
        }
        const isOpen = terminator === '';
        expect(shownText(open.show('').text)).toBe(isOpen ? 'new ' : 'new after');
        expect(shownText(`${open.replay()}${isOpen ? 'QUJD\u0007' : ''}!`)).toBe(isOpen ? 'new !' : 'new after!');
      }),
      { numRuns: 200 },
    );
  });

  it('leaves the rows above, and below, as the line has left them', () => {
    const up = fc
      .tuple(fc.constantFrom('', '1', '2', '3'), fc.constantFrom(...Array.from('ABABEFKK')))
      .map(([params, final]) => `${ESC}[${params}${final}`);
    const words = fc.array(
      fc.oneof(
        word.filter((text) => !/^\u001b(?:[78]|\[\d*[P@])/u.test(text)),
        up,
        up,
        fc.constantFrom('\r', `${ESC}M`, `${ESC}D`, `${ESC}E`),
      ),
      { maxLength: 20 },
    );
    const rows = (last: string, carry: string): string[][] => {
      const screen = new Screen();
      for (let line = 1; line <= 70; line += 1) screen.write(line, line % 7 === 0 ? '' : `line ${line}: waiting`, '');
      screen.write(71, last, carry);
      const left = screen.rows(1, 71).map(({ runs }) => seenOf(runs));
      while (left.at(-1)?.length === 0) left.pop();
      return left;
    };
    fc.assert(
      fc.property(words, fc.array(fc.nat()), fc.constantFrom('', '31'), (list, cuts, carry) => {
        const text = list.join('');
        const part = shown(cutAt(text, cuts), carry);
        expect(rows(part.text, part.carry)).toEqual(rows(text, carry));
      }),
      { numRuns: 200 },
    );
  });

  it('removes nothing for a carriage return, whatever colours come with it', () => {
    for (const end of ['\r', '\r\r', `\r${ESC}[0m`, `${ESC}[0m\r`, `\r${ESC}[?25l`, '\b\b', `${ESC}[1G`])
      expect(shown([`unpacking 10%${end}`]).text).toBe('unpacking 10%');
    expect(shown([`unpacking 10%\r${ESC}[K`]).text).toBe('');
    expect(shown(['unpacking 10%\r', 'U']).text).toBe('Unpacking 10%');
    expect(shown(['10 %\r20 %\r30 %']).text).toBe('30 %');
  });

  it('is sent from where the line moves up, with what each row has become', () => {
    const frame = (one: string, two: string): string => `${ESC}[2A${ESC}[2Kone: ${one}\r${ESC}[1B${ESC}[2Ktwo: ${two}\r${ESC}[1B`;
    expect(shown([frame('10%', 'waiting'), frame('60%', ' 5%')])).toEqual({
      text: `${ESC}[2A${ESC}[2Kone: 60%\r${ESC}[1B${ESC}[2Ktwo:  5%`,
      carry: '',
    });
    // As docker does it: each update is of one row.
    const update = (rows: number, text: string): string => `${ESC}[${rows}A${ESC}[2K\r${text}\r${ESC}[${rows}B`;
    expect(shown([update(2, 'one: 10%'), update(1, 'two: 5%'), update(2, 'one: 20%')]).text).toBe(
      `${ESC}[2A${ESC}[2Kone: 20%\r${ESC}[1B${ESC}[2Ktwo: 5%`,
    );
  });

  it('erases below if the line did', () => {
    expect(shown([`${ESC}[2A${ESC}[Jone: 60%`]).text).toBe(`${ESC}[2A${ESC}[2Kone: 60%\r${ESC}[1B${ESC}[J`);
    expect(shown([`${ESC}[2Aone${ESC}[J`]).text).toBe(`${ESC}[2Aone${ESC}[K\r${ESC}[1B${ESC}[J`);
  });

  it('keeps the lowest rows where more were changed than fit', () => {
    const part = shown([
      `${ESC}[90A${Array.from({ length: 90 }, (_, row) => `${ESC}[2K${String(row).repeat(40)}\r${ESC}[B`).join('')}`,
    ]).text;
    expect(Buffer.byteLength(part)).toBeLessThanOrEqual(LIMITS.partBytes);
    expect(part).toContain('89'.repeat(40));
    expect(part).not.toContain('10'.repeat(40));
    expect(Number(/^\u001b\[(\d+)A/u.exec(part)?.[1])).toBe(part.split('\r').length);
  });
});
