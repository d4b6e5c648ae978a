import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findError, SEARCH_LIMIT, type ErrorFound, type ErrorSearch } from '../../../src/element/tools/errors/find-error.ts';
import { never, rangedLog } from './support.ts';

function find(head: number, errors: readonly number[], start: number, change: Partial<ErrorSearch> = {}): Promise<ErrorFound> {
  const textOf = (line: number): string => (errors.includes(line) ? `error: ${line}` : `line ${line}`);
  return findError({
    all: { from: 1, to: head },
    start,
    backwards: false,
    held: () => undefined,
    log: rangedLog(head, textOf),
    signal: never,
    progress: () => undefined,
    ...change,
  });
}

describe('looking for an error', () => {
  it('finds the next one, round the end of the log, and the one before, round its start', async () => {
    const range = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(range, { maxLength: 4 }),
        fc.integer({ min: -2, max: 33 }),
        fc.boolean(),
        async (errors, start, backwards) => {
          const found = await find(30, errors, start, { backwards });
          const from = backwards ? Math.min(start, 30) : Math.max(start, 1);
          const sorted = errors.toSorted((a, b) => a - b);
          const ahead = backwards ? sorted.findLast((line) => line <= from) : sorted.find((line) => line >= from);
          const round = backwards ? sorted.at(-1) : sorted[0];
          const line = ahead ?? round;
          expect(found).toEqual(
            line === undefined ? { kind: 'none' } : { kind: 'found', line, text: `error: ${line}`, wrapped: ahead === undefined },
          );
        },
      ),
    );
  });

  it('asks for nothing while it is found in what is held', async () => {
    const log = rangedLog(100_000, String);
    const found = await find(100_000, [], 500, { held: (line) => [0, line === 520 ? 'error: here' : 'fine'], log });
    expect(found).toMatchObject({ kind: 'found', line: 520 });
    expect(log.asked).toEqual([]);
  });

  it('stops at its limit, and goes on from there', async () => {
    const head = SEARCH_LIMIT + 50_000;
    const first = await find(head, [head - 1], 1);
    expect(first).toEqual({ kind: 'stopped', next: SEARCH_LIMIT + 1 });
    expect(await find(head, [head - 1], SEARCH_LIMIT + 1)).toMatchObject({ kind: 'found', line: head - 1, wrapped: false });
    const back = await find(head, [2], head, { backwards: true });
    expect(back).toEqual({ kind: 'stopped', next: head - SEARCH_LIMIT });
  });

  it('stops when it is told to, while nothing comes', async () => {
    const stop = new AbortController();
    const search = find(10, [], 1, { signal: stop.signal, log: { range: () => new Promise(() => undefined) } });
    stop.abort(new DOMException('Stopped.', 'AbortError'));
    await expect(search).rejects.toThrow('Stopped.');
  });
});
