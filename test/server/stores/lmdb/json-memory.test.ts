import { describe, expect, test } from 'vitest';
import { JsonPiece } from '../../../../src/server/stores/lmdb/json-bytes.ts';
import { JsonMemory } from '../../../../src/server/stores/lmdb/json-memory.ts';

describe('Memory for pages of JSON', () => {
  test('is used again, empty, once it was given back', () => {
    const memory = new JsonMemory();
    const [one, two] = [memory.take(), memory.take()];
    expect(two).not.toBe(one);
    one.add(new JsonPiece('of another reader'));
    memory.give(one);
    const again = memory.take();
    expect(again).toBe(one);
    expect(again.bytes).toHaveLength(0);
  });

  test('is kept for eight pages at most, however many were made at the same time', () => {
    const memory = new JsonMemory();
    const used = Array.from({ length: 20 }, () => memory.take());
    for (const json of used) memory.give(json);
    const again = new Set(Array.from({ length: 20 }, () => memory.take()));
    expect(used.filter((json) => again.has(json))).toHaveLength(8);
  });

  test('is not kept where a page made it large', () => {
    const memory = new JsonMemory();
    const [usual, large] = [memory.take(), memory.take()];
    usual.add(new JsonPiece('x'.repeat(500 * 1_024)));
    large.add(new JsonPiece('x'.repeat(512 * 1_024 + 1)));
    memory.give(large);
    memory.give(usual);
    expect(memory.take()).toBe(usual);
    expect(memory.take()).not.toBe(large);
  });
});
