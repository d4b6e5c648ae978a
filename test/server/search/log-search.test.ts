import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import type { SearchQuery } from '../../../src/protocol/search/query.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';
import { SILENT } from '../../../src/server/log/logger.ts';
import { LogSearch, type LogSearchOptions, type SearchEnd } from '../../../src/server/search/log-search.ts';
import { Scanner } from '../../../src/server/search/scan/scanner.ts';
import type { SearchPool } from '../../../src/server/search/search-pool.ts';
import { Turns } from '../../../src/server/search/turns.ts';
import type { LogStore, NewLine } from '../../../src/server/store.ts';
import { LmdbStore } from '../../../src/server/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { logLines, queryFor } from './arbitraries.ts';
import { naiveSearch } from './naive-search.ts';

interface Outcome {
  readonly end: SearchEnd;
  readonly lines: readonly number[];
  readonly found: number;
  readonly scanned: number;
}

/** Scans in this thread, and answers after every block as if others waited. */
function poolOf(): Pick<SearchPool, 'turns' | 'run'> {
  const scanner = new Scanner();
  return {
    turns: new Turns(2),
    run: (request) => Promise.resolve(scanner.answer(request, { beat: () => true, isDue: () => true })),
  };
}

async function search(store: LogStore, query: SearchQuery, options: Partial<LogSearchOptions> = {}, pool = poolOf()): Promise<Outcome> {
  const { epoch, head } = await store.tail('a');
  const whole: LogSearchOptions = {
    channel: 'a',
    epoch,
    query,
    after: 0,
    upto: head,
    form: 'matches',
    limit: 1_000,
    isBackwards: false,
    ...options,
  };
  const log = new LogSearch({ store, pool, logger: SILENT }, whole, new AbortController().signal);
  let text = '';
  const end = await log.run((output) => {
    text += Buffer.from(output).toString();
    return undefined;
  });
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly line: number }).line);
  return { end, lines, found: log.found, scanned: log.scanned };
}

/** A stored line has none of its own; what blocks of older versions hold is tested with the scanner. */
function withoutLineEnds(lines: readonly Line[]): readonly Line[] {
  return lines.map(([time, text, extra]) => {
    const kept = text.replaceAll('\n', '\v');
    return extra === undefined ? [time, kept] : [time, kept, extra];
  });
}

async function write(store: LogStore, channel: string, lines: readonly Line[]): Promise<void> {
  for (let from = 0; from < lines.length;) {
    const time = lines[from]?.[0] ?? 0;
    const other = lines.findIndex(([own], at) => at > from && own !== time);
    const to = other === -1 ? lines.length : other;
    const batch = lines.slice(from, to).map(([, text, extra]): NewLine => (extra === undefined ? [text] : [text, extra]));
    await store.append(channel, { lines: packLines(batch), time, carryIn: '', carryOut: '' });
    from = to;
  }
}

describe.each(['memory', 'lmdb'])('A search in a log of the store %s', (kind) => {
  async function open(): Promise<LogStore> {
    if (kind === 'memory') return new MemoryStore();
    const dir = mkdtempSync(join(tmpdir(), 'log-stream-search-'));
    const store = await LmdbStore.open({ dir });
    onTestFinished(async () => {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    });
    return store;
  }

  it('finds what a search without shortcuts finds, in any range and from either end', async () => {
    const store = await open();
    const setup = logLines.map(withoutLineEnds).chain((lines) => {
      const number = fc.integer({ min: 0, max: lines.length });
      return fc.tuple(fc.constant(lines), queryFor(lines), number, number, fc.boolean());
    });
    await fc.assert(
      fc.asyncProperty(setup, async ([lines, query, one, other, isBackwards]) => {
        await store.remove('a');
        await write(store, 'a', lines);
        const [after, upto] = [Math.min(one, other), Math.max(one, other)];
        const all = naiveSearch(lines, query, after, upto);
        const numbers = all.map(({ line }) => line);
        expect(await search(store, query, { after, upto, isBackwards })).toEqual({
          end: 'done',
          lines: isBackwards ? numbers.toReversed() : numbers,
          found: all.filter(({ counts }) => counts).length,
          scanned: upto - after,
        });
      }),
      { numRuns: 150 },
    );
  });

  it('continues with the lines that are left when retention takes some meanwhile', async () => {
    const store = await open();
    const lines = Array.from({ length: 9_000 }, (_, at): Line => [at < 4_500 ? 1 : 2, `x ${'.'.repeat(200)}`]);
    await write(store, 'a', lines);
    for (const isBackwards of [false, true]) {
      const pool = poolOf();
      const { run } = pool;
      const trimming = vi.fn(async (...args: Parameters<typeof run>) => {
        const answer = await run(...args);
        if (trimming.mock.calls.length === 1) await store.trim('a', { lines: isBackwards ? 1_000 : 2_000 }, 3);
        return answer;
      });
      const { end, lines: hits, scanned } = await search(store, { q: 'x' }, { isBackwards, limit: 1e5 }, { ...pool, run: trimming });
      expect([end, scanned]).toEqual(['done', 9_000]);
      expect(hits.length).toBeGreaterThan(0);
      expect(hits).toEqual(hits.toSorted((a, b) => (isBackwards ? b - a : a - b)));
      expect(new Set(hits).size).toBe(hits.length);
      expect(hits).toContain(9_000);
    }
  });

  it('takes the pieces of a very long line together in the same way from either end', async () => {
    const store = await open();
    const piece = (text: string): Line => [1, text.padEnd(2 * 1_024 * 1_024, '.'), { p: 1 }];
    await write(store, 'a', [[1, 'x'], ...['x2', 'x3', 'x4', 'x5'].map(piece), [1, 'x6'], [1, 'x']]);
    for (const isBackwards of [false, true]) {
      const { lines } = await search(store, { q: 'x', case: true }, { isBackwards });
      expect(lines).toEqual(isBackwards ? [7, 6, 4, 2, 1] : [1, 2, 4, 6, 7]);
      expect((await search(store, { q: 'x5', case: true }, { isBackwards, after: 3, upto: 4 })).lines).toEqual([4]);
      expect((await search(store, { q: 'x5', case: true }, { isBackwards, after: 4 })).lines).toEqual([]);
    }
  });
});
