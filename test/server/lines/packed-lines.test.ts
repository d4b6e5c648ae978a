import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineExtra } from '../../../src/protocol/line.ts';
import { isSameExtra } from '../../../src/server/lines/extra-runs.ts';
import {
  NO_LINES,
  packLines,
  sliceLines,
  toNewLines,
  unpackLines,
  unpackTexts,
  type NewLine,
} from '../../../src/server/lines/packed-lines.ts';

const extra = fc.constantFrom<LineExtra>(
  { s: 'err' },
  { c: '31' },
  { l: 17 },
  { l: 17, k: 1 },
  { g: { t: 'a', d: 0 } },
  { g: { t: 'b', d: 0 } },
  { e: 1 },
);
const text = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ maxLength: 8 }), fc.constantFrom('', 'é', '\ud800', '\r'))
  .map((own) => own.replaceAll('\n', ''));
const line = fc.oneof(
  text.map((own): NewLine => [own]),
  fc.tuple(text, extra).map(([own, known]): NewLine => [own, known]),
);
const lines = fc.array(line, { maxLength: 30 });

function readBack(own: readonly NewLine[]): NewLine[] {
  return own.map(([text, ...rest]) => [Buffer.from(text).toString(), ...rest]);
}

describe('packed lines', () => {
  it('are the lines that were packed, with U+FFFD for what UTF-8 cannot encode', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (own, time) => {
        const packed = packLines(own);
        expect(packed.count).toBe(own.length);
        expect(packed.bytes).toBe(readBack(own).reduce((sum, [text]) => sum + Buffer.byteLength(text), 0));
        expect(toNewLines(packed)).toEqual(readBack(own));
        expect(unpackLines(packed, time)).toEqual(readBack(own).map((kept) => [time, ...kept]));
        expect(unpackTexts(packed)).toEqual(readBack(own).map(([text]) => text));
      }),
    );
    expect(packLines([])).toEqual(NO_LINES);
  });

  it('may be long, and are decoded in pieces then', () => {
    const own = Array.from({ length: 50 }, (_, at): NewLine => ['é'.repeat((at * 997) % 20_000)]);
    expect(toNewLines(packLines(own))).toEqual(own);
  });

  it('cannot contain a line end', () => {
    expect(() => packLines([['a\nb']])).toThrow(TypeError);
  });

  it('fall into slices of at most so many lines, each no longer than its bytes but for its last line', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 40 }), (own, most, bytes) => {
        const slices = [...sliceLines(packLines(own), most, bytes)];
        expect(slices.flatMap((slice) => toNewLines(slice))).toEqual(readBack(own));
        for (const slice of slices) {
          expect(slice).toEqual(packLines(toNewLines(slice)));
          expect(slice.count).toBeLessThanOrEqual(most);
          const last = Buffer.byteLength(unpackTexts(slice).at(-1) ?? '');
          expect(slice.body.length - last).toBeLessThanOrEqual(bytes);
        }
        for (const slice of slices.slice(0, -1)) expect(slice.count === most || slice.body.length >= bytes).toBe(true);
      }),
    );
  });

  it('keep extras apart that differ in any key', () => {
    fc.assert(
      fc.property(extra, extra, (a, b) => {
        expect(isSameExtra(structuredClone(a), structuredClone(b))).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});
