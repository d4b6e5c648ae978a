import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HOLD, PartLoader } from '../../../src/element/util/part-loader.ts';

/** A loader, a part that comes when told, and what happened. */
function loading(): {
  readonly parts: PartLoader;
  readonly used: string[];
  readonly changes: () => number;
  readonly load: (hold?: number) => void;
  readonly come: () => Promise<void>;
  readonly fail: () => Promise<void>;
  readonly requests: () => number;
} {
  let changes = 0;
  let requests = 0;
  const used: string[] = [];
  let resolve: (part: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((come, fail) => {
    resolve = come;
    reject = fail;
  });
  const parts = new PartLoader(() => (changes += 1));
  const request = (): Promise<string> => {
    requests += 1;
    return promise;
  };
  const settled = async (settle: () => void): Promise<void> => {
    settle();
    await promise.catch(() => undefined);
    await Promise.resolve();
  };
  return {
    parts,
    used,
    changes: () => changes,
    requests: () => requests,
    load: (hold) => parts.load('part', request, (part) => used.push(part), hold),
    come: () => settled(() => resolve('it')),
    fail: () => settled(() => reject(new TypeError('Not there.'))),
  };
}

function fakeTimers(): void {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}

describe('a part of the code', () => {
  it('is loaded once however often it is needed, and used before frames are drawn again', async () => {
    fakeTimers();
    const { parts, used, changes, requests, load, come } = loading();
    load(HOLD.flash);
    load();
    load(HOLD.flash);
    expect(requests()).toBe(1);
    expect(parts.isHoldingFrames).toBe(true);
    await come();
    expect(vi.getTimerCount()).toBe(0);
    expect(parts.isHoldingFrames).toBe(false);
    expect([used, changes()]).toEqual([['it'], 1]);
    load(HOLD.flash);
    expect(parts.isHoldingFrames).toBe(false);
    expect(requests()).toBe(1);
  });

  it('holds no frame while nothing needs it to be drawn, and does as soon as something does', async () => {
    fakeTimers();
    const { parts, changes, load, come } = loading();
    load();
    expect(parts.isHoldingFrames).toBe(false);
    load(HOLD.flash);
    expect(parts.isHoldingFrames).toBe(true);
    await come();
    expect(parts.isHoldingFrames).toBe(false);
    expect(changes()).toBe(1);
  });

  it('holds frames only once and not for long, and is used when it comes all the same', async () => {
    fakeTimers();
    const { parts, used, changes, load, come } = loading();
    load(HOLD.flash);
    vi.advanceTimersByTime(HOLD.flash - 1);
    expect(parts.isHoldingFrames).toBe(true);
    vi.advanceTimersByTime(1);
    expect(parts.isHoldingFrames).toBe(false);
    expect(changes()).toBe(1);
    load(HOLD.flash);
    expect(parts.isHoldingFrames).toBe(false);
    await come();
    expect([used, changes()]).toEqual([['it'], 2]);
  });

  it('that cannot be loaded is done without', async () => {
    fakeTimers();
    const { parts, used, changes, requests, load, fail } = loading();
    load(HOLD.flash);
    await fail();
    expect(parts.isHoldingFrames).toBe(false);
    load(HOLD.flash);
    expect([used, changes(), requests(), parts.isHoldingFrames]).toEqual([[], 1, 1, false]);
  });
});
