import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchedQuery } from '../../../../src/element/tools/find/searched-query.ts';
import { LineSearch } from '../../../../src/protocol/search/line-search.ts';

describe('what is asked for a query', () => {
  it('is the query itself, or nothing', () => {
    expect(searchedQuery({ q: 'a', without: 'b' })).toEqual({ q: 'a', without: 'b' });
    expect(searchedQuery({ q: '', level: 17, without: 'b' })).toEqual({ q: '', level: 17, without: 'b' });
    expect(searchedQuery({ q: '' })).toBeUndefined();
    expect(searchedQuery({ q: '', without: '' })).toBeUndefined();
  });

  it('finds all other lines where there is only a text to leave out', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '.', '*', ' ', '_', '9', '\\'), maxLength: 5 });
    fc.assert(
      fc.property(text, text, fc.boolean(), fc.boolean(), (line, without, isWord, isCase) => {
        const asked = searchedQuery({ q: '', without, word: isWord, case: isCase });
        if (asked === undefined) expect(without).toBe('');
        else {
          const direct = new LineSearch({ q: without, word: isWord, case: isCase });
          expect(new LineSearch(asked).find(line) !== undefined).toBe(direct.find(line) === undefined);
        }
      }),
    );
  });
});
