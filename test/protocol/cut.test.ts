import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAfter, cutBefore, openSequence } from '../../src/protocol/cut.ts';
import { ESC, readEscape } from '../../src/protocol/escape.ts';
import { LIMITS } from '../../src/protocol/limits.ts';
import { unitsOf } from '../support/text-units.ts';

const word = fc.constantFrom(
  'a',
  'word ',
  'é',
  'e\u0301\u0302',
  '漢',
  'か\u3099',
  '한',
  '\u1112\u1161\u11ab',
  'ที่',
  'क्षि',
  '😀',
  '👨‍👩‍👧‍👦',
  '👍🏽',
  '🇩🇪',
  '🇫🇷',
  '❤️',
  '\ud800',
  '\t',
  '\r',
  '\u0000',
  `${ESC}[31m`,
  `${ESC}[38;2;255;128;0m`,
  `${ESC}[m`,
  `${ESC}[2K`,
  `${ESC}]8;;https://example.org/a\u0007`,
  `${ESC}]8;;https://example.org/b${ESC}\\`,
  `${ESC}P1$r0m${ESC}\\`,
  `${ESC}7`,
  `${ESC}(B`,
);
const text = fc.array(word, { maxLength: 40 }).map((words) => words.join(''));

describe('cutBefore', () => {
  it('finds the last place that splits nothing', () => {
    fc.assert(
      fc.property(text, fc.nat(200), (whole, at) => {
        const split = unitsOf(whole).find(({ from, to }) => from < at && to > at);
        const expected = at >= whole.length ? whole.length : (split?.from ?? at);
        if (expected > 0) expect(cutBefore(whole, at)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('makes pieces that add up to the text, none above the limit, and splits only what exceeds it', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (whole, limit) => {
        const cuts: number[] = [];
        for (let from = 0; from < whole.length; from = cuts.at(-1) ?? 0) cuts.push(cutBefore(whole, from + limit, from));
        expect(cuts.every((cut, index) => cut > (cuts[index - 1] ?? 0) && cut - (cuts[index - 1] ?? 0) <= limit)).toBe(true);
        expect(cuts.at(-1) ?? 0).toBe(whole.length);
        for (const { from, to } of unitsOf(whole)) if (to - from <= limit) expect(cuts.filter((cut) => cut > from && cut < to)).toEqual([]);
        expect(cuts.filter((cut) => /[\ud800-\udbff]/u.test(whole.charAt(cut - 1)) && /^[\udc00-\udfff]/u.test(whole.slice(cut)))).toEqual(
          [],
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('splits the longest readable sequence neither at its start nor at its end', () => {
    const link = `${ESC}]8;;${'x'.repeat(LIMITS.escapeLength - 5)}${ESC}\\`;
    const whole = `before${link}after`;
    expect(readEscape(whole, 6).end).toBe(6 + link.length);
    for (const at of [7, 8, 100, 2_000, link.length + 4, link.length + 5]) {
      expect(cutBefore(whole, at)).toBe(6);
      expect(cutAfter(whole, at)).toBe(6 + link.length);
    }
    expect(cutBefore(whole, 6 + link.length)).toBe(6 + link.length);
  });

  it('cuts endless sequences, and endless marks on one letter, nevertheless', () => {
    for (const endless of [`${ESC}[${'1;'.repeat(100_000)}`, `${ESC}]${'x'.repeat(100_000)}`, `e${'\u0301'.repeat(100_000)}`]) {
      const pieces: number[] = [];
      for (let from = 0; from < endless.length; from = pieces.at(-1) ?? 0) pieces.push(cutBefore(endless, from + 1_000, from));
      expect(pieces.length).toBeLessThan(250);
      expect(cutAfter(endless, 50_000)).toBeLessThan(60_000);
    }
  });

  it('always makes progress', () => {
    expect(cutBefore('😀😀', 1)).toBe(2);
    expect(cutBefore('😀😀', 3, 2)).toBe(4);
    expect(cutBefore('ab', 0)).toBe(1);
  });
});

describe('cutAfter', () => {
  it('finds the first place that splits nothing', () => {
    fc.assert(
      fc.property(text, fc.nat(200), (whole, at) => {
        const split = unitsOf(whole).find(({ from, to }) => from < at && to > at);
        expect(cutAfter(whole, Math.min(at, whole.length))).toBe(split?.to ?? Math.min(at, whole.length));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('openSequence', () => {
  it('finds the start of a sequence that the end cuts off, wherever it does', () => {
    for (const sequence of [
      `${ESC}[38;5;208m`,
      `${ESC}]8;;https://example.org${ESC}\\`,
      `${ESC}]0;title\u0007`,
      `${ESC}(B`,
      `${ESC}P1$r${ESC}\\`,
    ]) {
      for (let length = 1; length < sequence.length; length += 1) expect(openSequence(`abc${sequence.slice(0, length)}`)).toBe(3);
      expect(openSequence(`abc${sequence}`)).toBe(3 + sequence.length);
      expect(openSequence(`abc${sequence}d`)).toBe(4 + sequence.length);
    }
    expect(openSequence('')).toBe(0);
  });
});
