import { expect, test } from 'vitest';
import { NO_LOG } from '../../../../src/server/store.ts';
import { rangeWithin } from '../../../../src/server/stores/marks/query-range.ts';

test('takes of a range what the log holds', () => {
  const within = (after: number, upto: number) => Object.values(rangeWithin({ after, upto }, { ...NO_LOG, first: 11, head: 20 }));
  expect(within(0, 100)).toEqual([10, 20]);
  expect(within(10, 20)).toEqual([10, 20]);
  expect(within(12, 15)).toEqual([12, 15]);
  expect(within(15, 12)).toEqual([15, 15]);
  expect(within(0, 5)).toEqual([10, 10]);
  expect(within(30, 40)).toEqual([20, 20]);
  expect(Object.values(rangeWithin({ after: 3, upto: 9 }, NO_LOG))).toEqual([0, 0]);
});
