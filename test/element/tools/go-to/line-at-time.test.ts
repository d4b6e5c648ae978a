import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../../src/worker/api.ts';
import { lineAtTime } from '../../../../src/element/tools/go-to/line-at-time.ts';
import { never } from '../support.ts';

/** A log whose line `n` has the time `timeOf(n)`, and how often it was asked. */
function timedLog(first: number, last: number, timeOf: (line: number) => number) {
  const asked: number[] = [];
  return {
    asked,
    async range(from: number, to: number): Promise<LogLine[]> {
      asked.push(to - from + 1);
      const lines: LogLine[] = [];
      for (let offset = Math.max(first, from); offset <= Math.min(to, last); offset += 1)
        lines.push({ offset, time: timeOf(offset), text: '', stderr: false, carry: '', continues: false });
      return lines;
    },
  };
}

describe('the line at a time', () => {
  it('is the first one at or after it, whatever is held', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3_000, size: 'max' }),
        fc.integer({ min: -2, max: 6_000 }),
        fc.integer({ min: 0, max: 3 }),
        async (first, steps, time, every) => {
          const times: number[] = [];
          for (const step of steps) times.push((times.at(-1) ?? 0) + step);
          const log = timedLog(first, first + times.length - 1, (line) => times[line - first] ?? 0);
          const held = (line: number): [number, string] | undefined =>
            every > 0 && line % every === 0 ? [times[line - first] ?? 0, ''] : undefined;
          const index = times.findIndex((at) => at >= time);
          const all = { from: first, to: first + times.length - 1 };
          expect(await lineAtTime({ all, held, log, signal: never }, time)).toBe(index === -1 ? undefined : first + index);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of ten million lines is found by few requests', async () => {
    const log = timedLog(1, 10_000_000, (line) => line * 10);
    const all = { from: 1, to: 10_000_000 };
    expect(await lineAtTime({ all, held: () => undefined, log, signal: never }, 73_400_115)).toBe(7_340_012);
    expect(log.asked.length).toBeLessThanOrEqual(16);
    expect(Math.max(...log.asked)).toBeLessThanOrEqual(1_000);
  });

  it('is found among lines that retention has not removed meanwhile', async () => {
    const log = timedLog(5_000, 10_000, (line) => line);
    expect(await lineAtTime({ all: { from: 1, to: 10_000 }, held: () => undefined, log, signal: never }, 10)).toBe(5_000);
  });

  it('is not looked for any longer once that is cancelled', async () => {
    const cancelled = new AbortController();
    const log = timedLog(1, 10_000, (line) => line);
    cancelled.abort(new DOMException('Stopped.', 'AbortError'));
    await expect(lineAtTime({ all: { from: 1, to: 10_000 }, held: () => undefined, log, signal: cancelled.signal }, 10)).rejects.toThrow(
      'Stopped.',
    );
    expect(log.asked).toHaveLength(1);
  });
});
