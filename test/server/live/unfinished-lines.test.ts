import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/protocol/limits.ts';
import { clipPart, MAX_WRITERS, UnfinishedLines } from '../../../src/server/live/unfinished-lines.ts';

describe('Parts', () => {
  it('shows the unfinished line that changed last, of as many writers as it keeps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.option(fc.string({ maxLength: 2 }))), { maxLength: 300 }),
        (steps) => {
          const parts = new UnfinishedLines();
          let model: { writer: string; text: string }[] = [];
          let version = 0;
          for (const [writer, text] of steps) {
            const name = String(writer);
            const before = parts.current;
            const changed = parts.set(name, text === null ? null : [1, text]);
            const shown = (of: string | undefined) => (of === undefined ? undefined : clipPart([1, of])[1]);
            // Saying the same again changes nothing.
            const isRepeat = text !== null && shown(model.find((entry) => entry.writer === name)?.text) === shown(text);
            if (!isRepeat) model = model.filter((entry) => entry.writer !== name);
            if (text !== null && !isRepeat) model.push({ writer: name, text });
            model = model.slice(-MAX_WRITERS);
            expect(parts.current?.[1]).toBe(shown(model.at(-1)?.text));
            expect(changed).toBe(parts.current !== before);
            expect(parts.version).toBe((version += changed ? 1 : 0));
          }
          expect(parts.clear()).toBe(model.length > 0);
          expect(parts.current).toBeNull();
        },
      ),
    );
  });
});

describe('clipPart', () => {
  it('leaves a short line as it is', () => {
    const line = [1, 'Downloading 43 %', { s: 'err' }] as const;
    expect(clipPart(line)).toBe(line);
  });

  it('keeps at most 4 KiB of the end, from a whole character on', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀'), minLength: 1_000, maxLength: 6_000 }), (text) => {
        const [, shown] = clipPart([1, text]);
        expect(text.endsWith(shown)).toBe(true);
        expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(LIMITS.partBytes);
        if (shown !== text) expect(Buffer.byteLength(shown)).toBeGreaterThan(LIMITS.partBytes - 4);
      }),
    );
  });

  it('carries the colour that the cut-off text had set', () => {
    const rest = 'x'.repeat(LIMITS.partBytes);
    expect(clipPart([1, `\u001b[31mred${rest}`, { c: '1', s: 'err' }])).toEqual([1, rest, { c: '1;31', s: 'err' }]);
  });

  it('splits neither an escape sequence nor a grapheme cluster', () => {
    expect(clipPart([1, `${'.'.repeat(100)}\u001b[38;5;208m${'x'.repeat(LIMITS.partBytes - 4)}`])[1]).toBe(
      'x'.repeat(LIMITS.partBytes - 4),
    );
    expect(clipPart([1, `${'.'.repeat(100)}👨‍👩‍👧‍👦${'x'.repeat(LIMITS.partBytes - 4)}`])[1]).toBe('x'.repeat(LIMITS.partBytes - 4));
  });
});
