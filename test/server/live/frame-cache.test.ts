import { describe, expect, it } from 'vitest';
import { FrameCache, type FrameKey } from '../../../src/server/live/frame-cache.ts';
import type { LinesFrame } from '../../../src/server/live/followed-log.ts';

const keyOf = (to: number): FrameKey => ({ channel: 'run:1', epoch: 'e', from: 1, to });

function encoded(to: number, bytes = 10): LinesFrame {
  return { from: 1, to, epoch: 'e', wire: Buffer.alloc(bytes) };
}

const never = (): LinesFrame => {
  throw new Error('It was encoded again.');
};

describe('FrameCache', () => {
  it('gives all who ask for the same lines the same frame', () => {
    const cache = new FrameCache();
    const frame = cache.get(keyOf(5), () => encoded(5));
    expect(cache.get(keyOf(5), never)).toBe(frame);
    for (const other of [{ ...keyOf(5), channel: 'run:2' }, { ...keyOf(5), epoch: 'f' }, { ...keyOf(5), from: 2 }, keyOf(6)])
      expect(cache.get(other, () => encoded(6))).not.toBe(frame);
  });

  it('keeps 16 frames', () => {
    const cache = new FrameCache();
    for (let to = 1; to <= 17; to += 1) cache.get(keyOf(to), () => encoded(to));
    for (let to = 2; to <= 17; to += 1) cache.get(keyOf(to), never);
    expect(() => cache.get(keyOf(1), never)).toThrow('again');
  });

  it('keeps 4 MiB, but the newest frame in any case', () => {
    const cache = new FrameCache();
    const half = 2 * 1_024 * 1_024;
    for (let to = 1; to <= 2; to += 1) cache.get(keyOf(to), () => encoded(to, half));
    for (let to = 1; to <= 2; to += 1) cache.get(keyOf(to), never);
    cache.get(keyOf(3), () => encoded(3, 1));
    for (let to = 2; to <= 3; to += 1) cache.get(keyOf(to), never);
    expect(() => cache.get(keyOf(1), never)).toThrow('again');
    cache.get(keyOf(4), () => encoded(4, 5 * half));
    cache.get(keyOf(4), never);
    expect(() => cache.get(keyOf(3), never)).toThrow('again');
    cache.clear();
    expect(() => cache.get(keyOf(4), never)).toThrow('again');
  });
});
