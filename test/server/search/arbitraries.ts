import fc from 'fast-check';
import type { Line, LineExtra } from '../../../src/protocol/line.ts';
import type { SearchQuery } from '../../../src/protocol/search/query.ts';
import { wellFormed } from '../../../src/server/stores/store-rules.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';

const WORDS = ['error', 'Error', 'ERR', 'disk', 'Disk full', 'ok', 'Straße', 'STRASSE', 'ſun', 'sun', '\u212aelvin', 'kelvin', 'é', 'É'];
const SIGNS = [
  ' ',
  '  ',
  '.',
  ',',
  '_',
  '-',
  '7',
  '漢字',
  '🚀',
  '\t',
  '\0',
  '\ud83d',
  '\udc00',
  'a',
  'b',
  'x',
  'aaa',
  'σ',
  'ς',
  'Σ',
  'İ',
  '𐐀',
  '𐐨',
];
/** What a filter over bytes might take for something else. */
const TRAPS = ['"', '\\', '\\u001b[31m', '\\r', '\\', '],[', '"p":1', '"l":17', '{', '}', 'rn', 'u001b', '[31m', 'm'];
const SEQUENCES = [
  '\u001b[31m',
  '\u001b[0m',
  '\u001b[1;38;5;208m',
  '\u001b[m',
  '\u001b[K',
  '\u001b[2K',
  '\u001b[1G',
  '\u001b[3D',
  '\u001b[2C',
  '\u001b]8;;https://example.com/error\u0007',
  '\u001b]8;;\u001b\\',
  '\u001b[',
  '\u001b',
  '\u001b7',
  '\r',
  '\b',
  '\u0007',
];

const token = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 4, arbitrary: fc.constantFrom(...SIGNS) },
  { weight: 3, arbitrary: fc.constantFrom(...SEQUENCES) },
  { weight: 1, arbitrary: fc.constantFrom(...TRAPS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
);
const join = (parts: readonly string[]): string => parts.join('');

/** The text of a line, as stored: without lone surrogates, and mostly without line ends. */
export const lineText = fc.oneof(
  { weight: 20, arbitrary: fc.array(token, { maxLength: 8 }).map((parts) => wellFormed(join(parts).replaceAll('\n', ' '))) },
  { weight: 1, arbitrary: fc.constantFrom('', '\n', 'error\nError', 'a'.repeat(250)) },
);

const extra: fc.Arbitrary<LineExtra | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<LineExtra>(
      { s: 'err' },
      { l: 9 },
      { l: 17 },
      { l: 17, k: 1 },
      { l: 17, r: 1 },
      { l: 13, c: '31' },
      { l: 21 },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom<LineExtra>({ p: 1 }, { p: 1, l: 17 }) },
);

/** The lines of a log from its first one. Times never go back, and often stay. */
export const logLines: fc.Arbitrary<readonly Line[]> = fc
  .array(fc.tuple(lineText, extra, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 24 })
  .map((lines) => {
    let time = 1_000;
    return lines.map(([text, own, later]): Line => {
      time += later;
      return own === undefined ? [time, text] : [time, text, own];
    });
  });

const PATTERNS = [
  'e',
  '^',
  '$',
  '^error',
  'ok$',
  'a*',
  'x|y|',
  '\\bdisk\\b',
  '[a-z]+',
  '(?<=d)isk',
  '(.)\\1',
  '\\p{L}',
  'e.r',
  '[^ ]',
  '\\d',
];

/** A query for some lines: often a part of what one of them shows. */
export function queryFor(lines: readonly Line[]): fc.Arbitrary<SearchQuery> {
  const shown = lines.map(([, text]) => shownText(text));
  const part = fc.tuple(fc.constantFrom(...shown), fc.nat(), fc.integer({ min: 1, max: 8 })).map(([text, at, length]) => {
    const from = text.length === 0 ? 0 : at % text.length;
    return text.slice(from, from + length);
  });
  const recased = fc.tuple(part, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text.toLowerCase()));
  const text = fc.oneof(part, recased, fc.constantFrom(...WORDS, ...TRAPS), fc.array(token, { maxLength: 3 }).map(join));
  const literal = fc.tuple(text, fc.option(text, { freq: 4, nil: undefined }), fc.constant(false));
  const regex = fc.tuple(
    fc.constantFrom(...PATTERNS),
    fc.option(fc.constantFrom(...PATTERNS), { freq: 6, nil: undefined }),
    fc.constant(true),
  );
  const level = fc.option(fc.constantFrom(9, 13, 17), { freq: 3, nil: undefined });
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: literal }, { weight: 2, arbitrary: regex }), fc.boolean(), fc.boolean(), level)
    .map(([[q, without, isRegex], isExact, word, least]) => ({
      q,
      without,
      regex: isRegex,
      case: isExact,
      word,
      // Without a text a level is needed.
      level: q === '' ? (least ?? 17) : least,
    }));
}
