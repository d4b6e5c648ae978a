import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTarget, type GoToClock } from '../../../../src/element/tools/go-to/parse-target.ts';

const NOW = Date.UTC(2026, 10, 30, 12, 0, 0);
const NEAR = Date.UTC(2026, 10, 29, 17, 30, 0);
const clock: GoToClock = { now: NOW, near: NEAR, isUtc: true };
const HOUR = 3_600_000;

describe('what a reader types to go somewhere', () => {
  it.each([
    ['412', { line: 412 }],
    [' 1,204 ', { line: 1_204 }],
    ['1 204', { line: 1_204 }],
    ['1.204.000', { line: 1_204_000 }],
    ['1\u202f204', { line: 1_204 }],
    ['1’204', { line: 1_204 }],
    ['1.5', undefined],
    ['1.2045', undefined],
    ['204.', undefined],
    ['L412', { line: 412 }],
    ['#L412', { line: 412 }],
    ['15m', { time: NOW - 15 * 60_000 }],
    ['15m ago', { time: NOW - 15 * 60_000 }],
    ['2 h ago', { time: NOW - 2 * HOUR }],
    ['90s', { time: NOW - 90_000 }],
    ['12:04', { time: Date.UTC(2026, 10, 29, 12, 4) }],
    ['12:04:11', { time: Date.UTC(2026, 10, 29, 12, 4, 11) }],
    ['12:04:11.25', { time: Date.UTC(2026, 10, 29, 12, 4, 11, 250) }],
    ['9:05', { time: Date.UTC(2026, 10, 29, 9, 5) }],
    ['2026-11-29T17:00:00Z', { time: Date.UTC(2026, 10, 29, 17) }],
    ['2026-11-29t18:00:00+01:00', { time: Date.UTC(2026, 10, 29, 17) }],
    ['2026-11-29 17:00', { time: Date.UTC(2026, 10, 29, 17) }],
    ['2026-11-29', { time: Date.UTC(2026, 10, 29) }],
    ['1764435600000', { time: 1_764_435_600_000 }],
  ])('%j', (text, target) => {
    expect(parseTarget(text, clock)).toEqual(target);
  });

  it.each(['', '0', '-3', '1.5', 'abc', '25:00', '12:60', '2026-02-30', '2026-13-01', '15x', '12:4', 'L', '2026-11-29 25:00'])(
    'is refused: %j',
    (text) => {
      expect(parseTarget(text, clock)).toBeUndefined();
    },
  );

  it('is the time of day nearest to the lines on screen', () => {
    const at = (near: number, text: string): unknown => parseTarget(text, { ...clock, near });
    expect(at(Date.UTC(2026, 10, 29, 23, 50), '0:10')).toEqual({ time: Date.UTC(2026, 10, 30, 0, 10) });
    expect(at(Date.UTC(2026, 10, 30, 0, 10), '23:50')).toEqual({ time: Date.UTC(2026, 10, 29, 23, 50) });
    expect(at(Date.UTC(2026, 10, 30, 0, 10), '0:20')).toEqual({ time: Date.UTC(2026, 10, 30, 0, 20) });
  });

  it('is local unless times are shown in UTC, or it says Z', () => {
    const local = { ...clock, isUtc: false };
    expect(parseTarget('2026-11-29 17:00', local)).toEqual({ time: new Date(2026, 10, 29, 17).getTime() });
    expect(parseTarget('12:04Z', local)).toEqual({ time: Date.UTC(2026, 10, 29, 12, 4) });
  });

  it('is any line and any point in time as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), (line) => {
        expect(parseTarget(String(line), clock)).toEqual({ line });
        expect(parseTarget(line.toLocaleString('en'), clock)).toEqual({ line });
      }),
    );
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(9_999, 0), noInvalidDate: true }), (date) => {
        expect(parseTarget(date.toISOString(), clock)).toEqual({ time: date.getTime() });
      }),
    );
  });

  it('is never more than half a day away by its time of day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 86_400_000, max: NOW }),
        (hour, minute, near) => {
          const target = parseTarget(`${hour}:${String(minute).padStart(2, '0')}`, { ...clock, near });
          const time = target !== undefined && 'time' in target ? target.time : Number.NaN;
          expect(Math.abs(time - near)).toBeLessThanOrEqual(12 * HOUR);
          expect([new Date(time).getUTCHours(), new Date(time).getUTCMinutes()]).toEqual([hour, minute]);
        },
      ),
    );
  });
});
