import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../../src/server/util/buffer-pool.ts';

describe('A pool of buffers', () => {
  it('gives memory of the length asked for, to one caller at a time', () => {
    const pool = new BufferPool({ size: 100, kept: 4 });
    const [one, two] = [pool.acquire(100), pool.acquire(7)];
    expect([one.bytes.length, two.bytes.length]).toEqual([100, 7]);
    expect(two.bytes.buffer).not.toBe(one.bytes.buffer);
  });

  it('uses memory again once it was released', () => {
    const pool = new BufferPool({ size: 100, kept: 4 });
    const one = pool.acquire(7);
    one.release();
    const again = pool.acquire(100);
    expect(again.bytes.buffer).toBe(one.bytes.buffer);
    expect(again.bytes).toHaveLength(100);
  });

  it('keeps as many unused buffers as it may, however many were in use', () => {
    const pool = new BufferPool({ size: 10, kept: 3 });
    const used = Array.from({ length: 20 }, () => pool.acquire(10));
    const memory = new Set(used.map(({ bytes }) => bytes.buffer));
    for (const { release } of used) release();
    const again = Array.from({ length: 20 }, () => pool.acquire(10));
    expect(again.filter(({ bytes }) => memory.has(bytes.buffer))).toHaveLength(3);
  });

  it('keeps no buffer that is larger', () => {
    const pool = new BufferPool({ size: 10, kept: 3 });
    const large = pool.acquire(11);
    large.release();
    expect(large.bytes).toHaveLength(11);
    for (const length of [10, 11]) expect(pool.acquire(length).bytes.buffer).not.toBe(large.bytes.buffer);
  });
});
