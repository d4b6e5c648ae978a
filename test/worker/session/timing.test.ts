import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff, TIMING, within } from '../../../src/worker/session/timing.ts';
import { dice } from '../support/dice.ts';

describe('the wait before another attempt', () => {
  it('is at least half a second and at most thirty, whatever the dice say', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const wait = backoff(failures, random);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 20])('is spread evenly over all that it may be, after %i failures', (failures) => {
    const roll = dice(failures + 1);
    const ceiling = Math.min(TIMING.ceiling, TIMING.first * 2 ** failures);
    const tenths = Array.from({ length: 10 }, () => 0);
    const throws = 20_000;
    for (let times = 0; times < throws; times += 1) {
      const share = (backoff(failures, roll()) - TIMING.floor) / (ceiling - TIMING.floor);
      tenths[Math.min(9, Math.floor(share * 10))]! += 1;
    }
    // Six standard deviations of a fair share.
    const slack = 6 * Math.sqrt(throws * 0.1 * 0.9);
    for (const count of tenths) expect(Math.abs(count - throws / 10)).toBeLessThan(slack);
  });

  it('that the server names is kept, up to a limit', () => {
    expect(within([100, 300], 0, 1_000)).toBe(100);
    expect(within([100, 300], 1, 1_000)).toBe(300);
    expect(within([100, 30_000], 1, 1_000)).toBe(1_000);
  });
});
