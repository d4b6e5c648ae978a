import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LineRun, LogLine, LogStatus, Range } from '../../../../src/worker/api.ts';
import {
  MarkReader,
  MAX_LINES,
  MAX_MARKED,
  OWN_LINES,
  type MarkReaderHost,
  type ReadLimits,
} from '../../../../src/element/tools/unmarked/mark-reader.ts';
import { LIVE, never, rangedLog } from '../support.ts';

/** A log whose every hundredth line is an error, and what has been read of it. */
function setUp(textOf = (line: number): string => (line % 100 === 0 ? `ERROR: line ${line} broke` : `line ${line}`), limits?: ReadLimits) {
  const log = rangedLog(100_000_000, textOf);
  const marked: LineRun[] = [];
  let range = log.range;
  let underWay = 0;
  let most = 0;
  const host: MarkReaderHost = {
    log: () => ({
      range: async (from, to) => {
        underWay += 1;
        most = Math.max(most, underWay);
        try {
          return await range(from, to);
        } finally {
          underWay -= 1;
        }
      },
    }),
    changed: () => undefined,
    marked: (runs) => marked.push(...runs),
  };
  const reader = new MarkReader(host, limits);
  const run = (from: number, to: number): LineRun => ({
    from,
    lines: Array.from({ length: to - from + 1 }, (_, at) => [0, textOf(from + at)] as const),
  });
  return {
    reader,
    marked,
    asked: log.asked,
    run,
    most: () => most,
    answer: (next: (from: number, to: number) => Promise<LogLine[]>) => (range = next),
    normal: log.range,
    update: (head: number, runs: readonly LineRun[] = [], status: Partial<LogStatus> = {}) =>
      reader.update({ ...LIVE, head, ...status }, runs),
  };
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);
const linesIn = (ranges: readonly Range[]): number => ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);

