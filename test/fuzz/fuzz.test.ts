import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('A server that is fed with anything', () => {
  it('never fails, and a viewer beside it gets every line', async () => {
    const { tried } = await fuzz({ cases: 4_000, seed: 1_763_658_000 });
    expect(tried.size).toBe(8);
    for (const [name, count] of tried) expect([name, count >= 100]).toEqual([name, true]);
  }, 60_000);
});
