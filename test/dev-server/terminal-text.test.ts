import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, TerminalText } from '../../src/dev-server/terminal/terminal-text.ts';
import { LIMITS } from '../../src/protocol/limits.ts';

const written = (...pieces: string[]): string => {
  const text = new TerminalText();
  return pieces.map((piece) => text.push(piece)).join('') + text.endLine();
};

describe('untrusted text at a terminal', () => {
  it.each([
    ['a tab', 'a\tb', 'a\tb'],
    ['colours', '\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mx\u001b[m', '\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mx\u001b[m'],
    ['letters of any script', 'żółć 漢字 👩‍🚀', 'żółć 漢字 👩‍🚀'],
  ])('keeps %s', (_what, text, expected) => expect(written(text)).toBe(`${expected}\n`));

  it.each([
    ['the clipboard', 'a\u001b]52;c;cm0gLXJmIC8=\u0007b'],
    ['a title', 'a\u001b]0;pwned\u001b\\b'],
    ['a title in eight bits', 'a\u009d0;b'],
    ['a link', '\u001b]8;;https://example.com\u001b\\ab\u001b]8;;\u001b\\'],
    ['a device control string', 'a\u001bPq#0\u001b\\b'],
    ['a question that it answers', 'a\u001b[6nb\u001b[c'],
    ['cursor moves and erasing', '\u001b[2J\u001b[Ha\u001b[1A\u001b[Kb'],
    ['another screen', '\u001b[?1049hab'],
    ['private colours', 'a\u001b[>4;2mb\u001b[?4m'],
    ['a reset', 'a\u001bcb'],
    ['another set of letters', 'a\u001b(0b'],
    ['bells, backspaces, deletes', 'a\u0007\u0008\u007f\0b\u000e\u000b'],
    ['turned text', 'a\u202eb\u2066'],
    ['an escape at the end', 'ab\u001b'],
    ['an escape in an escape', 'a\u001b\u001b[2Jb'],
  ])('drops %s', (_what, text) => {
    const shown = written(text);
    expect(shown).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    expect(shown.replaceAll(/[^ab]/gu, '')).toBe('ab');
  });

  it('puts text that a carriage return would overwrite on a line of its own', () => {
    expect(written('\r 1%\r\r 2%', '\r', '\u001b[32mdone\r')).toBe(' 1%\n 2%\u001b[32m\ndone\n');
  });

  it('drops a sequence that is cut off at the end of a line', () => {
    const text = new TerminalText();
    expect(text.push('a\u001b]0;title') + text.endLine() + text.push('b\u0007') + text.endLine()).toBe('a\nb\n');
  });

  it('bounds the length of a pending sequence', () => {
    const text = new TerminalText();
    for (let piece = 0; piece < 100; piece += 1) text.push(`\u001b[${'1;'.repeat(LIMITS.escapeLength)}`);
    expect(text.push('mx')).toMatch(/x$/);
  });

  it('is the same however it is cut into pieces, and never contains sequences other than colours', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '👩‍🚀',
      '\u001b',
      '[',
      ']',
      '3',
      '1',
      ';',
      'm',
      '?',
      '\u0007',
      '\\',
      'P',
      '\r',
      '\t',
      '\u009b',
      'K',
      '\u001b[31m',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const whole = written(pieces.join(''));
        expect(written(...pieces)).toBe(whole);
        expect(whole.replaceAll(/\u001b\[[\d:;]*m/gu, '')).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the lines of a message, but not its colours', () => {
    expect(plainText('a \u001b[31mred\u001b]0;title\u0007 word\nand another line')).toBe('a red word\nand another line');
  });
});
