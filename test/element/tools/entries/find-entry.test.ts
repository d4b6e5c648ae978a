import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Survivors } from '../../../../src/element/terminal/survivors.ts';
import { entriesOf } from '../../../../src/element/tools/entries/entries-of.ts';
import { findEntry, SEARCH_LIMIT, type EntryFound, type EntrySearch } from '../../../../src/element/tools/entries/find-entry.ts';
import { SearchLines } from '../../../../src/element/tools/lines/search-lines.ts';
import { redrawnLine } from './redrawn-lines.ts';
import { never, rangedLog } from '../support.ts';

const ESC = '\x1b';

/** Finds the errors of a log of these lines, each once. */
async function all(lines: readonly string[], backwards: boolean, held = (_line: number): boolean => false): Promise<number[]> {
  const log = rangedLog(lines.length, (line) => lines[line - 1] ?? '');
  const search = { all: { from: 1, to: lines.length }, backwards, log, signal: never, progress: () => undefined };
  const found: number[] = [];
  for (let start = backwards ? lines.length : 1; ;) {
    const next = await findEntry({ ...search, start, held: (line) => (held(line) ? [0, lines[line - 1] ?? ''] : undefined) });
    if (next.kind !== 'found' || next.wrapped) return found;
    found.push(next.line);
    start = next.line + (backwards ? -1 : 1);
    if (start < 1 || start > lines.length) return found;
  }
}

