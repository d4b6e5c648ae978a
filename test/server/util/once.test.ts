import { describe, expect, it } from 'vitest';
import { Once } from '../../../src/server/util/once.ts';

describe('Once', () => {
  it('tells the first of each, and forgets the oldest beyond what it may remember', () => {
    const once = new Once(2);
    expect(['a', 'a', 'b', 'a', 'c', 'b', 'c'].map((key) => once.isFirst(key))).toEqual([true, false, true, false, true, false, false]);
    expect(once.isFirst('a')).toBe(true);
  });
});
