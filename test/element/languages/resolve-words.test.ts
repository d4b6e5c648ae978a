import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveWords, type ReportWord } from '../../../src/element/languages/resolve-words.ts';

const ENGLISH = {
  live: 'Live',
  lines: (lines: number): string => `${lines} lines`,
  tools: { copy: 'Copy', copied: (lines: number): string => `Copied ${lines}` },
};

function resolved(layers: readonly unknown[]): { readonly words: typeof ENGLISH; readonly reported: readonly string[] } {
  const reported: string[] = [];
  const report: ReportWord = (path) => reported.push(path);
  return { words: resolveWords(ENGLISH, layers, report), reported };
}

const saidBy = (words: typeof ENGLISH): readonly string[] => [words.live, words.lines(3), words.tools.copy, words.tools.copied(3)];

describe('words', () => {
  it('are English where nothing is given', () => {
    expect(saidBy(resolved([]).words)).toEqual(['Live', '3 lines', 'Copy', 'Copied 3']);
  });

  it('come from the first layer that has them, one by one', () => {
    const german = { live: 'Läuft', lines: (lines: number) => `${lines} Zeilen`, tools: { copy: 'Kopieren' } };
    const { words, reported } = resolved([{ live: 'Da', tools: { copied: () => 'Hat' } }, german]);
    expect(saidBy(words)).toEqual(['Da', '3 Zeilen', 'Kopieren', 'Hat']);
    expect(reported).toEqual([]);
  });

  it('may be a plain text in place of a function', () => {
    expect(resolved([{ lines: 'Zeilen' }]).words.lines(3)).toBe('Zeilen');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('No.');
      },
    ],
    ['returns a number', () => 3],
    ['returns nothing', () => undefined],
  ])('of a function that %s come from the next layer, and are reported', (_, lines) => {
    const { words, reported } = resolved([{ lines }, { lines: (count: number) => `${count} Zeilen` }]);
    expect(words.lines(3)).toBe('3 Zeilen');
    expect(reported).toEqual(['lines']);
  });

  it('of the wrong type are skipped, and reported by their place in the table', () => {
    const { words, reported } = resolved([{ live: 3, lines: null, tools: { copy: () => 'x', copied: {} } }, { tools: 'x' }]);
    expect(saidBy(words)).toEqual(['Live', '3 lines', 'Copy', 'Copied 3']);
    expect([...reported].sort()).toEqual(['lines', 'live', 'tools', 'tools.copied', 'tools.copy']);
  });

  it('may be empty, and ignore names that the table does not have', () => {
    const { words, reported } = resolved([{ live: '', lives: 'x', __proto__: { lines: () => 'inherited' } }]);
    expect([words.live, words.lines(3)]).toEqual(['', '3 lines']);
    expect(reported).toEqual([]);
    expect(Object.keys(words)).toEqual(Object.keys(ENGLISH));
  });

  it('are always texts, whatever a page gives', () => {
    const wild = fc.anything({ withNullPrototype: true, withDate: true, withMap: true });
    const word = fc.oneof(
      wild,
      wild.map((value) => () => value),
    );
    const table = fc.oneof(
      word,
      fc.record({ live: word, lines: word, tools: fc.oneof(word, fc.record({ copy: word, copied: word })) }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(fc.array(table, { maxLength: 3 }), (layers) => {
        for (const text of saidBy(resolved(layers).words)) expect(typeof text).toBe('string');
      }),
    );
  });
});
