import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hidesText } from '../../../src/protocol/terminal/hidden-text.ts';

const HIDDEN: readonly (readonly [what: string, text: string])[] = [
  ['overwritten by a carriage return', 'rm -rf /\rls      '],
  ['overwritten in part', 'secret\rpub'],
  ['erased to the end', 'password\r\u001b[K'],
  ['erased as a whole line', 'password\u001b[2K'],
  ['overwritten after backspaces', 'abc\b\b\bxyz'],
  ['concealed', 'user \u001b[8mhidden\u001b[28m shown'],
  ['written over by a movement to a column', 'danger\u001b[1Gsafe  '],
  ['a bidirectional control', 'access\u202elevel'],
  ['tag characters', 'hello\u{e0041}\u{e0042}'],
  ['a zero width space', 'pay\u200bpal'],
];

const OPEN: readonly (readonly [what: string, text: string])[] = [
  ['plain', 'plain text'],
  ['coloured', '\u001b[31mred\u001b[0m text'],
  ['a palette colour 8', '\u001b[38;5;8mgrey\u001b[0m'],
  ['a carriage return at the end', 'done\r'],
  ['erasing after the text', 'warning\u001b[K: x'],
  ['blanks that were overwritten', '    \rtext'],
  ['a family of emoji', 'team \u{1f468}\u200d\u{1f469}\u200d\u{1f467} ok'],
  ['a link', '\u001b]8;;https://example.com\u0007docs\u001b]8;;\u0007'],
  ['a control character', 'a\u0001b'],
  ['a tab', 'a\tb'],
];

describe('hidden text', () => {
  test.each(HIDDEN)('is found: %s', (_, text) => expect(hidesText(text)).toBe(true));
  test.each(OPEN)('is not found: %s', (_, text) => expect(hidesText(text)).toBe(false));

  test('may be concealed since an earlier line', () => {
    expect(hidesText('still hidden', '8')).toBe(true);
    expect(hidesText('\u001b[28mshown', '8')).toBe(false);
  });

  test('is judged for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ' ', '\r', '\b', '\u001b[K', '\u001b[8m', '\u200b', '\u001b[3D', 'é', '界')), (parts) => {
        hidesText(parts.join(''));
      }),
    );
  });

  test('is found when text of another kind is written over it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}$/u), fc.stringMatching(/^[A-Z]{1,8}$/u), (under, over) => {
        expect(hidesText(`${under}\r${over}`)).toBe(true);
      }),
    );
  });
});
