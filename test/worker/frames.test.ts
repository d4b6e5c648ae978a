import { afterEach, describe, expect, it, vi } from 'vitest';
import { untilFrame } from '../../src/worker/tab/frames.ts';

const FRAME = 1_000 / 60;

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A page that was last drawn so long ago, ms. */
function drawn(ago: number | null, visibilityState = 'visible'): void {
  vi.stubGlobal('performance', { now: () => 100_000 });
  vi.stubGlobal('document', { visibilityState, timeline: { currentTime: ago === null ? null : 100_000 - ago } });
}

describe('the time until the next frame', () => {
  it.each([
    [0, FRAME],
    [4, FRAME - 4],
    [16, FRAME - 16],
    [FRAME * 3 + 5, FRAME - 5],
    // The timeline of the document may be slightly ahead.
    [-0.5, FRAME],
  ])('is the rest of a frame that began %d ms ago', (ago, left) => {
    drawn(ago);
    expect(untilFrame()).toBeCloseTo(left, 6);
  });

  it('is unknown where nothing is drawn, or there is no timeline', () => {
    expect(untilFrame()).toBeUndefined();
    drawn(4, 'hidden');
    expect(untilFrame()).toBeUndefined();
    drawn(null);
    expect(untilFrame()).toBeUndefined();
    vi.stubGlobal('document', { visibilityState: 'visible' });
    expect(untilFrame()).toBeUndefined();
  });
});