describe('reading a log whose server marks no lines', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reads a log of up to 50,000 lines by itself, a page at a time', async () => {
    const { reader, asked, update, most } = setUp();
    update(OWN_LINES);
    expect([reader.counts, reader.isPartial]).toEqual([undefined, true]);
    await settled();
    expect(reader.counts).toEqual([0, 0, 0, 0, OWN_LINES / 100, 0]);
    expect([reader.isPartial, reader.isWaiting, reader.lines]).toEqual([false, false, OWN_LINES]);
    expect([most(), linesIn(asked)]).toEqual([1, OWN_LINES]);
    expect(Math.max(...asked.map(({ from, to }) => to - from + 1))).toBe(2_000);
  });

  it('reads a longer one only when that is asked for, and says how far it is', async () => {
    const { reader, asked, update } = setUp();
    update(OWN_LINES + 1);
    await settled();
    expect([asked.length, reader.counts, reader.isPartial, reader.isWaiting]).toEqual([0, undefined, true, true]);
    const progress: number[] = [];
    const all = reader.readAll(never, (lines) => progress.push(lines));
    await settled();
    await all;
    expect(reader.counts?.[4]).toBe(500);
    expect([reader.isPartial, reader.isWaiting]).toEqual([false, false]);
    expect(progress[0]).toBe(2_000);
    expect(progress.at(-1)).toBe(OWN_LINES + 1);
  });

  it('stops at once when the reader cancels, and keeps what it knows', async () => {
    const { reader, update, answer, normal } = setUp();
    update(200_000);
    answer((from, to) => (from > 4_000 ? new Promise(() => undefined) : normal(from, to)));
    const stop = new AbortController();
    const all = reader.readAll(stop.signal, () => undefined);
    const failed = expect(all).rejects.toThrow('Enough.');
    await settled();
    stop.abort(new Error('Enough.'));
    await failed;
    expect([reader.lines, reader.counts?.[4], reader.isPartial, reader.isWaiting]).toEqual([4_000, 40, true, true]);
    answer(normal);
    const rest = reader.readAll(never, () => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    await rest;
    expect([reader.lines, reader.isPartial]).toEqual([200_000, false]);
  });

  it('reads at most so many lines, whoever asks', async () => {
    expect(MAX_LINES).toBe(2_000_000);
    const { reader, asked, run, update } = setUp(() => 'x', { own: 10, most: 7_000 });
    update(7_100);
    const all = reader.readAll(never, () => undefined);
    await settled();
    await all;
    expect([reader.lines, linesIn(asked)]).toEqual([7_000, 7_000]);
    expect([reader.isPartial, reader.isWaiting]).toEqual([true, false]);
    update(7_200, [run(7_001, 7_200)]);
    expect(reader.lines).toBe(7_000);
  });

  it('counts lines that arrive without asking for them', async () => {
    const { reader, asked, run, update } = setUp();
    update(100, [run(1, 100)]);
    update(200, [run(101, 200)]);
    expect([reader.counts?.[4], reader.isPartial, asked.length]).toEqual([2, false, 0]);
    expect([reader.errorsAfter(0), reader.errorsAfter(100), reader.errorsAfter(200)]).toEqual([2, 1, 0]);
  });

  it('fetches what was skipped while the log is short, and says that it may be more once it is not', async () => {
    const { reader, run, update } = setUp();
    update(100, [run(1, 100)]);
    update(1_000, [run(901, 1_000)]);
    expect([reader.counts?.[4], reader.isPartial]).toEqual([1, true]);
    await settled();
    expect([reader.counts?.[4], reader.isPartial]).toEqual([10, false]);
    update(OWN_LINES + 10_000, [run(OWN_LINES + 9_901, OWN_LINES + 10_000)]);
    await settled();
    expect([reader.counts?.[4], reader.isPartial, reader.isWaiting]).toEqual([10, true, true]);
  });

  it('begins again with another epoch, and after what retention took', async () => {
    const { reader, update } = setUp();
    update(1_000);
    await settled();
    update(300, [], { epoch: 'b' });
    await settled();
    expect(reader.counts?.[4]).toBe(3);
    update(300, [], { epoch: 'b', first: 150 });
    expect([reader.counts?.[4], reader.lines]).toEqual([2, 151]);
    update(2_000, [], { epoch: 'b', first: 1_001 });
    await settled();
    expect([reader.counts?.[4], reader.lines]).toEqual([10, 1_000]);
  });

  it('is not misled by an answer for a log that was replaced', async () => {
    const { reader, update, answer, normal } = setUp();
    const late: (() => void)[] = [];
    answer((from, to) => new Promise((resolve) => late.push(() => void normal(from, to).then(resolve))));
    update(500);
    reader.stop();
    for (const answerLate of late) answerLate();
    await settled();
    expect([reader.counts, reader.lines]).toEqual([undefined, 0]);
  });

  it('tries again after a failure, ever later', async () => {
    const { reader, asked, update, answer, normal } = setUp();
    answer(async (from, to) => {
      asked.push({ from, to });
      throw new Error('Gone.');
    });
    update(500);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBe(3);
    answer(normal);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reader.counts?.[4]).toBe(5);
  });

  it('hands over the lines that groups are made of, a bounded number of them', async () => {
    const { marked, update } = setUp((line) => (line === 3 ? '::group::Install' : line === 9 ? '::endgroup::' : 'x'));
    update(20);
    await settled();
    expect(marked.map(({ from, lines }) => [from, lines.length])).toEqual([
      [3, 1],
      [9, 1],
    ]);
    const many = setUp((line) => `ERROR: line ${line} broke`);
    many.update(MAX_MARKED + 5_000);
    await settled();
    expect(many.reader.marked).toHaveLength(MAX_MARKED);
    expect(many.reader.marked.at(-1)?.from).toBe(MAX_MARKED + 5_000);
  });

  it('answers as a server that marks lines does', async () => {
    const { reader, update } = setUp();
    update(1_000);
    await settled();
    expect(await reader.seek({ epoch: 'a', level: 17, after: 150 })).toEqual({ line: 200, time: 0 });
    expect(await reader.seek({ epoch: 'a', level: 17, before: 150 })).toEqual({ line: 100, time: 0 });
    expect(await reader.seek({ epoch: 'a', level: 17, after: 1_000 })).toBeUndefined();
    const { parts } = await reader.levels({ after: 0, upto: 1_000, parts: 4 });
    expect(parts.map(({ last, counts }) => [last, counts[4]])).toEqual([
      [250, 2],
      [500, 3],
      [750, 2],
      [1_000, 3],
    ]);
  });
});
