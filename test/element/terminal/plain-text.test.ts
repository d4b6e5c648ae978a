import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { hidesText } from '../../../src/protocol/terminal/hidden-text.ts';
import { mutedRuns } from '../../../src/element/terminal/muted-runs.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { isPlainLine, isReadable, plainColumns, withoutColours } from '../../../src/element/terminal/plain-text.ts';
import { repeatKey } from '../../../src/element/terminal/repeat-key.ts';
import { mayRepeat } from '../../../src/element/terminal/repeats.ts';
import { textOf } from '../../../src/element/terminal/runs.ts';
import { structuredFields } from '../../../src/element/terminal/structured-fields.ts';
import { withLinks } from '../../../src/element/terminal/text-links.ts';
import { cellCount } from '../../../src/element/terminal/wrap.ts';
import { anyText } from '../../protocol/terminal/arbitraries.ts';

const SOURCE = 'https://example.org/{path}#L{line}';
const ESC = '\x1b';

const line = (text: string): Line => [0, text];
const token = fc.constantFrom(
  'step',
  '\t',
  ' ',
  'é',
  'a=b',
  'c="d e"',
  '{"msg": "x"}',
  '{ , "a":1}',
  'src/a.ts:12:3',
  'http://a.b/c',
  'mailto:a@b.c',
  ':',
  '日本',
  `${ESC}[31m`,
  `${ESC}[0m`,
  `${ESC}[2K`,
  '\r',
  '10:11:12',
);
const texts = fc.oneof(
  anyText,
  fc.array(token, { maxLength: 12 }).map((parts) => parts.join('')),
);

describe('a plain line', () => {
  it.each(['', 'step 1 of 2', 'a\tb', 'Größe: 12 µm', 'a < b && c', '/usr/bin/env: 3'])('is %j', (text) => {
    expect(isPlainLine(line(text), '')).toBe(true);
  });

  it.each(['日本', '✓ done', 'http://a.b', '{"msg":"x"}', 'a=1 b=2', 'a\rb', `${ESC}[31mred`, 'a\u00adb', '\u202ea'])(
    'is not %j',
    (text) => {
      expect(isPlainLine(line(text), '')).toBe(false);
    },
  );

  it('is not one that begins in a colour, nor one with a place in a file where those are links', () => {
    expect(isPlainLine([0, 'text', { c: '31' }], '')).toBe(false);
    expect(isPlainLine(line('src/a.ts:12'), '')).toBe(true);
    expect(isPlainLine(line('src/a.ts:12'), SOURCE)).toBe(false);
  });

  it('is drawn as all that draws lines would draw it: as one run of its text, as wide, with nothing hidden', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('', SOURCE), (text, sourceUrl) => {
        if (!isPlainLine(line(text), sourceUrl)) return;
        const shown = parseLine(text);
        const runs = withLinks(mutedRuns(shown), sourceUrl, false);
        expect(runs).toBe(shown);
        expect([textOf(runs), runs.length <= 1, plainColumns(text)]).toEqual([text, true, cellCount(text)]);
        expect([hidesText(text), structuredFields(text)]).toEqual([false, undefined]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a line that can be read without what draws it', () => {
  it('shows the same text then', () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (isReadable(line(text))) expect(withoutColours(text)).toBe(shownText(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['10 %\r20 %', 'a\bb', 'a\u202eb', 'a\u200bb', `${ESC}[1A`, `${ESC}]8;;http://a\x07b`, '\0'])('is not %j', (text) => {
    expect(isReadable(line(text))).toBe(false);
  });
});

describe('a line that may repeat the one before', () => {
  it('is any readable one of the same length that does', () => {
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (text, other, isSame) => {
        const [one, two] = [line(text), line(isSame ? text : other)];
        if (!isReadable(one) || !isReadable(two) || text.length !== two[1].length) return;
        const doesRepeat = repeatKey(one) !== '' && repeatKey(one) === repeatKey(two);
        if (doesRepeat) expect(mayRepeat(one, two)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(mayRepeat(line('10:00:00 poll'), line('10:00:01 poll'))).toBe(true);
    expect(mayRepeat(line('step 1'), line('step 2'))).toBe(false);
    expect(mayRepeat(line(''), line(''))).toBe(false);
  });
});
