import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GAP, fitting } from '../../../../src/element/tools/toolbar/fit.ts';

const widths = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 12 });

describe('the buttons that fit into a header', () => {
  it('are as many of the first as there is room for beside the menu', () => {
    fc.assert(
      fc.property(widths, fc.integer({ min: 1, max: 44 }), fc.integer({ min: -50, max: 1_200 }), (all, more, available) => {
        const count = fitting(all, more, available);
        const widthOf = (buttons: number): number => all.slice(0, buttons).reduce((sum, width) => sum + width + GAP, more);
        if (count > 0) expect(widthOf(count)).toBeLessThanOrEqual(available);
        if (count < all.length) expect(widthOf(count + 1)).toBeGreaterThan(available);
      }),
    );
  });

  it('only become more as the header gets wider', () => {
    fc.assert(
      fc.property(widths, fc.integer({ max: 1_200, min: 0 }), fc.nat(200), (all, available, wider) => {
        expect(fitting(all, 28, available + wider)).toBeGreaterThanOrEqual(fitting(all, 28, available));
      }),
    );
  });
});
