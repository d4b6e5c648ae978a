import fc from 'fast-check';

const ESC = '\x1b';

/** Pieces that lines of real tools are made of, whole and broken. */
const piece = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[ -~]{0,12}$/u) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.stringMatching(/^[0-9;:?]{0,6}$/u), fc.constantFrom(...Array.from('mmmmABCDEFGHJKPXLM@`abdefhlnrsu')))
      .map(([params, final]) => `${ESC}[${params}${final}`),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}]8;;https://example.org\x07`,
      `${ESC}]8;;\x07`,
      `${ESC}P1$r`,
      `${ESC}\\`,
      `${ESC}M`,
      `${ESC}7`,
      `${ESC}8`,
      `${ESC}[9999C`,
      `${ESC}[1K`,
      '\r',
      '\b',
      '\t',
      '\x07',
      '\0',
      '\u202e',
      '\ud800',
      '\u0301',
      '\u200d',
      '\ufe0f',
      '\u20e3',
      '\ufeff',
      '👩',
      '🏽',
      '🇩',
      '日',
      '한',
      '\u11ab',
      '1',
    ),
  },
);

/** Any text at all, and more often than not one that means something to a terminal. */
export const anyText: fc.Arbitrary<string> = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
