import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRINGS } from '../../../src/element/strings.ts';
import { formatDay, formatTime, isNewDay } from '../../../src/element/util/format-time.ts';
import { TIME_MODES, TIME_WIDTH, nextTimeMode } from '../../../src/element/util/time.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 67);

describe('the timestamp of a line', () => {
  it('is empty if timestamps are off', () => {
    expect(formatTime('none', AT, AT, AT)).toBe('');
  });

  it('is the time of day in UTC', () => {
    expect(formatTime('utc', AT, undefined, undefined)).toBe('03:04:05.067Z');
  });

  it('is the local time of day', () => {
    const local = new Date(AT);
    expect(formatTime('local', AT, undefined, undefined)).toBe(
      `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}:05.067`,
    );
  });

  it('is the time since the first line, if that is known', () => {
    expect(formatTime('elapsed', AT, AT, undefined)).toBe('0.000');
    expect(formatTime('elapsed', AT + 63_214, AT, undefined)).toBe('1:03.214');
    expect(formatTime('elapsed', AT + 7_263_214, AT, undefined)).toBe('2:01:03.214');
    expect(formatTime('elapsed', AT, undefined, AT)).toBe('');
  });

  it('is the time since the previous line, if that is held', () => {
    expect(formatTime('delta', AT + 12, undefined, AT)).toBe('+0.012');
    expect(formatTime('delta', AT, AT, undefined)).toBe('');
  });

  it('fits its column, and never throws, for any time a producer sends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TIME_MODES),
        fc.double({ noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 86_000_000 }),
        (mode, wild, span) => {
          expect(() => formatTime(mode, wild, 0, 0)).not.toThrow();
          expect(formatTime(mode, AT + span, AT, AT).length).toBeLessThanOrEqual(TIME_WIDTH[mode]);
        },
      ),
    );
  });

  it('cycles through all modes', () => {
    let mode = TIME_MODES[0] ?? 'none';
    const seen = TIME_MODES.map(() => (mode = nextTimeMode(mode)));
    expect(new Set(seen)).toEqual(new Set(TIME_MODES));
    expect(mode).toBe('none');
  });
});

describe('a duration', () => {
  it.each([
    [0, '<1s'],
    [999, '<1s'],
    [1_000, '1.0s'],
    [2_140, '2.1s'],
    [9_949, '9.9s'],
    [9_950, '10s'],
    [42_000, '42s'],
    [59_700, '1m 00s'],
    [192_000, '3m 12s'],
    [7_500_000, '2h 05m'],
    [86_399_000, '23h 59m'],
    [86_400_000, '1d 00h'],
    [28_710_360_000, '332d 07h'],
  ])('of %d ms is %s', (ms, text) => {
    expect(STRINGS.duration(ms)).toBe(text);
  });
});

describe('another day', () => {
  const dates = fc.date({ min: new Date(0), max: new Date(2_100, 0), noInvalidDate: true });

  it('begins where the date differs, as the clock is shown', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 400 * 3_600_000 }), (date, later) => {
        const before = date.getTime();
        const time = before + later;
        expect(isNewDay('local', time, before)).toBe(new Date(time).toDateString() !== date.toDateString());
        expect(isNewDay('utc', time, before)).toBe(new Date(time).toISOString().slice(0, 10) !== date.toISOString().slice(0, 10));
      }),
    );
  });

  it('is named in no more room than the time of day takes', () => {
    const day = new Date(2026, 10, 30, 0, 4).getTime();
    expect(formatDay('local', day, STRINGS)).toBe('Nov 30 00:04');
    expect(formatDay('utc', Date.UTC(2026, 11, 1, 23, 59), STRINGS)).toBe('Dec 1 23:59Z');
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.constantFrom('local', 'utc'), (date, mode) => {
        expect(formatDay(mode, date.getTime(), STRINGS).length).toBeLessThanOrEqual(TIME_WIDTH[mode]);
      }),
    );
  });

  it('is not shown without a clock', () => {
    for (const mode of ['none', 'elapsed', 'delta'] as const) expect(isNewDay(mode, 86_400_000 * 3, 0)).toBe(false);
  });
});
