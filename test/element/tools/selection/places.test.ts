import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clipSpan,
  comparePlaces,
  partOf,
  spanBetween,
  spanOfLines,
  type TextPlace,
} from '../../../../src/element/tools/selection/places.ts';

const place: fc.Arbitrary<TextPlace> = fc.record({
  line: fc.integer({ min: 1, max: 20 }),
  column: fc.oneof(fc.nat(12), fc.constant(Infinity)),
});

describe('places in a log', () => {
  it('are ordered by line, then by column', () => {
    fc.assert(
      fc.property(fc.array(place), (places) => {
        const sorted = places.toSorted(comparePlaces);
        for (const [at, next] of sorted.slice(1).entries()) {
          const before = sorted[at];
          expect(before !== undefined && (before.line < next.line || (before.line === next.line && before.column <= next.column))).toBe(
            true,
          );
        }
      }),
    );
  });

  it('form the same span in either order', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(spanBetween(a, b)).toEqual(spanBetween(b, a));
      }),
    );
  });
});

describe('a span of a log', () => {
  it('splits into parts of lines that add up to the text between its places', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 10 }), { minLength: 20, maxLength: 20 }), place, place, (lines, a, b) => {
        const { start, end } = spanBetween(a, b);
        const offsetOf = ({ line, column }: TextPlace): number =>
          lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + Math.min(column, lines[line - 1]?.length ?? 0);
        const parts = lines
          .map((text, at) => [at + 1, text] as const)
          .filter(([line]) => line >= start.line && line <= end.line)
          .map(([line, text]) => partOf({ start, end }, line, text));
        expect(parts.join('\n')).toBe(lines.join('\n').slice(offsetOf(start), offsetOf(end)));
      }),
    );
  });

  it('contains whole lines entirely', () => {
    const span = spanOfLines({ from: 3, to: 4 });
    expect([3, 4].map((line) => partOf(span, line, 'text'))).toEqual(['text', 'text']);
  });

  it('is clipped to the lines that exist', () => {
    fc.assert(
      fc.property(place, place, fc.nat(20), fc.nat(20), (a, b, from, to) => {
        const span = spanBetween(a, b);
        const clipped = clipSpan(span, { from, to });
        const common = { from: Math.max(from, span.start.line), to: Math.min(to, span.end.line) };
        const start = common.from === span.start.line ? span.start : { line: common.from, column: 0 };
        const end = common.to === span.end.line ? span.end : { line: common.to, column: Infinity };
        expect(clipped).toEqual(common.from > common.to ? undefined : { start, end });
      }),
    );
  });
});
