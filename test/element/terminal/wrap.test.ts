import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellCount, rowCount } from '../../../src/element/terminal/wrap.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { anyText } from '../../protocol/terminal/arbitraries.ts';

const ESC = '\x1b';

describe('the columns of a line', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    [`${ESC}[1;31mred${ESC}[0m`, 3],
    ['a\tb', 9],
    ['日本語', 6],
    ['e\u0301', 1],
    ['\u0301', 1],
    ['\ufeffabc', 6],
    ['✓ done', 6],
    ['🚀', 2],
    ['❤', 1],
    ['❤\ufe0f', 2],
    ['👩\u200d👩\u200d👧\u200d👦', 2],
    ['👍🏽', 2],
    ['🇩🇪🇫🇷', 4],
    ['1\ufe0f\u20e3', 2],
    ['한국어', 6],
    ['\u1112\u1161\u11ab', 2],
    ['Ａ', 2],
    ['100%\r5%', 4],
    ['a\0b', 5],
    ['a\x01b\x9c', 7],
    ['a\u202eb', 5],
    [`e${ESC}[31m\u0301`, 1],
    [`${ESC}]8;;https://example.org\x07link${ESC}]8;;\x07`, 4],
  ])('of %j are %d', (text, cells) => {
    expect(cellCount(text)).toBe(cells);
  });
});

describe('the rows of a line', () => {
  it.each([
    ['', 10, 1],
    ['a'.repeat(10), 10, 1],
    ['a'.repeat(11), 10, 2],
    ['a'.repeat(30), 10, 3],
    [`${ESC}[31m${'a'.repeat(10)}${ESC}[0m`, 10, 1],
    ['日'.repeat(5), 10, 1],
    // Only four fit into nine columns: the fifth is not torn apart.
    ['日'.repeat(5), 9, 2],
    ['日本', 1, 2],
    ['a日', 2, 2],
    // What browsers do with tabs: one that does not fit begins the next row, and is eight columns wide there.
    ['a\tb', 10, 1],
    ['a\tb', 8, 2],
    ['a\tb', 6, 3],
    ['12345678\tb', 10, 2],
    ['12345678\t\t\tb', 10, 4],
    ['\t\t', 16, 1],
    ['\t\t', 15, 2],
    ['\tx', 3, 2],
    ['123456789012345\t\tb', 20, 2],
    ['abcd  ', 4, 2],
  ])('%j on %d columns are %d', (text, columns, rows) => {
    expect(rowCount(text, columns)).toBe(rows);
  });

  it('are one on a grid that is wide enough, and never fewer than the columns need', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const cells = cellCount(text);
        expect(rowCount(text, Math.max(1, cells))).toBe(1);
        const shown = parseLine(text)
          .map((run) => run.text)
          .join('');
        // A row holds its columns at most, or one unit that is wider; tabs shrink and grow with where they stand.
        if (!shown.includes('\t')) expect(rowCount(text, columns)).toBeGreaterThanOrEqual(Math.ceil(cells / Math.max(columns, 5)));
        expect(rowCount(text, columns)).toBeLessThanOrEqual(Math.max(1, Array.from(shown).length));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are those of placing one character after the other, whichever way is the quicker', () => {
    const unit = fc.constantFrom('a', ' ', '日', 'é', '\t', '🚀');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (units, columns) => {
        let rows = 1;
        let column = 0;
        for (const text of units) {
          let width = text === '\t' ? 8 - (column % 8) : text === '日' || text === '🚀' ? 2 : 1;
          if (column > 0 && column + width > columns) {
            rows += 1;
            column = 0;
            if (text === '\t') width = 8;
          }
          column += width;
        }
        expect(rowCount(units.join(''), columns)).toBe(rows);
        expect(rowCount(`${ESC}[31m${units.join(`${ESC}[1m`)}`, columns)).toBe(rows);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([Number.NaN, 0, -3, 0.5])('are finite for a grid of %d columns', (columns) => {
    expect(rowCount('abc', columns)).toBe(3);
    expect(rowCount('日本', columns)).toBe(2);
  });
});
