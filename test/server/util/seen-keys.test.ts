import { describe, expect, it } from 'vitest';
import { SeenKeys } from '../../../src/server/util/seen-keys.ts';

describe('Once', () => {
  it('is first for each key once, and drops the oldest key beyond its capacity', () => {
    const once = new SeenKeys(2);
    expect(['a', 'a', 'b', 'a', 'c', 'b', 'c'].map((key) => once.isFirst(key))).toEqual([true, false, true, false, true, false, false]);
    expect(once.isFirst('a')).toBe(true);
  });
});
