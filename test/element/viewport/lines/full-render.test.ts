import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FullRender, SMALL_LOG } from '../../../../src/element/viewport/lines/full-render.ts';

describe('filling a small log in', () => {
  let busy = false;
  let frames = 0;
  let fill: FullRender;
  const log = { first: 1, last: 1_000, nodesPerRow: 4, hasHugeLines: false };
  const shown = { ...log, window: { from: 401, to: 460 }, isHeld: true };

  /** The frames of a log that is calm, until there is something to add. */
  function decide(): void {
    fill.plan({ ...shown, now: 0 });
    vi.advanceTimersByTime(400);
    fill.plan({ ...shown, now: 400 });
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', {});
    busy = false;
    frames = 0;
    fill = new FullRender(
      () => busy,
      () => (frames += 1),
    );
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('begins around what is looked at, when the log is calm and the page idle', () => {
    fill.plan({ ...shown, now: 0 });
    expect(fill.rangeOf(log)).toBeUndefined();
    expect(frames).toBe(0);
    vi.advanceTimersByTime(400);
    expect(frames).toBe(1);
    fill.plan({ ...shown, now: 400 });
    expect(frames).toBe(2);
    expect(fill.rangeOf(log)).toEqual({ from: 209, to: 652 });
  });

  it('adds nothing where a row was pressed or selected since it was decided, and does so behind that', () => {
    decide();
    busy = true;
    expect(fill.rangeOf(log)).toBeUndefined();
    fill.plan({ ...shown, now: 500 });
    vi.advanceTimersByTime(2_000);
    expect(fill.rangeOf(log)).toBeUndefined();
    busy = false;
    expect(fill.rangeOf(log)).toBeUndefined();
    decide();
    expect(fill.rangeOf(log)).toEqual({ from: 209, to: 652 });
  });

  it('takes all there will be once it has all there is, and lets go above its bound', () => {
    decide();
    fill.rangeOf(log);
    fill.plan({ ...shown, window: { from: 1, to: 1_000 }, now: 900 });
    expect(fill.rangeOf({ ...log, last: SMALL_LOG })).toEqual({ from: 1, to: Infinity });
    expect(fill.rangeOf({ ...log, last: SMALL_LOG + 1 })).toBeUndefined();
  });
});
