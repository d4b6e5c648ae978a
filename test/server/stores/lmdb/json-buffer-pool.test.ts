import { describe, expect, test } from 'vitest';
import { JsonFragment } from '../../../../src/server/stores/lmdb/json-buffer.ts';
import { JsonBufferPool } from '../../../../src/server/stores/lmdb/json-buffer-pool.ts';

describe('Memory for pages of JSON', () => {
  test('is used again, empty, once it was given back', () => {
    const memory = new JsonBufferPool();
    const [one, two] = [memory.acquire(), memory.acquire()];
    expect(two).not.toBe(one);
    one.add(new JsonFragment('of another reader'));
    memory.release(one);
    const again = memory.acquire();
    expect(again).toBe(one);
    expect(again.bytes).toHaveLength(0);
  });

  test('is kept for eight pages at most, however many were made at the same time', () => {
    const memory = new JsonBufferPool();
    const used = Array.from({ length: 20 }, () => memory.acquire());
    for (const json of used) memory.release(json);
    const again = new Set(Array.from({ length: 20 }, () => memory.acquire()));
    expect(used.filter((json) => again.has(json))).toHaveLength(8);
  });

  test('is not kept where a page made it large', () => {
    const memory = new JsonBufferPool();
    const [usual, large] = [memory.acquire(), memory.acquire()];
    usual.add(new JsonFragment('x'.repeat(500 * 1_024)));
    large.add(new JsonFragment('x'.repeat(512 * 1_024 + 1)));
    memory.release(large);
    memory.release(usual);
    expect(memory.acquire()).toBe(usual);
    expect(memory.acquire()).not.toBe(large);
  });
});
