import { expect, test } from 'vitest';
import { parseGroups, parseLevels, parseSeek } from '../../../../src/server/stores/redis/mark-replies.ts';
import { UnexpectedReplyError } from '../../../../src/server/stores/redis/replies.ts';

const TAIL = ['epoch', '1', '20', '', '99', '', 'run.0', ''];

test('reads borders of levels', () => {
  const { result } = parseLevels([TAIL, '0', '20', '3', ['0', '50', '0 0 0 0 0 0', '20', '0', '1 2 3 4 5 6']]);
  expect(result).toMatchObject({ after: 0, upto: 20, next: 3, tail: { head: 20 } });
  expect(result.borders).toEqual([
    { line: 0, time: 50, sums: [0, 0, 0, 0, 0, 0] },
    { line: 20, time: 0, sums: [1, 2, 3, 4, 5, 6] },
  ]);
});

test('reads groups that are open, ended and shown', () => {
  const title = { t: 'a } 1 2 "\u2028', d: 1 };
  const began = `5 50 2 7 8 1 ${JSON.stringify(title)}`;
  const { result } = parseGroups([
    TAIL,
    '0',
    '20',
    '0',
    '1',
    '0 0 0 1 2 3',
    '0 0 0 4 5 6',
    [],
    [began, '', '', began, '9 60 10 11 12', '8'],
  ]);
  const group = { line: 5, ...title, time: 50 };
  expect(result).toMatchObject({ next: 0, more: true, sumsBefore: [0, 0, 0, 1, 2, 3], sumsUpto: [0, 0, 0, 4, 5, 6], around: [] });
  expect(result.groups).toEqual([
    { group, before: [0, 0, 0, 7, 8], through: undefined },
    { group: { ...group, end: 9, until: 60, endedBy: 10, shown: 8 }, before: [0, 0, 0, 7, 8], through: [0, 0, 0, 11, 12] },
  ]);
});

test('reads what a search found, and that it found nothing', () => {
  expect(parseSeek([TAIL, '7', '50']).result.found).toEqual({ line: 7, time: 50 });
  expect(parseSeek([TAIL]).result.found).toBeUndefined();
});

test('refuses what it cannot read', () => {
  for (const parse of [parseLevels, parseGroups, parseSeek]) {
    expect(() => parse('')).toThrow(UnexpectedReplyError);
    expect(() => parse([[]])).toThrow(UnexpectedReplyError);
  }
  expect(() => parseLevels([TAIL, '0', '1', '0', ['1', null, '']])).toThrow(UnexpectedReplyError);
  for (const group of ['no group', '1 2 3 4 5 6 {}', '1 2 3 4 5 6 {'])
    expect(() => parseGroups([TAIL, '0', '1', '0', '0', '', '', [], [group, '', '']])).toThrow(UnexpectedReplyError);
});
