import { readFileSync } from 'node:fs';
import { eastAsianWidth } from 'get-east-asian-width';
import { expect, it } from 'vitest';
import { WIDE_TABLE, wideTable } from '../../scripts/widths.mjs';
import { charWidth } from '../../src/protocol/terminal/width.ts';

it('keeps the table of wide characters as the package has it: run node scripts/widths.mjs after it was updated', () => {
  expect(readFileSync(WIDE_TABLE, 'utf8')).toBe(wideTable());
});

it('gives every character the columns that Unicode 16 says, but for marks and what joins', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const width = charWidth(code);
    if (width !== 0 && width !== eastAsianWidth(code)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

it.each([
  [0x262f, 1],
  [0x2630, 2],
  [0x2637, 2],
  [0x2638, 1],
  [0x268a, 2],
  [0x268f, 2],
  [0x2690, 1],
  [0x1d300, 2],
  [0x1d356, 2],
  [0x1d357, 1],
  [0x1d360, 2],
  [0x1d376, 2],
  [0x1d377, 1],
  [0x3247, 2],
  [0x3248, 1],
  [0x324f, 1],
  [0x3250, 2],
  [0x1f680, 2],
  [0x20000, 2],
  [0x2fffd, 2],
  [0x3fffd, 2],
  [0x3fffe, 1],
  [0x10ffff, 1],
] as const)('U+%#x takes %d', (code, width) => {
  expect(charWidth(code)).toBe(width);
});
