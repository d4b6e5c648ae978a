import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelsPage, LevelsPart } from '../../../src/protocol/answers/answers.ts';
import { barOf, barPaths } from '../../../src/dev-server/console/timeline/bars.ts';
import { histogramOf, indexOf, sumOf, timeOf, type LineHistogram } from '../../../src/dev-server/console/timeline/histogram.ts';
import { indexAt, movedBy, rangeOf, spansOf, timeAt } from '../../../src/dev-server/console/timeline/time-cursor.ts';
import { alignedTo, clockText, dayText, stepFor, ticksOf, zoneAt } from '../../../src/dev-server/console/timeline/time-axis.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 30, 11, 4, 11, 250);

/** A page of parts, each with lines, errors and warnings, and how long after the part before it begins, ms. */
function pageOf(parts: readonly { lines: number; errors: number; warnings: number; after: number }[], first = 0): LevelsPage {
  const made: LevelsPart[] = [];
  let last = first;
  let time = NOW;
  for (const { lines, errors, warnings, after } of parts) {
    last += lines;
    time += after;
    made.push({ last, time, counts: [0, 0, 0, warnings, errors, 0] });
  }
  return { after: first, upto: last, parts: made };
}

const parts = fc.array(
  fc
    .record({ lines: fc.integer({ min: 1, max: 20_000 }), errors: fc.nat(5), warnings: fc.nat(5), after: fc.nat({ max: 40 * HOUR }) })
    .map((part) => ({ ...part, errors: Math.min(part.errors, part.lines), warnings: Math.min(part.warnings, part.lines) })),
  { minLength: 1, maxLength: 40 },
);
const most = fc.integer({ min: 2, max: 400 });
const zone = fc.integer({ min: -48, max: 56 }).map((quarters) => (quarters * HOUR) / 4);
const histograms = fc
  .tuple(parts, most, zone, fc.nat({ max: 100 * HOUR }))
  .map(
    ([made, limit, offset, more]) => histogramOf(pageOf(made), lastOf(pageOf(made)) + more, limit, offset) ?? expect.fail('no histogram'),
  );

const lastOf = ({ parts: made }: LevelsPage): number => made.at(-1)?.time ?? 0;

describe('a histogram', () => {
  it('counts every line, error and warning once, in no more spans than asked for', () => {
    fc.assert(
      fc.property(parts, most, zone, fc.nat({ max: 100 * HOUR }), (made, limit, offset, more) => {
        const page = pageOf(made);
        const histogram = histogramOf(page, lastOf(page) + more, limit, offset);
        if (histogram === undefined) return expect.fail('no histogram');
        const { tallies, start, step } = histogram;
        expect(tallies.length).toBeLessThanOrEqual(limit);
        expect(sumOf(histogram, 0, tallies.length - 1)).toEqual({
          lines: page.upto,
          errors: made.reduce((sum, { errors }) => sum + errors, 0),
          warnings: made.reduce((sum, { warnings }) => sum + warnings, 0),
        });
        expect(start).toBeLessThanOrEqual(NOW + (made[0]?.after ?? 0));
        expect(start + tallies.length * step).toBeGreaterThan(lastOf(page) + more);
        expect((start + offset) % step).toBe(0);
      }),
    );
  });

  it('has each line in the span of its time, where parts are single lines', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 * HOUR }), { minLength: 1, maxLength: 60 }), most, (gaps, limit) => {
        const page = pageOf(gaps.map((after) => ({ lines: 1, errors: 0, warnings: 0, after })));
        const histogram = histogramOf(page, lastOf(page), limit, 0);
        if (histogram === undefined) return expect.fail('no histogram');
        const expected = histogram.tallies.map((_, index) => page.parts.filter(({ time }) => indexOf(histogram, time) === index).length);
        expect(histogram.tallies.map(({ lines }) => lines)).toEqual(expected);
      }),
    );
  });

  it('begins at the first line held, and is none without lines', () => {
    const histogram = histogramOf(pageOf([{ lines: 5, errors: 0, warnings: 0, after: 0 }], 1_000), NOW, 10, 0);
    expect(histogram?.tallies[0]).toEqual({ lines: 5, errors: 0, warnings: 0 });
    expect(histogramOf({ after: 3, upto: 3, parts: [] }, NOW, 10, 0)).toBeUndefined();
  });

  it('spreads the lines of a part over its time', () => {
    const page = pageOf([
      { lines: 1_000, errors: 2, warnings: 0, after: 0 },
      { lines: 1, errors: 0, warnings: 0, after: 100_000 },
    ]);
    const histogram = histogramOf(page, NOW + 100_000, 15, 0);
    expect(histogram?.step).toBe(10_000);
    const lines = histogram?.tallies.map((tally) => tally.lines) ?? [];
    expect(lines.slice(1, -1)).toEqual(Array.from({ length: 9 }, () => 100));
    expect(histogram?.tallies.filter(({ errors }) => errors > 0)).toHaveLength(2);
  });

  it('stays bounded for any times', () => {
    const page: LevelsPage = { after: 0, upto: 2, parts: [part(1, 0), part(2, 8.64e15)] };
    expect(histogramOf(page, 0, 100, 0)?.tallies.length).toBeLessThanOrEqual(100);
    // Another program may answer with times that go back.
    const back: LevelsPage = { after: 0, upto: 2, parts: [part(1, NOW), part(2, NOW - HOUR)] };
    expect(histogramOf(back, NOW, 100, 0)?.tallies.length).toBeLessThanOrEqual(100);
  });
});

function part(last: number, time: number): LevelsPart {
  return { last, time, counts: [0, 0, 0, 0, 0, 0] };
}

