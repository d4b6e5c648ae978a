import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFilter, splitFragment } from '../../../../src/element/tools/permalink/filter-address.ts';
import { formatPermalink, parsePermalink, prefixOf } from '../../../../src/element/tools/permalink/permalink.ts';

describe('a filter in the address', () => {
  const filter = fc.record(
    {
      q: fc.string({ unit: 'grapheme' }),
      without: fc.string({ unit: 'grapheme', minLength: 1 }),
      level: fc.constantFrom(1, 5, 9, 13, 17, 21, 15),
      context: fc.integer({ min: 1, max: 100 }),
      case: fc.constant(true),
      word: fc.constant(true),
      regex: fc.constant(true),
    },
    { requiredKeys: ['q'] },
  );
  const range = fc.option(fc.integer({ min: 1, max: 1e9 }).map((from) => ({ from, to: from + 3 })));

  it('reads back as it was written, with lines or without, for any id of the host', () => {
    fc.assert(
      fc.property(filter, range, fc.string({ unit: 'grapheme' }), fc.boolean(), (given, lines, id, isAlone) => {
        const place = lines === null ? `#${prefixOf(id, isAlone)}` : `${formatPermalink(lines, id, isAlone)}&`;
        // As an address keeps it.
        const { hash } = new URL(`${place}${formatFilter(given)}`, 'http://localhost/');
        const read = splitFragment(hash, id, isAlone);
        expect(read.filter).toEqual(given);
        expect(parsePermalink(read.place, id, isAlone)).toEqual(lines ?? undefined);
      }),
    );
  });

  it('is as short as it may be', () => {
    expect(formatFilter({ q: 'a b', level: 13, context: 0, case: false })).toBe('only=a+b&level=warn');
    expect(formatFilter({ q: '', without: 'x&y', regex: true })).toBe('only=&without=x%26y&regex=1');
    expect(formatFilter(undefined)).toBe('');
  });

  it('is for the log it names, or for the only one on the page', () => {
    expect(splitFragment('#build:only=a', 'build', false).filter).toEqual({ q: 'a' });
    expect(splitFragment('#build:L5&only=a', 'test', false)).toEqual({ place: '#build:L5&only=a', filter: undefined });
    expect(splitFragment('#only=a', 'build', false).filter).toBeUndefined();
    expect(splitFragment('#only=a', 'build', true).filter).toEqual({ q: 'a' });
    expect(splitFragment('#t=15m&only=a', '', true)).toEqual({ place: '#t=15m', filter: { q: 'a' } });
  });

  it('takes numbers and names of levels, and leaves out what it cannot read', () => {
    expect(splitFragment('#only=&level=17', '', true).filter).toEqual({ q: '', level: 17 });
    expect(splitFragment('#only=x&level=loud&context=-1&regex=yes', '', true).filter).toEqual({ q: 'x', level: undefined });
  });

  it('never throws, whatever the address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (text, id, isAlone) => {
        expect(() => splitFragment(`#${text}only=${text}`, id, isAlone)).not.toThrow();
      }),
    );
  });
});
