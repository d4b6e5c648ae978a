import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff, delayWithin, refreshDelay, TIMING } from '../../../src/worker/session/timing.ts';
import { doubling } from '../../../src/worker/doubling.ts';
import { dice } from '../support/dice.ts';

describe('the delay before another attempt', () => {
  it('is at least half a second and at most thirty, for any random number', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const wait = backoff(failures, random);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 20])('is spread evenly over its range after %i failures', (failures) => {
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

  it('is the one that the server names, up to a limit', () => {
    expect(delayWithin([100, 300], 0, 1_000)).toBe(100);
    expect(delayWithin([100, 300], 1, 1_000)).toBe(300);
    expect(delayWithin([100, 30_000], 1, 1_000)).toBe(1_000);
  });

  it('doubles from the first to the longest', () => {
    expect([0, 1, 2, 3, 4, 1_000].map((failures) => doubling(failures, 500, 4_000))).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
  });

  it('grows to five minutes where somebody has to supply a topic', () => {
    expect([0, 1, 2, 3, 4, 5, 100].map((failures) => refreshDelay(failures, 0) / 1_000)).toEqual([10, 30, 60, 120, 300, 300, 300]);
    expect(refreshDelay(0, 1)).toBe(11_000);
  });
});
