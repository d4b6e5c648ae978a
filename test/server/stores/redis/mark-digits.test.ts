import { expect, test } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';
import { batchMarks } from '../../../../src/server/stores/redis/mark-digits.ts';

const marks = (...extras: readonly (LineExtra | undefined)[]) =>
  batchMarks(packLines(extras.map((extra) => (extra === undefined ? ['text'] : ['text', extra]))).extras, extras.length);

test('says nothing of lines without marks', () => {
  expect(marks(undefined, { s: 'err', c: '31' }, { p: 1 }, { l: 17, k: 1 })).toEqual({ digits: '', groups: '', isCut: false });
  expect(marks()).toEqual({ digits: '', groups: '', isCut: false });
});

test('gives each entry its rank plus 1, and nothing after the last', () => {
  expect(marks(undefined, { l: 17 }, { l: 17, k: 1 }, { l: 24 }, { l: 13, r: 1 }, { l: 1 }, undefined).digits).toBe('050601');
});

test('counts the first piece of a line alone', () => {
  expect(marks({ l: 17, p: 1 }, { l: 17, p: 1 }, { l: 17 }, { l: 17 }).digits).toBe('5005');
  expect(marks({ p: 1 }, undefined, { l: 17 }).digits).toBe('005');
  expect([marks({ p: 1 }, undefined), marks(undefined, { p: 1 }), marks({ p: 1 }, { p: 1 })].map(({ isCut }) => isCut)).toEqual([
    false,
    true,
    true,
  ]);
});

test('says what begins and ends, on a line each whatever the title', () => {
  const start = { t: 'a\nb\u2028 {"x"} \ud800', d: 1, o: 0 as const };
  const { groups } = marks(undefined, { g: start, e: 2 }, { e: 1 }, { u: 1 });
  expect(groups.split('\n').slice(1)).toEqual(['3 1 0  ', '4 0 1  ', '']);
  expect(groups.split('\n')[0]).toBe(`2 2 0 1 ${JSON.stringify(start)}`);
});
