import { describe, expect, it } from 'vitest';
import type { LogStatus } from '../../../../src/worker/api.ts';
import { CONNECTING } from '../../../../src/element/status/chip.ts';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';
import { MatchFilter } from '../../../../src/element/viewport/filter/match-filter.ts';
import { RowMetrics } from '../../../../src/element/viewport/layout/row-metrics.ts';
import { LineCache } from '../../../../src/element/viewport/lines/line-cache.ts';
import { SpecialLines } from '../../../../src/element/viewport/long-lines/special-lines.ts';
import { Wrapping } from '../../../../src/element/viewport/layout/wrapping.ts';
import { PartLoader } from '../../../../src/element/util/part-loader.ts';

const status: LogStatus = { ...CONNECTING, state: 'live', epoch: '1', first: 1, head: 100 };

describe('the rows of lines that are broken', () => {
  it('are counted for lines that a filter shows, never for those between them, held or not', () => {
    const lines = new LineCache();
    const everyLine = { from: 1, to: 100 };
    // Odd lines are three rows, even ones one; shown are some even ones.
    lines.insert({ from: 1, lines: Array.from({ length: 100 }, (_, at) => [0, at % 2 === 0 ? 'x'.repeat(25) : 'short']) }, everyLine);
    const special = new SpecialLines(lines, new PartLoader(() => undefined), { load: () => Promise.resolve() });
    const metrics = new RowMetrics(special, () => 0);
    metrics.useWrapping(Wrapping);
    metrics.resize({ height: 200, rowHeight: 20, columns: 10 });
    metrics.setWrap(true);
    const hits = LineSet.of([2, 4, 50, 98]);
    const filter = new MatchFilter({ opened: () => undefined, leftOut: String }, { lines: hits, upto: 100, context: 0 });
    filter.update(status, undefined);
    metrics.filter = filter;
    expect(metrics.countRows(everyLine, lines, metrics.index(status, []))).toBe(true);
    expect(metrics.countRows(everyLine, lines, metrics.index(status, []))).toBe(false);
    const rows = metrics.index(status, []);
    expect([2, 4, 50, 98].map((line) => rows.heightAt(line))).toEqual([20, 20, 20, 20]);
    metrics.uncount(everyLine);
    expect(metrics.recordHeight(3, 60)).toBe(false);
    expect(metrics.recordHeight(4, 40)).toBe(true);
    expect(metrics.index(status, []).heightAt(4)).toBeCloseTo(40);
    metrics.filter = undefined;
    metrics.countRows(everyLine, lines, metrics.index(status, []));
    expect(metrics.index(status, []).heightAt(3)).toBe(60);
  });
});
