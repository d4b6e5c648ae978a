import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelsPage } from '../../../../src/protocol/answers/answers.ts';
import { densityOf, nearestTick, placesOf, ticksOf } from '../../../../src/element/tools/ruler/ruler-marks.ts';
import { RulerScale } from '../../../../src/element/tools/ruler/ruler-scale.ts';

/** Parts of a log: for each its number of lines, ms, warnings, errors and fatal errors. */
const logs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(9), fc.nat(2), fc.nat(2), fc.nat(1)), { minLength: 1, maxLength: 40 })
  .map((parts): LevelsPage => {
    let last = 100;
    let time = 1_000;
    const page = parts.map(([lines, ms, warn, error, fatal]) => {
      last += lines;
      time += ms;
      return { last, time, counts: [0, 0, lines, warn, error, fatal] as const };
    });
    return { after: 100, upto: last, parts: page };
  });

const scaleOf = ({ after, upto }: LevelsPage, height: number): RulerScale => new RulerScale({ from: after + 1, to: upto }, height);
const heights = fc.integer({ min: 1, max: 300 });

describe('the ruler', () => {
  it('finds every line again at its place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.nat(200), (from, count) => {
        const scale = new RulerScale({ from, to: from + count }, 10 * (count + 1));
        for (let line = from; line <= from + count; line += 1) expect(scale.lineAt(scale.yOf(line) + 5)).toBe(line);
      }),
    );
  });

  it('stands for lines of the log only, and keeps the box within its height', () => {
    fc.assert(
      fc.property(logs, heights, fc.integer(), fc.integer({ min: -50, max: 400 }), fc.nat(500), (page, height, line, y, count) => {
        const scale = scaleOf(page, height);
        expect(scale.lineAt(y)).toBeGreaterThan(page.after);
        expect(scale.lineAt(y)).toBeLessThanOrEqual(page.upto);
        const { top, height: box } = scale.boxOf({ from: line, to: line + count });
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top + box).toBeLessThanOrEqual(height + 1e-9);
        expect(box).toBeGreaterThanOrEqual(Math.min(12, height));
      }),
    );
  });

  it('has one tick a pixel at most, and loses no error and no warning', () => {
    fc.assert(
      fc.property(logs, heights, (page, height) => {
        for (const kind of ['error', 'warning'] as const) {
          const ticks = ticksOf(page, kind, scaleOf(page, height));
          const places = ticks.map(({ y }) => y);
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
          const all = page.parts.reduce((sum, { counts }) => sum + (kind === 'warning' ? counts[3] : counts[4] + counts[5]), 0);
          expect(ticks.reduce((sum, { count }) => sum + count, 0)).toBe(all);
        }
      }),
    );
  });

  it('has one place a pixel for any number of lines, and misses no pixel with a line', () => {
    fc.assert(
      fc.property(logs, heights, fc.array(fc.nat(10_000)), (page, height, offsets) => {
        const scale = scaleOf(page, height);
        const lines = offsets.map((offset) => page.after + 1 + (offset % (page.upto - page.after))).sort((a, b) => a - b);
        expect(placesOf(lines, scale)).toEqual([...new Set(lines.map((line) => Math.floor(scale.yOf(line))))]);
      }),
    );
  });

  it('finds the tick that a click means', () => {
    const tick = (y: number): { y: number; lines: { from: number; to: number }; count: number } => ({
      y,
      lines: { from: y, to: y },
      count: 1,
    });
    const ticks = [tick(10), tick(14), tick(40)];
    expect(nearestTick(ticks, 13, 4)?.y).toBe(14);
    expect(nearestTick(ticks, 6, 4)?.y).toBe(10);
    expect(nearestTick(ticks, 5, 4)).toBeUndefined();
    expect(nearestTick([], 5, 4)).toBeUndefined();
  });

  it('is densest where lines came fastest, and covers the log without gaps', () => {
    fc.assert(
      fc.property(logs, heights, (page, height) => {
        const last = page.parts.at(-1)?.time ?? 0;
        const bars = densityOf(page, last + 5, scaleOf(page, height));
        expect(bars).toHaveLength(page.parts.length);
        expect(Math.max(...bars.map(({ share }) => share))).toBe(1);
        for (const [index, { y, height: bar }] of bars.entries()) expect(y + bar).toBeCloseTo(bars[index + 1]?.y ?? height, 6);
        expect(densityOf(page, undefined, scaleOf(page, height))).toHaveLength(page.parts.length - 1);
      }),
    );
  });
});
