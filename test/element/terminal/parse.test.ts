import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipName } from '../../../src/element/terminal/chips.ts';
import { cellStyleOf } from '../../../src/element/terminal/cell-style.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { charWidth } from '../../../src/protocol/terminal/width.ts';
import { cellCount } from '../../../src/element/terminal/wrap.ts';
import { anyText } from '../../protocol/terminal/arbitraries.ts';

const ESC = '\x1b';
const shown = (text: string): string =>
  parseLine(text)
    .map((run) => run.text)
    .join('');
/** With the names of chips between angle brackets. */
const named = (text: string): string =>
  parseLine(text)
    .map((run) => (run.chip ? `<${chipName(run.text)}>` : run.text))
    .join('');
const styled = (text: string, carry = ''): [text: string, look: string][] =>
  parseLine(text, carry).map((run) => [run.text, cellStyleOf(run.style).className]);

describe('a line as a terminal shows it', () => {
  it.each([
    ['abc\rX', 'Xbc'],
    [`abc\r${ESC}[KX`, 'X'],
    ['ab\b\bX', 'Xb'],
    ['100%\r5%', '5%0%'],
    ['abc\r', 'abc'],
    ['\rabc', 'abc'],
    ['Downloading 10%\rDownloading 100%', 'Downloading 100%'],
    [`a${ESC}[5Gb`, 'a   b'],
    [`a${ESC}[3Cb`, 'a   b'],
    [`abcdef${ESC}[3DX`, 'abcXef'],
    [`abcdef${ESC}[999DX`, 'Xbcdef'],
    [`abcdef${ESC}[3D${ESC}[K`, 'abc'],
    [`abcdef${ESC}[3D${ESC}[1K`, '    ef'],
    [`abc${ESC}[2K${ESC}[1GX`, 'X'],
    [`abc${ESC}[1G${ESC}[0Kdone`, 'done'],
    ['a\tb\rXY', 'XY      b'],
    ['a\tb', 'a\tb'],
    ['a\tb\r\r', 'a\tb'],
    ['key:\r\t\tvalue', 'key:    \tvalue'],
    ['abcdefghij\r\tX', 'abcdefghXj'],
    ['abc\r\t', 'abc'],
    ['abc\b\b\tX', 'abc     X'],
    ['日本語\r\tX', '日本語  X'],
    ['a\tb\r\tB', 'a\tB'],
    [`ab${ESC}[5Gx\r\t\ty`, 'ab  x   \ty'],
    ['日本\rX', 'X 本'],
    ['日本\b\bX', '日X '],
    ['e\u0301x\rY', 'Yx'],
  ])('overwrites, erases and moves within it: %j', (input, expected) => {
    expect(shown(input)).toBe(expected);
  });

  it.each([
    [`${ESC}[?25l|${ESC}[?25h`, '|'],
    [`${ESC}]0;title\x07|`, '|'],
    [`${ESC}]8;;https://example.org${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
    [`${ESC}P1$r0m${ESC}\\|`, '|'],
    [`${ESC}_bk;t=123\x07|`, '|'],
    [`${ESC}(B|`, '|'],
    [`${ESC}7|${ESC}8`, '|'],
    [`${ESC}[2A${ESC}[J|`, '|'],
    [`${ESC}[0;23r|`, '|'],
    [`|${ESC}[31`, '|'],
    [`|${ESC}`, '|'],
    ['bell\x07', 'bell'],
  ])('swallows what means nothing in a log: %j', (input, expected) => {
    expect(shown(input)).toBe(expected);
  });

  it('swallows pictures, however large they are, and no more of what never ends than 4 KiB', () => {
    const picture = 'QUJD'.repeat(50_000);
    expect(shown(`a${ESC}]1337;File=inline=1:${picture}\x07b`)).toBe('ab');
    expect(shown(`a${ESC}_Gf=100;${picture}${ESC}\\b\rc`)).toBe('cb');
    expect(shownText(`a${ESC}P0;1q${picture}${ESC}\\b`)).toBe('ab');
    expect(cellCount(`a${ESC}X${picture}\x9cb`)).toBe(2);
    expect(shown(`a${ESC}]${'x'.repeat(4_096)}y`)).toBe('ay');
    const far = `${ESC}]8;;https://example.org/${'x'.repeat(5_000)}\x07far${ESC}]8;;\x07`;
    expect(parseLine(far)).toMatchObject([{ text: 'far', link: '' }]);
  });

  it('keeps other control characters and invisible ones on chips with their names', () => {
    expect(parseLine('a\0b\x7f').map(({ text, chip }) => [text, chip])).toEqual([
      ['a', false],
      ['\0', true],
      ['b', false],
      ['\x7f', true],
    ]);
    expect(['\0', '\x01', '\x1b', '\x1f', '\x7f', '\x9b'].map(chipName)).toEqual(['NUL', 'SOH', 'ESC', 'US', 'DEL', '9B']);
    expect(named('if (admin\u202e\u2066)')).toBe('if (admin<RLO><LRI>)');
    expect(named('\x85\u2028\xad')).toBe('<85><LS><SHY>');
    expect(shown('if (admin\u202e\u2066) \x85\u2028\xad')).toBe('if (admin\u202e\u2066) \x85\u2028\xad');
    expect(cellCount('a\0b\x1f\x9c')).toBe(9);
  });

  it('gives control characters no column: they cover nothing, and stay with the character before them', () => {
    expect(shown('Downloading 10%\r\0')).toBe('\0Downloading 10%');
    expect(shown('Downloading 10%\r \0')).toBe(' \0ownloading 10%');
    expect(shown('abc\r\x01\x02X')).toBe('\x01\x02Xbc');
    expect(shown('x\0\rab')).toBe('ab');
    expect(shown('ab\0\rX')).toBe('Xb\0');
    expect(shown('ab\0\0c\b\b\x7fX')).toBe('a\x7fXc');
    expect(shown('日\0\b\bX')).toBe('X \0');
    expect(shown(`ab\0\r${ESC}[K\x01`)).toBe('\x01');
    expect(shown(`${ESC}[5G\0\rX`)).toBe('X   \0');
    expect(shown('\0 10%\r\0 20%\r\0 30%')).toBe('\0 30%');
    expect(shown(`\0abc\r${ESC}[2Kx`)).toBe('x');
    expect(shown(`\0e\u0301\r\tx`)).toBe('\0e\u0301       x');
  });

  it('loses no letter to what writes none', () => {
    const letters = fc.stringMatching(/^[a-z日é ]{0,20}$/u);
    const silent = fc.array(fc.constantFrom('\t', '\0', '\x01', '\x7f', '\r', '\b', '\u202e', `${ESC}[C`, `${ESC}[2D`, `${ESC}[9G`), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(letters, silent, (text, controls) => {
        expect(shown(`${text}\r${controls.join('')}`).replaceAll(/[^a-z日é]/gu, '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('has a chip for each character that fonts ignore', () => {
    for (let code = 0xa0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (!/\p{Default_Ignorable_Code_Point}/u.test(character)) continue;
      const runs = parseLine(`a${character}b`);
      expect(runs, code.toString(16)).toMatchObject([{ text: 'a' }, { text: character, chip: true }, { text: 'b' }]);
      expect(chipName(character)).toMatch(/^[A-Z0-9]{2,5}$|^TAG [!-~]$/u);
      // Not one comes without a chip by being written often, or after a character that bears one.
      const emoji = parseLine(`👩${character.repeat(20)}`);
      expect(emoji.filter(({ chip }) => chip).length, code.toString(16)).toBeGreaterThanOrEqual(19);
    }
    expect(named('a\u200b\u2060\ufeff\u3164\ufff9\u{e0041}\u{e0001}')).toBe('a<ZWSP><WJ><BOM><HF><FFF9><TAG A><E0001>');
  });

  it.each([
    '❤\ufe0f',
    '👩\u200d👩\u200d👧\u200d👦',
    '👨🏽\u200d✈\ufe0f',
    '🏳\ufe0f\u200d🌈',
    '1\ufe0f\u20e3',
    '✔\ufe0e',
    '🧑🏻\u200d❤\ufe0f\u200d💋\u200d🧑🏿',
  ])('has none for what is part of an emoji: %s', (text) => {
    expect(parseLine(`a${text}b`)).toMatchObject([{ text: `a${text}b`, chip: false }]);
  });

  it.each([
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    '葛\u{e0100}',
    '∩\ufe00',
    'می\u200cخواهم',
    'क्\u200dष',
    '\u1820\u180b',
  ])('has none for a variant, a flag, or letters that are joined: %s', (text) => {
    expect(parseLine(`a${text}b`)).toMatchObject([{ text: `a${text}b`, chip: false }]);
  });

  it('shows marks that pile up as a chip that says how many there are', () => {
    const marks = (count: number): string => '\u0301'.repeat(count);
    expect(named(`a${marks(8)}b`)).toBe(`a${marks(8)}b`);
    expect(named(`a${marks(500)}b`)).toBe(`a${marks(8)}<+492>b`);
    expect(named(marks(10))).toBe(`${marks(8)}<+2>`);
    expect(shown(`a${marks(500)}b`)).toBe(`a${marks(500)}b`);
    expect(cellCount(`a${marks(500)}b`)).toBe(6);
    // Also where they come in pieces; others are counted for each letter.
    expect(named(`a${`${ESC}[1m${marks(4)}`.repeat(3)}`)).toBe(`a${marks(8)}<+4>`);
    expect(named(`a${marks(8)}${ESC}[1mb${ESC}[0m${marks(8)}`)).toBe(`a${marks(8)}b${marks(8)}`);
    expect(named(`a${`${marks(6)}${ESC}[Gb${ESC}[C`.repeat(40)}`).length).toBeLessThan(200);
    expect(named(`👩${'\u200d👩'.repeat(30)}`)).toContain('<ZWJ>');
    expect(named(`👩🏽${'\u200d👩🏽'.repeat(30)}`)).toContain('<ZWJ>');
  });

  it('takes over the look that was in force at its start', () => {
    expect(styled('red', '31')).toEqual([['red', 'fg1']]);
    expect(styled(`red${ESC}[0m not`, '31')).toEqual([
      ['red', 'fg1'],
      [' not', ''],
    ]);
    expect(styled('same\rS', '32')).toEqual([['Same', 'fg2']]);
  });

  it('keeps the text of any line without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/[\p{Cc}]/u.test(text));
        expect(shown(text)).toBe(text);
        // The slow way gives the same: a movement that changes nothing forces it.
        expect(shown(`${text}${ESC}[C`)).toBe(text);
      }),
    );
  });

  it('takes any text at all, and has no control character of it but on chips of their own', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { text: part, chip } of parseLine(text)) {
          if (chip) expect(Array.from(part).length === 1 || /^\p{M}+$/u.test(part)).toBe(true);
          else expect(part).not.toMatch(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069\u200b\u2060]/u);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does a bounded amount of work for each character, also for a line made to cost time', () => {
    // Quadratic work would take minutes and fail the time limit of the test.
    for (const piece of [
      `${ESC}[4096GX${ESC}[1K`,
      `${ESC}[4096G${ESC}[1K`,
      '\t\b',
      `${ESC}[`,
      `${ESC}]`,
      `x${ESC}[2K`,
      'ab\r',
      '\0',
      'a\0\0\b',
      '\0\r',
      '\t\r',
    ]) {
      const line = piece.repeat(Math.ceil(200_000 / piece.length));
      expect(() => parseLine(line)).not.toThrow();
    }
  });

  it('is made of the text that is copied', () => {
    expect(shownText(`${ESC}[1mbold${ESC}[0m and\rBOLD`)).toBe('BOLD and');
    expect(shownText('plain')).toBe('plain');
    expect(shownText('8=FIX\x019=5')).toBe('8=FIX\x019=5');
    expect(shownText(`${ESC}${ESC}[m[31mred`)).toBe('[31mred');
  });

  it('has the text that is searched and copied, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(shownText(text)).toBe(
          parseLine(text)
            .map((run) => run.text)
            .join(''),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the width of a character', () => {
  it.each([
    ['a', 1],
    ['é', 1],
    ['\u0301', 0],
    ['\u200d', 0],
    ['日', 2],
    ['한', 2],
    ['🚀', 2],
    ['✓', 1],
    ['─', 1],
    ['Ａ', 2],
  ])('of %s is %d', (character, width) => {
    expect(charWidth(character.codePointAt(0) ?? 0)).toBe(width);
  });
});
