import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { LIMITS } from '../../../src/protocol/limits.ts';
import { openAfter, withoutLongStrings } from '../../../src/protocol/terminal/long-strings.ts';

const ESC = '\u001b';

/** Pieces of a text that was cut at these places, as they can be read one by one. */
function readable(text: string, cuts: readonly number[]): { readonly texts: string[]; readonly opens: string[] } {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const texts: string[] = [];
  const opens: string[] = [];
  let open = '';
  for (const [index, from] of [0, ...at].entries()) {
    const given = text.slice(from, at[index]);
    const piece = withoutLongStrings(given, open);
    expect(openAfter(given, open)).toBe(piece.open);
    texts.push(piece.text);
    opens.push((open = piece.open));
  }
  return { texts, opens };
}

const introducer = fc.constantFrom(']1337;File=inline=1:', ']0;', 'P1;2q', '_G', '^', 'X');
const terminator = fc.constantFrom('\u0007', `${ESC}\\`, '\u009c', `${ESC}[31m`, `${ESC}]0;title\u0007`);
const string = fc
  .tuple(introducer, fc.constantFrom(0, 8, LIMITS.escapeLength - 30, LIMITS.escapeLength, LIMITS.escapeLength + 4, 20_000), terminator)
  .map(([start, length, end]) => `${ESC}${start}${'QUJD'.repeat(length / 4)}${end}`);
const plain = fc.constantFrom('text ', 'x', `${ESC}[1;31m`, `${ESC}[0m`, `${ESC}]8;;https://example.org\u0007`, `${ESC}(B`, `${ESC}7`);
const line = fc.array(fc.oneof(string, plain), { maxLength: 8 }).map((parts) => `${parts.join('')}.`);

describe('withoutLongStrings', () => {
  it('leaves what a terminal shows, wherever the text is cut', () => {
    fc.assert(
      fc.property(line, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
        const { texts } = readable(text, cuts);
        expect(shownText(texts.join(''))).toBe(shownText(text));
        expect(texts.map((piece) => shownText(piece)).join('')).toBe(shownText(text));
      }),
      { numRuns: 500 },
    );
  });

  it('carries a bounded text from piece to piece', () => {
    fc.assert(
      fc.property(line, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
        for (const open of readable(text, cuts).opens) expect(open.length).toBeLessThanOrEqual(LIMITS.escapeLength + 3);
      }),
    );
  });

  it('hides the rest of a picture that is cut at every place', () => {
    const picture = `${ESC}]1337;File=inline=1:${'QUJD'.repeat(3_000)}${ESC}\\`;
    for (const size of [1, 2, 4_000, 4_096, 5_000]) {
      const cuts = Array.from({ length: Math.ceil(picture.length / size) }, (_, at) => at * size);
      expect(
        readable(`a${picture}b`, cuts)
          .texts.map((piece) => shownText(piece))
          .join(''),
      ).toBe('ab');
    }
  });

  it('keeps short strings, such as links, as they are', () => {
    const link = `${ESC}]8;;https://example.org/${ESC}\\text${ESC}]8;;\u0007`;
    expect(withoutLongStrings(link)).toEqual({ text: link, open: '' });
    expect(withoutLongStrings(link.slice(0, 10))).toEqual({ text: '', open: link.slice(0, 10) });
    expect(withoutLongStrings(link.slice(10), link.slice(0, 10))).toEqual({ text: link, open: '' });
  });
});