describe('a time axis', () => {
  it('has the shortest steps that cover a span, aligned to the clock', () => {
    expect(stepFor(60_000, 100, 0, NOW)).toBe(1_000);
    expect(stepFor(HOUR, 100, 0, NOW)).toBe(60_000);
    expect(stepFor(24 * HOUR, 10, 0, NOW)).toBe(3 * HOUR);
    expect(new Date(alignedTo(3 * HOUR, NOW, HOUR)).toISOString()).toBe('2026-11-30T11:00:00.000Z');
    expect(new Date(alignedTo(24 * HOUR, NOW, HOUR)).toISOString()).toBe('2026-11-29T23:00:00.000Z');
  });

  it('has at most as many marks as asked for, in order and within the span', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000 * HOUR }), fc.integer({ min: 1, max: 12 }), zone, (span, limit, offset) => {
        const ticks = ticksOf(NOW, NOW + span, limit, offset);
        expect(ticks.length).toBeLessThanOrEqual(limit);
        for (const { time } of ticks) expect(time >= NOW && time <= NOW + span).toBe(true);
        expect(ticks.map(({ time }) => time)).toEqual(ticks.map(({ time }) => time).sort((a, b) => a - b));
      }),
    );
  });

  it('says the day at its first mark and at each new day', () => {
    const start = new Date(2026, 10, 30, 20).getTime();
    const texts = ticksOf(start, start + 8 * HOUR, 6, zoneAt(start)).map(({ text }) => text);
    expect(texts).toEqual(['Nov 30 20:00', '22:00', 'Dec 1 00:00', '02:00', '04:00']);
  });

  it('shows times as exactly as its steps are', () => {
    const time = new Date(2026, 10, 30, 9, 4, 11, 250).getTime();
    expect([clockText(time, 60_000), clockText(time, 1_000), clockText(time, 100)]).toEqual(['09:04', '09:04:11', '09:04:11.250']);
    expect(dayText(time)).toBe('Nov 30');
  });
});

describe('the bars of a histogram', () => {
  it('stand within the area, with their parts on top of each other', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 8, max: 60 }), (lines, errors, warnings, height) => {
        const bar = barOf({ lines, errors, warnings }, Math.max(lines, 500), height);
        expect(bar.total).toBeLessThanOrEqual(height);
        expect(bar.errors + bar.warnings).toBeLessThanOrEqual(bar.total + 1e-9);
        expect(bar.total > 0).toBe(lines > 0);
        if (lines > 0)
          expect([bar.errors > 0, bar.warnings > 0 || bar.errors === bar.total]).toEqual([
            errors > 0,
            warnings > 0 || bar.errors === bar.total,
          ]);
      }),
    );
  });

  it('are one shape a bar', () => {
    const histogram: LineHistogram = {
      start: 0,
      step: 10,
      tallies: [
        { lines: 4, errors: 1, warnings: 0 },
        { lines: 0, errors: 0, warnings: 0 },
        { lines: 1, errors: 0, warnings: 1 },
      ],
    };
    expect(barPaths(histogram, { width: 30, height: 20 })).toEqual({
      lines: 'M0 0h9v20h-9zM20 10h9v10h-9z',
      warnings: 'M20 10h9v10h-9z',
      errors: 'M0 15h9v5h-9z',
    });
  });
});

describe('the cursor of a histogram', () => {
  const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'] as const;

  it('stays within, and extends a range from where Shift was pressed', () => {
    fc.assert(
      fc.property(histograms, fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.boolean()), { maxLength: 30 }), (histogram, keys) => {
        const last = histogram.tallies.length - 1;
        let cursor: ReturnType<typeof movedBy>;
        let index = last;
        let anchor: number | undefined;
        for (const [key, isExtending] of keys) {
          cursor = movedBy(key, isExtending, cursor, histogram);
          anchor = isExtending ? (anchor ?? index) : undefined;
          const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -1e9, End: 1e9 }[key];
          index = Math.min(last, Math.max(0, index + by));
          expect(indexAt(cursor, histogram)).toBe(index);
          expect(spansOf(cursor, histogram)).toEqual({ from: Math.min(index, anchor ?? index), to: Math.max(index, anchor ?? index) });
        }
      }),
    );
  });

  it('keeps its time when the log grows', () => {
    const page = pageOf([{ lines: 60, errors: 0, warnings: 0, after: 0 }]);
    const before = histogramOf(page, NOW + 60_000, 70, 0);
    const later = histogramOf(page, NOW + HOUR, 70, 0);
    if (before === undefined || later === undefined) return expect.fail('no histogram');
    const cursor = movedBy('PageUp', false, movedBy('Home', false, undefined, before), before);
    const { from, to } = rangeOf(cursor, later);
    expect([from <= (cursor?.at ?? 0), to > (cursor?.at ?? 0)]).toEqual([true, true]);
  });

  it('is in the span under the pointer', () => {
    fc.assert(
      fc.property(histograms, fc.double({ min: -1, max: 2, noNaN: true }), (histogram, share) => {
        const index = indexOf(histogram, timeAt(histogram, share));
        const clamped = Math.min(1, Math.max(0, share));
        expect(index).toBe(Math.min(histogram.tallies.length - 1, Math.floor(clamped * histogram.tallies.length)));
        const { from, to } = timeOf(histogram, index, index);
        expect(to - from).toBe(histogram.step);
      }),
    );
  });

  it('ignores all other keys', () => {
    const histogram: LineHistogram = { start: 0, step: 1, tallies: [{ lines: 1, errors: 0, warnings: 0 }] };
    expect(movedBy('a', false, undefined, histogram)).toBeUndefined();
  });
});
