import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RAW, rawText } from '../../../src/element/terminal/raw-text.ts';
import { hidesText } from '../../../src/protocol/terminal/hidden-text.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';

describe('a line shown raw', () => {
  it('has pictures and numbers in place of controls', () => {
    expect(rawText('a\x1b[8msecret\x1b[0m\rb\x7f\x9bc')).toBe('a␛[8msecret␛[0m␍b␡\\x9bc');
  });

  it('hides nothing but characters that are invisible by themselves', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\x1b[8m', '\x1b[2K', '\r', '\b', '\x1b[0m', '\x1b[1G', '\x9b', '\x07', 'é'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (line) => {
        const raw = rawText(line);
        expect(shownText(raw)).toBe(raw);
        expect(hidesText(raw)).toBe(false);
      }),
    );
  });

  it('is cut after as many characters as are drawn at once', () => {
    expect(rawText('x'.repeat(MAX_RAW))).toHaveLength(MAX_RAW);
    expect(rawText('x'.repeat(MAX_RAW + 1))).toBe(`${'x'.repeat(MAX_RAW)}…`);
  });
});
