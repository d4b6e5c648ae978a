import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { anyText } from './arbitraries.ts';
import { RowModel } from './row-model.ts';

const ESC = '\x1b';

const style = fc.constantFrom(
  `${ESC}[31m`,
  `${ESC}[m`,
  `${ESC}[38:2::1:2:3m`,
  `${ESC}(B`,
  `${ESC}[?25l`,
  `${ESC}]8;;https://example.org/${ESC}\\`,
  `${ESC}]8;;\x07`,
  `${ESC}]0;title\x07`,
);

/** Parts of a line that no style may divide, alone and joined. */
const part = fc.oneof(
  fc.constantFrom(...Array.from('ab 日\t\r\b\0\x07\u0301\u200d\ufe0f\u202e\u0600'), '👩', '🏽', '🇩', '🇪', '1', '\u20e3'),
  fc
    .tuple(fc.stringMatching(/^[0-9]?(?:;[0-9])?$/u), fc.constantFrom(...Array.from('ABCDEFGHJKPX@`adefsu')))
    .map(([params, final]) => `${ESC}[${params}${final}`),
  fc.constantFrom(`${ESC}7`, `${ESC}8`, `${ESC}M`),
);

describe('the text of a line as shown', () => {
  it.each([
    ['plain', 'plain'],
    ['8=FIX\x019=5\tx', '8=FIX\x019=5\tx'],
    [`${ESC}[1mbold${ESC}[0m and\rBOLD`, 'BOLD and'],
    [`${ESC}${ESC}[m[31mred`, '[31mred'],
    [`bell\x07, ${ESC}]0;title\x07none`, 'bell, none'],
    [`abc${ESC}[1;31`, 'abc'],
    ['100%\r5%', '5%0%'],
    [`Downloading${ESC}[2K\rdone`, 'done'],
    ['abc\r', 'abc'],
    ['\u001b[31;1mzero\u001b[0m\u200bwidth', 'zero\u200bwidth'],
    ['a\u202eb\0', 'a\u202eb\0'],
    ['\t\u0301x\r', '\t\u0301x'],
  ])('is what a terminal leaves of it, with invisible characters: %j', (text, expected) => {
    expect(shownText(text)).toBe(expected);
  });

  it.each([
    [`a${ESC}[2Ab${ESC}[Bc${ESC}M${ESC}Dd`, 'abcd'],
    [`${ESC}[5;1Habc`, 'abc'],
    [`${ESC}[3A${ESC}[Jfailed${ESC}[3B`, 'failed'],
    [`apt: 1%${ESC}7${ESC}[30;1HProgress${ESC}8, 2%`, 'apt: 1%, 2%'],
  ])('ignores moves to other rows: %j', (text, expected) => {
    expect(shownText(text)).toBe(expected);
  });

  it.each([
    [`abc${ESC}[1K`, ''],
    [`abc  ${ESC}[K`, 'abc  '],
    [`abcdef${ESC}[3D${ESC}[9X`, 'abc'],
    [`ab  cd${ESC}[2D${ESC}[2X`, 'ab  '],
    [`${ESC}[5Gx\b${ESC}[K`, ''],
    [`日${ESC}[D${ESC}[K`, ''],
    [`abc${ESC}[1Kd`, '   d'],
  ])('has no blanks at its end that only erasing left: %j', (text, expected) => {
    expect(shownText(text)).toBe(expected);
  });

  it('is any text itself that has neither sequences nor backspaces, returns or bells', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/[\u0007\b\r\u001b]/u.test(text));
        expect(shownText(text)).toBe(text);
      }),
    );
  });

  it('gives itself', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const shown = shownText(text);
          expect(shown).not.toMatch(/[\u0007\b\r\u001b]/u);
          expect(shownText(shown)).toBe(shown);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not depend on sequences that only say how text looks', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(part, fc.array(style, { maxLength: 2 })), { maxLength: 20 }), (parts) => {
        const styled = parts.map(([text, styles]) => text + styles.join('')).join('');
        expect(shownText(styled)).toBe(shownText(parts.map(([text]) => text).join('')));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is what a simple terminal of one row shows', () => {
    const token = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Array.from('abc 日\t\r\b\u0301')) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom('', '0', '1', '2', '3', '9', '4;2', ';'), fc.constantFrom(...Array.from('ABCDEFGHJKPX@`afsu')))
          .map(([params, final]) => `${ESC}[${params}${final}`),
      },
      { weight: 1, arbitrary: fc.constantFrom(`${ESC}7`, `${ESC}8`, `${ESC}[31m`) },
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        const text = tokens.join('');
        // More marks than that are no text of a character.
        fc.pre(!/\u0301(?:(?:\x1b\[[\d;]*m)*\u0301){8}/u.test(text));
        expect(shownText(text)).toBe(new RowModel().write(text).text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes in linear time, however the text was made', () => {
    // Quadratic work would take minutes and fail the time limit of the test.
    for (const unit of [
      '\b',
      '\r',
      `${ESC}[`,
      `${ESC}]`,
      ESC,
      `${ESC}[1A`,
      `${ESC}[9;9H`,
      `${ESC}[4096GX${ESC}[1K`,
      `x${ESC}[2K`,
      `${ESC}[@`,
    ]) {
      const text = `${unit.repeat(Math.ceil(2 ** 18 / unit.length))}`;
      expect(shownText(`${text}${ESC}\\\rX`).length).toBeLessThan(2 ** 18);
    }
    expect(shownText(`${'x'.repeat(2 ** 20)}\ry`)).toBe(`y${'x'.repeat(2 ** 20 - 1)}`);
  });
});
