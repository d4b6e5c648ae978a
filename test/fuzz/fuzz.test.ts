import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('A server that is fed with anything', () => {
  it('never fails, and a viewer beside it gets every line', async () => {
    const { tried } = await fuzz({ cases: 4_000, seed: 1_763_658_000 });
    expect(tried.size).toBe(10);
    for (const [name, count] of tried) expect([name, count >= 100]).toEqual([name, true]);
  }, 60_000);

  it('searches as one without shortcuts does, and stops any pattern', async () => {
    const { tried } = await fuzz({ cases: 2_000, seed: 1_763_658_000, only: 'search' });
    expect([...tried.keys()]).toEqual(['search', 'search for hostile patterns']);
  }, 120_000);
});