function find(head: number, errors: readonly number[], start: number, change: Partial<EntrySearch> = {}): Promise<EntryFound> {
  const textOf = (line: number): string => (errors.includes(line) ? `error: at line ${line}` : `line ${line}`);
  return findEntry({
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

describe('searching for an error', () => {
  it('finds the next one and the previous one, wrapping around the ends of the log', async () => {
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
            line === undefined ? { kind: 'none' } : { kind: 'found', line, text: `error: at line ${line}`, wrapped: ahead === undefined },
          );
        },
      ),
    );
  });

  it('fetches nothing if a held line is an error', async () => {
    const log = rangedLog(100_000, String);
    const found = await find(100_000, [], 500, { held: (line) => [0, line === 520 ? 'error: here' : 'fine'], log });
    expect(found).toMatchObject({ kind: 'found', line: 520 });
    expect(log.asked).toEqual([]);
  });

  it('skips overwritten lines, and finds each error that survives once', async () => {
    const frame = (step: number, end: string): string[] => [
      `${step === 0 ? '' : `${ESC}[3A${ESC}[J`} FAIL  a.test.ts ${step}`,
      'AssertionError: expected 1',
      `Tests: ${step}${end}`,
    ];
    const redrawn = Array.from({ length: 57 }, (_, step) => frame(step, '')).flat();
    const log = ['start', ...redrawn, 'error: after', 'end'];
    expect(await all(log, false)).toEqual([170, 171, 173]);
    expect(await all(log, true)).toEqual([173, 171, 170]);
    expect(await all(log, false, (line) => line % 3 > 0)).toEqual([170, 171, 173]);
    // One line may write several surviving rows, and look like an error only in one of them.
    const pull = ['a: Waiting', 'b: Waiting', `${ESC}[2A${ESC}[2Ka: error: no space left\r${ESC}[1B${ESC}[2Kb: done\r${ESC}[1B`, 'next'];
    expect(await all(pull, false)).toEqual([3]);
  });

  it('skips lines that are overwritten much later, across fetched pages', async () => {
    for (const bar of [1_990, 1_999, 2_000, 2_001, 249, 250, 251]) {
      const lines = Array.from({ length: bar }, (_, at) => `line ${at + 1}`);
      const log = [...lines, 'error: soon gone', 'bar', `${ESC}[2A${ESC}[Jfine`, ...lines, 'error: left'];
      expect(await all(log, false)).toEqual([log.length]);
      expect(await all(log, true)).toEqual([log.length]);
    }
    // A long-running progress bar keeps what was printed above it.
    const bars = Array.from({ length: 5_000 }, (_, at) => `${ESC}[1A${ESC}[2KERROR rate ${at}`);
    expect(await all(['error: early', 'bar', ...bars], false)).toEqual([1, 5_002]);
  });

  it('finds the rest of an error that a later line writes into, wherever the search starts', async () => {
    const log = ['line', 'ok 12 error: x ', `error: x ${ESC}[2A`, 'a: '];
    expect(await all(log, false)).toEqual([3, 4]);
    expect(await all(log, true)).toEqual([4, 3]);
  });

  it('finds an error whose line moves down and erases another row', async () => {
    const log = [`FAILED ${ESC}[B${ESC}[2K`, 'next'];
    expect(await all(log, false)).toEqual([1]);
    expect(await all(log, true)).toEqual([1]);
  });

  it('finds what a reader sees, in any log', async () => {
    const line = redrawnLine('error: x ', 'ok ', 'FAILED ', '    at f (a.js:1:2)', 'Traceback (most recent call last):', 'ValueError: x');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.nat(), async (log, blanks) => {
        const lines = [...Array.from({ length: blanks % 300 }, () => 'line'), ...log];
        const survivors = new Survivors(1, lines.length);
        for (const [at, text] of lines.entries()) survivors.push(at + 1, text);
        const left = new Set(entriesOf(survivors.texts()).map((row) => row.line));
        expect(await all(lines, false)).toEqual([...left]);
        expect(await all(lines, true)).toEqual([...left].reverse());
      }),
      { numRuns: 200 },
    );
  });

  it('passes over the lines that continue an error, wherever the entry begins', async () => {
    const trace = Array.from({ length: 600 }, () => '    raise ERROR: x');
    const log = ['line', 'Traceback (most recent call last):', ...trace, 'ValueError: x', 'ValueError: not of the traceback'];
    for (const blanks of [0, 100, 1_700]) {
      const lines = [...Array.from({ length: blanks }, () => 'line'), ...log];
      expect(await all(lines, false)).toEqual([blanks + 2, lines.length]);
      expect(await all(lines, true)).toEqual([lines.length, blanks + 2]);
    }
  });

  it('keeps a few fetched pages, and fetches others again', async () => {
    const log = rangedLog(100_000, (line) => `line ${line}`);
    const lines = new SearchLines({ all: { from: 1, to: 100_000 }, held: () => undefined, log, signal: never });
    const read = async (from: number): Promise<number> => {
      const before = log.asked.length;
      expect(await lines.read({ from, to: from })).toEqual([{ line: from, text: `line ${from}` }]);
      return log.asked.length - before;
    };
    expect(await read(1)).toBe(1);
    for (const from of [2_001, 4_001, 1, 3_000, 5_000]) await read(from);
    expect(log.asked).toHaveLength(3);
    expect(await read(6_001)).toBe(1);
    expect(await read(2_001)).toBe(0);
    expect(await read(1)).toBe(1);
  });

  it('stops at its limit, and continues from there', async () => {
    const head = SEARCH_LIMIT + 50_000;
    const first = await find(head, [head - 1], 1);
    expect(first).toEqual({ kind: 'stopped', next: SEARCH_LIMIT + 1 });
    expect(await find(head, [head - 1], SEARCH_LIMIT + 1)).toMatchObject({ kind: 'found', line: head - 1, wrapped: false });
    const back = await find(head, [2], head, { backwards: true });
    expect(back).toEqual({ kind: 'stopped', next: head - SEARCH_LIMIT });
  });

  it('stops when aborted, even while a fetch hangs', async () => {
    const stop = new AbortController();
    const search = find(10, [], 1, { signal: stop.signal, log: { range: () => new Promise(() => undefined) } });
    stop.abort(new DOMException('Stopped.', 'AbortError'));
    await expect(search).rejects.toThrow('Stopped.');
  });
});
