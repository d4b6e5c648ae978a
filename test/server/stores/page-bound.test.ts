import { expect, test } from 'vitest';
import { PageBound } from '../../../src/server/stores/page-bound.ts';

test('a page is bounded by its lines', () => {
  const bound = new PageBound({ limit: 3, bytes: 100 });
  expect([bound.admit(2, 0), bound.admit(2, 0), bound.admit(1, 0), bound.admit(1, 0)]).toEqual([true, false, true, false]);
  expect(new PageBound({ limit: 0, bytes: 100 }).admit(1, 0)).toBe(false);
});

test('a page is bounded by its bytes, but has a line however long', () => {
  const bound = new PageBound({ limit: 10, bytes: 5 });
  expect([bound.admit(1, 3), bound.admit(1, 3), bound.admit(1, 2), bound.admit(1, 0), bound.admit(1, 1)]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  const long = new PageBound({ limit: 10, bytes: 5 });
  expect([long.admit(1, 6), long.admit(1, 0)]).toEqual([true, false]);
});
