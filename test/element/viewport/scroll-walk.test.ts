import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStuck, maxTop, maxY, scrolled, toScrollTop, type ScrollExtent } from '../../../src/element/viewport/layout/scroll-map.ts';

type Step =
  | { readonly kind: 'wheel'; readonly delta: number }
  | { readonly kind: 'thumb'; readonly share: number }
  | { readonly kind: 'rest' }
  /** Lines were appended, or turned out to be taller or shorter. */
  | { readonly kind: 'grow'; readonly by: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -700, max: 700 }).map((delta): Step => ({ kind: 'wheel', delta })) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share): Step => ({ kind: 'thumb', share })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'rest' }) },
  { weight: 1, arbitrary: fc.integer({ min: -100_000, max: 1_000_000 }).map((by): Step => ({ kind: 'grow', by })) },
);

const extent: fc.Arbitrary<ScrollExtent> = fc.record({
  content: fc.oneof(fc.integer({ min: 10_000, max: 4_000_000 }), fc.integer({ min: 4_000_000, max: 400_000_000 })),
  viewport: fc.integer({ min: 400, max: 2_000 }),
  loose: fc.boolean(),
});

/** The scrollbar as a browser moves it and the shell puts it right, beside where the content has to be. */
class Walk {
  extent: ScrollExtent;
  y: number;
  top: number;
  /** Where the content has to be, kept without the map. */
  exact: number;

  constructor(given: ScrollExtent, share: number) {
    this.extent = given;
    this.exact = this.y = share * maxY(given);
    this.top = toScrollTop(this.y, given);
  }

  take(next: Step): void {
    const end = maxTop(this.extent);
    if (next.kind === 'wheel') {
      const moved = Math.min(Math.max(this.top + next.delta, 0), end) - this.top;
      this.#scroll(this.top + moved);
      this.exact = Math.min(Math.max(this.exact + moved, 0), maxY(this.extent));
      // At an end both have arrived.
      const atEnd = this.y === 0 || this.y === maxY(this.extent);
      if (atEnd && Math.abs(this.exact - this.y) <= 2) this.exact = this.y;
    } else if (next.kind === 'thumb') {
      this.#scroll(next.share * end);
      this.exact = this.y;
    } else if (next.kind === 'rest') this.top = toScrollTop(this.y, this.extent);
    else {
      this.extent = { ...this.extent, content: Math.max(this.extent.viewport, this.extent.content + next.by) };
      this.exact = this.y = Math.min(this.y, maxY(this.extent));
      this.top = toScrollTop(this.y, this.extent);
    }
  }

  #scroll(to: number): void {
    this.y = scrolled(this.y, this.top, to, this.extent);
    this.top = to;
    if (isStuck(this.y, this.top, this.extent)) this.top = toScrollTop(this.y, this.extent);
  }
}

describe('any walk through a content of any height', () => {
  it('is where an exact model is, pixel by pixel, and drifts by nothing', () => {
    fc.assert(
      fc.property(extent, fc.double({ min: 0, max: 1, noNaN: true }), fc.array(step, { maxLength: 120 }), (given, share, steps) => {
        const walk = new Walk(given, share);
        for (const next of steps) {
          walk.take(next);
          expect(Math.abs(walk.y - walk.exact)).toBeLessThan(0.01);
          expect(walk.y).toBeGreaterThanOrEqual(0);
          expect(walk.y).toBeLessThanOrEqual(maxY(walk.extent));
        }
        // Putting the scrollbar right moves nothing that is seen.
        const { y } = walk;
        walk.take({ kind: 'rest' });
        expect(walk.y).toBe(y);
        expect(walk.top).toBeLessThanOrEqual(maxTop(walk.extent));
      }),
    );
  });

  it('arrives at both ends exactly, by the thumb as by the wheel', () => {
    fc.assert(
      fc.property(extent, fc.double({ min: 0, max: 1, noNaN: true }), fc.array(step, { maxLength: 40 }), (given, share, steps) => {
        const walk = new Walk(given, share);
        for (const next of steps) walk.take(next);
        walk.take({ kind: 'rest' });
        for (const [far, goal, delta] of [
          [1, (): number => maxY(walk.extent), 300],
          [0, (): number => 0, -300],
        ] as const) {
          walk.take({ kind: 'thumb', share: far });
          expect(Math.abs(walk.y - goal())).toBeLessThan(0.01);
          walk.take({ kind: 'wheel', delta: -5 * delta });
          for (let before = NaN; before !== walk.y; walk.take({ kind: 'wheel', delta })) before = walk.y;
          expect(walk.y).toBe(goal());
        }
      }),
    );
  });
});
