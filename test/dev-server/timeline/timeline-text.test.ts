import { describe, expect, it } from 'vitest';
import { rangeText, tallyText } from '../../../src/dev-server/console/timeline/timeline-text.ts';

const at = (day: number, ...time: [number, number, number]): number => new Date(2026, 10, day, ...time).getTime();

describe('a range of time in words', () => {
  it('has days where it is not of today', () => {
    const range = { from: at(30, 12, 4, 11), to: at(30, 12, 6, 30) };
    expect(rangeText(range, 1_000, at(30, 13, 0, 0))).toBe('12:04:11–12:06:30');
    expect(rangeText(range, 60_000, at(30, 13, 0, 0))).toBe('12:04–12:06');
    expect(rangeText(range, 1_000, at(29, 13, 0, 0))).toBe('Nov 30 12:04:11–12:06:30');
    expect(rangeText({ from: at(29, 23, 0, 0), to: range.to }, 60_000, range.to)).toBe('Nov 29 23:00–Nov 30 12:06');
  });

  it('says how many lines, errors and warnings it has', () => {
    expect(tallyText({ lines: 1_204, errors: 3, warnings: 0 })).toEqual(['1,204 lines', '3 errors']);
    expect(tallyText({ lines: 1, errors: 1, warnings: 1 })).toEqual(['1 line', '1 error', '1 warning']);
    expect(tallyText({ lines: 0, errors: 0, warnings: 0 })).toEqual(['0 lines']);
  });
});
