import { describe, expect, it } from 'vitest';
import { formatsOf } from '../../../src/element/words/formats.ts';

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
