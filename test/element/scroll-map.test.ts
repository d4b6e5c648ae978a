import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_SPACER,
  isStuck,
  maxTop,
  maxY,
  scrolled,
  spacerHeight,
  toScrollTop,
  toY,
  type ScrollExtent,
} from '../../src/element/viewport/layout/scroll-map.ts';

const viewport = fc.integer({ min: 40, max: 4_000 });
const small: fc.Arbitrary<ScrollExtent> = fc.record({ content: fc.integer({ min: 0, max: MAX_SPACER }), viewport });
const large: fc.Arbitrary<ScrollExtent> = fc.record({ content: fc.integer({ min: MAX_SPACER + 1, max: 400_000_000 }), viewport });
const any = fc.oneof(small, large);
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the scrollbar of a content of any height', () => {
  it('never needs an element taller than browsers lay out exactly', () => {
    fc.assert(fc.property(any, (extent) => spacerHeight(extent.content) <= MAX_SPACER));
    expect(spacerHeight(200_000_000)).toBe(4_000_000);
  });

  it('is the content itself as long as that is not too tall', () => {
    fc.assert(
      fc.property(small, share, (extent, at) => {
        const y = at * maxY(extent);
        expect(toScrollTop(y, extent)).toBe(y);
        expect(toY(y, extent)).toBe(y);
      }),
    );
  });

  it('is exact at both ends, and for two viewports next to them', () => {
    fc.assert(
      fc.property(large, share, (extent, at) => {
        const near = at * 2 * extent.viewport;
        expect(toScrollTop(near, extent)).toBeCloseTo(near, 6);
        expect(toScrollTop(maxY(extent) - near, extent)).toBeCloseTo(maxTop(extent) - near, 3);
        expect(toY(0, extent)).toBe(0);
        expect(toY(maxTop(extent), extent)).toBe(maxY(extent));
      }),
    );
  });

  it('goes forward as the content does, and back to where it came from', () => {
    fc.assert(
      fc.property(any, share, share, (extent, a, b) => {
        const [low, high] = [Math.min(a, b) * maxY(extent), Math.max(a, b) * maxY(extent)];
        expect(toScrollTop(low, extent)).toBeLessThanOrEqual(toScrollTop(high, extent));
        expect(Math.abs(toY(toScrollTop(low, extent), extent) - low)).toBeLessThan(0.01);
      }),
    );
  });

  it('keeps out-of-range positions within the content', () => {
    fc.assert(
      fc.property(any, fc.double({ min: -1e12, max: 1e12, noNaN: true }), (extent, wild) => {
        for (const value of [toScrollTop(wild, extent), toY(wild, extent)]) expect(value).toBeGreaterThanOrEqual(0);
        expect(toScrollTop(wild, extent)).toBeLessThanOrEqual(maxTop(extent));
        expect(toY(wild, extent)).toBeLessThanOrEqual(maxY(extent));
      }),
    );
  });

  it('moves the content pixel by pixel for wheel and keys, whatever the height', () => {
    fc.assert(
      fc.property(large, share, fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 60 }), (extent, at, deltas) => {
        let y = at * maxY(extent);
        let top = toScrollTop(y, extent);
        let model = y;
        for (const delta of deltas) {
          const next = Math.min(Math.max(top + delta, 0), maxTop(extent));
          const moved = next - top;
          if (Math.abs(moved) > 2 * extent.viewport) continue;
          y = scrolled(y, top, next, extent);
          top = next;
          model = Math.min(Math.max(model + moved, 0), maxY(extent));
          expect(y).toBeCloseTo(model, 3);
          // What the shell does at once: the bar is put right before it can run out.
          if (isStuck(y, top, extent)) top = toScrollTop(y, extent);
        }
      }),
    );
  });

  it('goes by fraction for jumps of the thumb', () => {
    fc.assert(
      fc.property(large, share, share, (extent, from, to) => {
        const [start, end] = [from * maxTop(extent), to * maxTop(extent)];
        fc.pre(Math.abs(end - start) > 2 * extent.viewport);
        expect(scrolled(toY(start, extent), start, end, extent)).toBe(toY(end, extent));
      }),
    );
  });

  it('never keeps the reader from an end: however the bar has drifted, scrolling on arrives there', () => {
    fc.assert(
      fc.property(large, share, fc.boolean(), fc.integer({ min: 1, max: 3 }), (extent, at, up, viewports) => {
        fc.pre(extent.viewport >= 100);
        const goal = up ? 0 : maxY(extent);
        const away = Math.min(maxY(extent), at * 100 * extent.viewport);
        let y = up ? away : maxY(extent) - away;
        let top = toScrollTop(y, extent);
        for (let step = 0; step < 400 && y !== goal; step += 1) {
          const delta = (up ? -1 : 1) * Math.min(2, viewports) * extent.viewport;
          const next = Math.min(Math.max(top + delta, 0), maxTop(extent));
          y = scrolled(y, top, next, extent);
          top = next;
          if (isStuck(y, top, extent)) top = toScrollTop(y, extent);
        }
        expect(Math.abs(y - goal)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is never stuck where the bar is where it belongs', () => {
    fc.assert(
      fc.property(any, share, (extent, at) => {
        const y = at * maxY(extent);
        expect(isStuck(y, toScrollTop(y, extent), extent)).toBe(false);
      }),
    );
  });

  it('places each of ten million lines apart from its neighbours', () => {
    const extent = { content: 200_000_000, viewport: 600 };
    for (const line of [1, 2, 5_000_000, 7_340_012, 9_999_999]) {
      const y = (line - 1) * 20;
      expect(Math.round(toY(toScrollTop(y, extent), extent) / 20)).toBe(Math.min(line - 1, (200_000_000 - 600) / 20));
    }
  });
});
