import { describe, expect, it } from 'vitest';
import type { Line, LineExtra } from '../../../../src/protocol/line.ts';
import { LineFilter, QUIET_LINES } from '../../../../src/server/http/core/line-filter.ts';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { appendLines } from '../marked-log.ts';

const ERROR: LineExtra = { l: 17 };
const line = (extra?: LineExtra): Line => (extra === undefined ? [1, ''] : [1, '', extra]);
const quiet = (count: number): Line[] => Array.from({ length: count }, () => line());

/** A filter for errors over a log of `length` lines with one error. */
async function filterOver(length: number, error: number): Promise<{ filter: LineFilter; epoch: string; store: MemoryStore }> {
  const store = new MemoryStore();
  const lines = Array.from({ length }, (_, at): [string, LineExtra?] => (at + 1 === error ? ['', ERROR] : ['']));
  const { epoch } = await appendLines(store, 'run:1', 1, lines);
  return { filter: new LineFilter(store.marks, 'run:1', { level: 17, since: 0 }), epoch, store };
}

describe('a filter of lines', () => {
  it('gives what passes in runs of consecutive lines, at most as many as asked for', async () => {
    const { filter } = await filterOver(1, 1);
    const lines = [line(ERROR), line({ l: 21 }), line(), line({ l: 13 }), line(ERROR), line(ERROR)];
    const numbers = (limit: number): number[][] => filter.pick(11, lines, limit).map((run) => [run.from, run.lines.length]);
    expect(numbers(Number.POSITIVE_INFINITY)).toEqual([
      [11, 2],
      [15, 2],
    ]);
    expect(numbers(3)).toEqual([
      [11, 2],
      [15, 1],
    ]);
    expect(numbers(1)).toEqual([[11, 1]]);
  });

  it('jumps to the line before the next entry once enough lines in a row did not pass, not earlier', async () => {
    const { filter, epoch } = await filterOver(20_000, 15_000);
    filter.pick(1, quiet(QUIET_LINES - 1), 1);
    expect(await filter.skip(epoch, QUIET_LINES - 1, 20_000)).toBe(QUIET_LINES - 1);
    filter.pick(QUIET_LINES, quiet(1), 1);
    expect(await filter.skip(epoch, QUIET_LINES, 20_000)).toBe(14_999);
    expect(await filter.skip(epoch, QUIET_LINES, 3_000)).toBe(3_000);
    filter.pick(15_000, [line(ERROR)], 1);
    expect(await filter.skip(epoch, 15_000, 20_000)).toBe(15_000);
    filter.pick(15_001, quiet(QUIET_LINES), 1);
    expect(await filter.skip(epoch, 15_000 + QUIET_LINES, 20_000)).toBe(20_000);
  });

  it('reads on over a short distance, and where lines were lost', async () => {
    const { filter, epoch, store } = await filterOver(20_000, 15_000);
    filter.pick(1, quiet(QUIET_LINES), 1);
    expect(await filter.skip(epoch, 5_000, 5_000 + QUIET_LINES)).toBe(5_000);
    expect(await filter.skip('other', 5_000, 20_000)).toBe(5_000);
    await store.trim('run:1', { lines: 10_000 }, 1);
    expect(await filter.skip(epoch, 5_000, 20_000)).toBe(5_000);
    expect(await filter.skip(epoch, 10_000, 20_000)).toBe(14_999);
  });

  it('has no entry to jump to for a time', async () => {
    const { store, epoch } = await filterOver(20_000, 15_000);
    const filter = new LineFilter(store.marks, 'run:1', { level: undefined, since: 2 });
    expect(filter.pick(1, quiet(QUIET_LINES), 1)).toEqual([]);
    expect(await filter.skip(epoch, QUIET_LINES, 20_000)).toBe(QUIET_LINES);
    expect(filter.pick(1, [[2, 'now']], 1)).toEqual([{ from: 1, lines: [[2, 'now']] }]);
  });
});
