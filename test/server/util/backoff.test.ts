import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/server/util/backoff.ts';

describe('backoff', () => {
  it('doubles the bound with each failure, up to the longest', () => {
    fc.assert(
      fc.property(fc.nat(2_000), (failures) => {
        const bound = Math.min(15_000, 200 * 2 ** failures);
        const wait = backoff(failures, { first: 200, longest: 15_000 });
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(bound);
      }),
    );
  });

  it('always waits the part without jitter', () => {
    fc.assert(
      fc.property(fc.nat(50), (failures) => {
        const bound = Math.min(2_000, 50 * 2 ** failures);
        expect(backoff(failures, { first: 50, longest: 2_000, jitter: 0 })).toBe(bound);
        expect(backoff(failures, { first: 50, longest: 2_000, jitter: 0.5 })).toBeGreaterThanOrEqual(bound / 2);
      }),
    );
  });
});
