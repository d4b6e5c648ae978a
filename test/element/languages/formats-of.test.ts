import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENGLISH } from '../../../src/element/words/english-formats.ts';
import { formatsOf } from '../../../src/element/languages/formats-of.ts';

/** Languages write blanks of several kinds. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/gu, ' ');

describe('formats', () => {
  it.each([
    ['en', '1,204,000', '12.3', '41%', '3m 12s'],
    ['de', '1.204.000', '12,3', '41 %', '3 Min. 12 Sek.'],
    ['de-AT', '1 204 000', '12,3', '41 %', '3 Min. 12 Sek.'],
    ['en-IN', '12,04,000', '12.3', '41%', '3m 12s'],
    ['fr', '1 204 000', '12,3', '41 %', '3min 12s'],
  ])('are those of %s', (tag, count, decimal, percent, duration) => {
    const formats = formatsOf(tag);
    expect([formats.count(1_204_000), formats.decimal(12.345), formats.percent(0.419), formats.duration(192_000)].map(plain)).toEqual([
      count,
      decimal,
      percent,
      duration,
    ]);
    expect(formats.language).toBe(tag);
  });

  it('choose the plural form that a language has, and the other one where it is not given', () => {
    const forms = { one: 'linia', few: 'linie', many: 'linii', other: 'linii (?)' };
    expect([1, 2, 5, 22, 1.5].map((value) => formatsOf('pl').plural(value, forms))).toEqual([
      'linia',
      'linie',
      'linii',
      'linie',
      'linii (?)',
    ]);
    expect([0, 1, 2].map((value) => formatsOf('en').plural(value, { other: 'sheep' }))).toEqual(['sheep', 'sheep', 'sheep']);
  });

  it.each(['', 'not a tag', 'de_DE', '-'])('are English for %j', (tag) => {
    expect(formatsOf(tag).language).toBe('en');
  });

  it('write dates', () => {
    const options = { dateStyle: 'medium', timeZone: 'UTC' } as const;
    expect([formatsOf('en').date(0, options), formatsOf('de').date(new Date(0), options)]).toEqual(['Jan 1, 1970', '01.01.1970']);
  });
});

describe('the formats of English', () => {
  it('are those that every page loads', () => {
    const formats = formatsOf('en');
    const forms = { one: 'line', other: 'lines' };
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(400 * 3_600_000), (number, share, ms) => {
        expect(ENGLISH.count(number)).toBe(formats.count(number));
        expect(ENGLISH.plural(number, forms)).toBe(formats.plural(number, forms));
        expect(ENGLISH.percent(share)).toBe(formats.percent(share));
        expect(ENGLISH.decimal(100 * share, 2)).toBe(formats.decimal(100 * share, 2));
        expect(ENGLISH.duration(ms)).toBe(formats.duration(ms));
        const options = { dateStyle: 'medium', timeStyle: 'medium' } as const;
        expect(ENGLISH.date(ms, options)).toBe(formats.date(ms, options));
      }),
      {
        examples: [
          [1, 0, 999],
          [2, 1, 9_949],
          [0, 0.29, 9_950],
          [1_204, 0.995, 3_599_500],
        ],
      },
    );
  });
});
