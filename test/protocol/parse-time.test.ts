import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/protocol/parse-time.ts';

const NOW = Date.UTC(2026, 10, 29, 17);

describe('a point in time', () => {
  it.each([
    ['0', 0],
    ['1763658000000', 1_763_658_000_000],
    ['90s', NOW - 90_000],
    ['0s', NOW],
    ['15m', NOW - 900_000],
    ['2h', NOW - 7_200_000],
    ['3d', NOW - 259_200_000],
    ['9999999999d', 0],
    ['2026-11-29T17:00:00Z', NOW],
    ['2026-11-29t17:00:00z', NOW],
    ['2026-11-29 17:00:00Z', NOW],
    ['2026-11-29T17:00:00.5Z', NOW + 500],
    ['2026-11-29T17:00:00.57Z', NOW + 570],
    ['2026-11-29T17:00:00.123987654Z', NOW + 123],
    ['2026-11-29T18:30:00+01:30', NOW],
    ['2026-11-29T18:30:00 01:30', NOW],
    ['2026-11-29T12:00:00-05:00', NOW],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['0099-01-01T00:00:00Z', 0],
  ])('is read from %j', (text, time) => {
    expect(parseTime(text, NOW)).toBe(time);
  });

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '1.5',
    '01',
    '1e3',
    '99999999999999999',
    '9007199254740993',
    'now',
    '15 m',
    '15min',
    '1w',
    '1.5h',
    '-15m',
    '015m',
    '2026-11-29',
    '2026-11-29T17:00Z',
    '2026-11-29T17:00:00',
    '2026-11-29T17:00:00.Z',
    '2026-11-29T24:00:00Z',
    '2026-11-29T17:60:00Z',
    '2026-11-29T17:00:61Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-11-29T17:00:00+24:00',
    '2026-11-29T17:00:00+01:60',
    '2026-11-29T17:00:00Z\n',
    '12026-11-29T17:00:00Z',
  ])('is not read from %j', (text) => {
    expect(parseTime(text, NOW)).toBeUndefined();
  });

  it('is what Date makes of its own ISO form', () => {
    const date = fc.date({ min: new Date(0), max: new Date(Date.UTC(9_999, 11, 31)), noInvalidDate: true });
    fc.assert(fc.property(date, (its) => parseTime(its.toISOString(), NOW) === its.getTime()));
  });

  it('is never read from anything else, and reading never fails', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const time = parseTime(text, NOW);
        return time === undefined || (Number.isSafeInteger(time) && time >= 0);
      }),
    );
  });
});
