import { describe, expect, it } from 'vitest';
import { ReadoutTiming } from '../../../../src/element/tools/ruler/readout-timing.ts';

describe('the position readout', () => {
  it('is shown while the log is scrolled faster than two screens a second, and a moment longer', () => {
    const timing = new ReadoutTiming();
    timing.moved(1, 20, 0);
    timing.moved(3, 20, 100);
    expect(timing.remaining(100)).toBe(0);
    timing.moved(23, 20, 200);
    expect(timing.remaining(200)).toBe(800);
    timing.moved(24, 20, 400);
    expect(timing.remaining(400)).toBe(600);
    expect(timing.remaining(1_000)).toBe(0);
  });

  it('is not shown for the first position', () => {
    const timing = new ReadoutTiming();
    timing.moved(5_000, 20, 10_000);
    expect(timing.remaining(10_000)).toBe(0);
  });
});
