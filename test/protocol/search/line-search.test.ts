import { describe, expect, it } from 'vitest';
import { LineSearch, MAX_RANGES } from '../../../src/protocol/search/line-search.ts';
import { MAX_QUERY_LENGTH, QueryError, type SearchQuery } from '../../../src/protocol/search/query.ts';

const at = (query: SearchQuery, text: string): unknown => new LineSearch(query).find(text)?.at;

describe('A search in a line', () => {
  it('finds every place of a text, in both cases unless told otherwise (H81)', () => {
    expect(at({ q: 'err' }, 'Err, ERR and err')).toEqual([
      [0, 3],
      [5, 8],
      [13, 16],
    ]);
    expect(at({ q: 'err', case: true }, 'Err, ERR and err')).toEqual([[13, 16]]);
    expect(at({ q: 'none' }, 'Err')).toBeUndefined();
  });

  it('finds letters beyond ASCII in both cases, as a regular expression does', () => {
    for (const [q, text] of [
      ['straße', 'STRAẞE'],
      ['σ', 'Σς'],
      ['k', '\u212a'],
      ['s', 'ſ'],
      ['𐐀', '𐐨'],
    ] as const) {
      expect([q, at({ q }, text)]).toEqual([q, at({ q, regex: true }, text)]);
      expect(at({ q }, text)).toBeDefined();
    }
  });

  it('takes signs of regular expressions as they are unless told otherwise', () => {
    const signs = '^$\\.*+?()[]{}|/-&~,';
    for (const sign of [...signs.split(''), signs]) expect([sign, at({ q: sign }, `a${sign}b`)]).toEqual([sign, [[1, 1 + sign.length]]]);
  });

  it('finds words only between other characters than letters, digits and _ (H81)', () => {
    const found = (text: string): boolean => at({ q: 'run', word: true }, text) !== undefined;
    for (const text of ['run', '(run)', 'a run.', 'rerun run', 'run-1', '🚀run🚀']) expect([text, found(text)]).toEqual([text, true]);
    for (const text of ['rerun', 'runs', 'run_', '7run', 'érun', 'run漢', 'run𐐀', '𝟘run'])
      expect([text, found(text)]).toEqual([text, false]);
    // The same where only a regular expression without flags compiles.
    const plain = (text: string): boolean => at({ q: 'r\\-?un', word: true, regex: true }, text) !== undefined;
    for (const text of ['run', '🚀run🚀', 'rerun r-un']) expect([text, plain(text)]).toEqual([text, true]);
    for (const text of ['rerun', 'run_', 'érun', 'run漢', 'run𐐀', '𝟘run', '𐐀run']) expect([text, plain(text)]).toEqual([text, false]);
  });

  it('takes regular expressions with the flag v, or without flags where only that compiles (H81)', () => {
    expect(at({ q: '[\\p{L}--[a-z]]', regex: true, case: true }, 'aé')).toEqual([[1, 2]]);
    expect(at({ q: '^.$', regex: true }, '🚀')).toEqual([[0, 2]]);
    expect(at({ q: 'a{', regex: true }, 'a{')).toEqual([[0, 2]]);
    expect(at({ q: '^b', regex: true }, 'a\nb')).toBeUndefined();
  });

  it('gives matches without text an empty range, once for each character', () => {
    expect(at({ q: '^', regex: true }, 'ab')).toEqual([[0, 0]]);
    expect(at({ q: 'x*', regex: true }, '🚀x')).toEqual([
      [0, 0],
      [2, 3],
      [3, 3],
    ]);
  });

  it(`gives at most ${MAX_RANGES} ranges, and says if there are more (H83)`, () => {
    const search = new LineSearch({ q: 'a' });
    expect(search.find('a'.repeat(MAX_RANGES))).toMatchObject({ more: false });
    const beyond = search.find('a'.repeat(MAX_RANGES + 1));
    expect([beyond?.at.length, beyond?.more]).toEqual([MAX_RANGES, true]);
  });

  it('leaves out lines with another text, found in the same way', () => {
    const search = new LineSearch({ q: 'error', without: 'disk', word: true });
    expect([search.matches('error'), search.matches('DISK error'), search.matches('disks error')]).toEqual([true, false, true]);
  });

  it('by level alone finds all lines, and counts entries (H84)', () => {
    const search = new LineSearch({ q: '', level: 13 });
    expect(search.find('anything')).toEqual({ at: [], more: false });
    expect([search.admits(undefined), search.admits({ l: 9 }), search.admits({ l: 13 }), search.admits({ l: 21 })]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    const entry = { extra: { l: 13 }, isRest: false };
    expect(search.counts(entry)).toBe(true);
    for (const other of [{ ...entry, isRest: true }, { extra: { l: 13, k: 1 }, isRest: false } as const])
      expect(search.counts(other)).toBe(false);
    expect(new LineSearch({ q: 'x' }).counts({ extra: { l: 13, k: 1 }, isRest: false })).toBe(true);
  });

  it('refuses what it cannot search for, and says why (H81)', () => {
    const message = (query: SearchQuery): string => {
      try {
        new LineSearch(query);
        return '';
      } catch (error) {
        return error instanceof QueryError ? error.message : String(error);
      }
    };
    expect(message({ q: '' })).toContain('may be left out only with "level"');
    expect(message({ q: 'x'.repeat(MAX_QUERY_LENGTH) })).toBe('');
    expect(message({ q: 'x'.repeat(MAX_QUERY_LENGTH + 1) })).toContain('at most 1000 characters');
    expect(message({ q: 'x', without: 'x'.repeat(MAX_QUERY_LENGTH + 1) })).toContain('"without" must have');
    expect(message({ q: '(', regex: true })).toBe('"q" is not a regular expression: Unterminated group.');
    expect(message({ q: 'x', without: '[b-a]', regex: true })).toContain('"without" is not a regular expression: ');
    expect(message({ q: '\\p{RGI_Emoji}'.repeat(2), regex: true })).toBe('');
    expect(message({ q: '\\p{RGI_Emoji}'.repeat(3), regex: true })).toContain('too many emoji properties');
  });
});
