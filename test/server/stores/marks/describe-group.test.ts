import { expect, test } from 'vitest';
import { NO_LOG } from '../../../../src/server/store.ts';
import { describeGroup, isAround } from '../../../../src/server/stores/marks/describe-group.ts';

const tail = { ...NO_LOG, epoch: 'e', first: 1, head: 20, time: 99 };
const group = { line: 5, t: 'a', d: 1, o: 0 as const, time: 50, parent: 2, end: 10, until: 60, endedBy: 11, shown: 8 };
/** One warning, one error and one fatal on each line. */
const sums = (line: number): number[] => [0, 0, 0, line, line, line];

test('describes a group as of its end, and as of an earlier line', () => {
  const start = { line: 5, t: 'a', d: 1, time: 50 };
  expect(describeGroup(group, 20, tail, sums)).toEqual({ ...start, o: 1, end: 10, until: 60, warn: 6, error: 12 });
  // The line that ends it is not looked at.
  expect(describeGroup(group, 10, tail, sums)).toEqual({ ...start, o: 1, warn: 6, error: 12 });
  expect(describeGroup(group, 9, tail, sums)).toEqual({ ...start, o: 1, warn: 5, error: 10 });
  expect(describeGroup(group, 7, tail, sums)).toEqual({ ...start, o: 0, warn: 3, error: 6 });
});

test('counts only lines that are held', () => {
  expect(describeGroup(group, 20, { ...tail, first: 9 }, sums)).toMatchObject({ warn: 2, error: 4 });
});

test('takes the end of the log for the end of an open group, as of the last line alone', () => {
  const open = { line: 5, t: 'a', d: 0, time: 50 };
  expect(describeGroup(open, 20, { ...tail, end: 0 }, sums)).toMatchObject({ end: 20, until: 99 });
  expect(describeGroup(open, 19, { ...tail, end: 0 }, sums)).not.toHaveProperty('end');
  expect(describeGroup(open, 20, tail, sums)).not.toHaveProperty('end');
});

test('says whether a group is around a line, and none of whose lines are held is around nothing', () => {
  const around = (after: number, upto = 20, first = 1) => isAround(group, after, upto, { ...tail, first });
  expect([4, 5, 10, 11].map((after) => around(after))).toEqual([false, true, true, false]);
  expect(around(8, 8)).toBe(true);
  expect(around(9, 20, 10)).toBe(true);
  expect(around(10, 20, 11)).toBe(false);
});
