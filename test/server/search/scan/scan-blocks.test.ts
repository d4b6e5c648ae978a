import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { LineSearch } from '../../../../src/protocol/search/line-search.ts';
import type { SearchQuery } from '../../../../src/protocol/search/query.ts';
import { packBlocks } from '../../../../src/server/search/scan/packed-blocks.ts';
import { Prefilter } from '../../../../src/server/search/scan/prefilter.ts';
import { scanBlocks } from '../../../../src/server/search/scan/scan-blocks.ts';
import type { HitForm, ScanResult, ScanTask } from '../../../../src/server/search/scan/scan-task.ts';
import { logLines, queryFor } from '../arbitraries.ts';
import { naiveSearch } from '../naive-search.ts';
import { blocksOf, type Format } from './blocks.ts';

const PATIENT = { beat: () => true, isDue: () => false };

interface Setup {
  readonly lines: readonly Line[];
  readonly query: SearchQuery;
  readonly format: Format;
  readonly after: number;
  readonly upto: number;
  readonly isBackwards: boolean;
  readonly limit: number;
  readonly form: HitForm;
}

const setups: fc.Arbitrary<Setup> = logLines.chain((lines) => {
  const number = fc.integer({ min: 0, max: lines.length });
  const setup = fc.record<Setup>({
    lines: fc.constant(lines),
    query: queryFor(lines),
    format: fc.constantFrom('block', 'sealed', 'json'),
    after: fc.oneof(fc.constant(0), number),
    upto: fc.oneof(fc.constant(lines.length), number),
    isBackwards: fc.boolean(),
    limit: fc.constantFrom(0, 1, 3, 1_000),
    form: fc.constantFrom('matches', 'lines', 'none'),
  });
  return setup.map((own) => ({ ...own, upto: Math.max(own.after, own.upto) }));
});

function scan({ lines, query, format, ...task }: Setup & Partial<ScanTask>): ScanResult | undefined {
  const blocks = packBlocks(blocksOf(lines, 1, format));
  const whole: ScanTask = { query, from: 1, isInside: false, isAtHead: true, ...task, blocks };
  return scanBlocks(whole, new LineSearch(query), new Prefilter(query), PATIENT);
}

const parse = (output: Uint8Array | undefined): unknown[] =>
  output === undefined
    ? []
    : Buffer.from(output)
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);

describe('A scan of blocks', () => {
  test('finds what a search without shortcuts finds, whatever the lines, the query and the format', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        const { after, upto, isBackwards, limit, form } = setup;
        const all = naiveSearch(setup.lines, setup.query, after, upto);
        const result = scan(setup);
        const expected = (isBackwards ? all.toReversed() : all).slice(0, form === 'none' ? 0 : limit);
        expect(result?.found).toBe(all.filter(({ counts }) => counts).length);
        expect(result?.given).toBe(expected.length);
        const hits = parse(result?.output);
        if (form === 'matches')
          expect(hits).toEqual(expected.map(({ line, time, at, more }) => ({ line, time, at, ...(more && { more }) })));
        else expect(numbersOf(hits)).toEqual(expected.flatMap(({ line, to }) => range(line, to)).sort((a, b) => a - b));
        if (isBackwards) expect(result?.reached).toBe(after);
        else expect(result?.reached).toBeGreaterThanOrEqual(upto > after ? upto : 0);
      }),
      { numRuns: 600 },
    );
  });

  test('forwards, can be cut into blocks anywhere and continued from where it came to', () => {
    fc.assert(
      fc.property(setups, fc.integer({ min: 1, max: 5 }), (setup, size) => {
        const { lines, query, format } = setup;
        const all = naiveSearch(lines, query);
        const hits: unknown[] = [];
        let start = { from: 1, isInside: false };
        for (let length = size; start.from <= lines.length;) {
          const part = lines.slice(start.from - 1, start.from - 1 + length);
          const isAtHead = start.from - 1 + length >= lines.length;
          const blocks = packBlocks(blocksOf(part, start.from, format));
          const task: ScanTask = {
            query,
            form: 'matches',
            limit: 1e6,
            isBackwards: false,
            after: 0,
            upto: 1e6,
            ...start,
            blocks,
            isAtHead,
          };
          const result = scanBlocks(task, new LineSearch(query), new Prefilter(query), PATIENT);
          if (result === undefined) throw new Error('Nothing was scanned.');
          hits.push(...parse(result.output));
          length = result.reached < start.from ? length * 2 : size;
          start = { from: result.reached + 1, isInside: result.isInside };
        }
        expect(hits).toEqual(all.map(({ line, time, at, more }) => ({ line, time, at, ...(more && { more }) })));
      }),
      { numRuns: 300 },
    );
  });

  test('stops when its hits fill the buffer, and can be continued there, in both directions', () => {
    const lines = Array.from({ length: 6_000 }, (_, at): Line => [at, 'a'.repeat(60)]);
    for (const isBackwards of [false, true]) {
      const seen: number[] = [];
      let after = 0;
      let upto = lines.length;
      let rounds = 0;
      let found = 0;
      while (after < upto) {
        const query = { q: 'a' };
        const setup: Setup = { lines, query, format: 'json', after, upto, isBackwards, limit: 1e6, form: 'matches' };
        const result = scan({ ...setup, from: 1 });
        if (result === undefined) throw new Error('Nothing was scanned.');
        expect(result.output?.length).toBeLessThan(200_000);
        seen.push(...parse(result.output).map((hit) => (hit as { readonly line: number }).line));
        found += result.found;
        if (isBackwards) upto = result.reached;
        else after = result.reached;
        rounds += 1;
      }
      expect(rounds).toBeGreaterThan(5);
      expect(found).toBe(lines.length);
      expect(seen).toEqual(isBackwards ? range(1, 6_000).reverse() : range(1, 6_000));
    }
  });

  test('takes the pieces of a line together up to 4 MiB, then begins again', () => {
    const mib = 1_024 * 1_024;
    const piece = (begin: string, end: string, last = false): Line => {
      const text = `${begin}${'.'.repeat(mib - begin.length - end.length)}${end}`;
      return last ? [1, text] : [1, text, { p: 1, l: 17 }];
    };
    const lines = [piece('', 'one-'), piece('two', ''), piece('', ''), piece('', 'four-'), piece('five', '', true), [1, 'next'] as const];
    for (const [q, line] of [
      ['one-two', 1],
      ['four-five', undefined],
      ['five', 5],
      ['four-', 1],
      ['next', 6],
    ] as const) {
      const setup: Setup = { lines, query: { q }, format: 'block', after: 0, upto: 6, isBackwards: false, limit: 9, form: 'matches' };
      expect(parse(scan(setup)?.output)).toMatchObject(line === undefined ? [] : [{ line }]);
    }
    const entries: Setup = {
      lines,
      query: { q: '', level: 17 },
      format: 'block',
      after: 0,
      upto: 6,
      isBackwards: false,
      limit: 9,
      form: 'none',
    };
    expect(scan(entries)?.found).toBe(1);
  });

  test('ends without a result when it is no longer wanted, and early when others wait', () => {
    const lines = Array.from({ length: 10 }, (_, at): Line => [at, 'a']);
    const query = { q: 'a' };
    const blocks = packBlocks(lines.map((line, at) => blocksOf([line], at + 1, 'block')).flat());
    const task: ScanTask = {
      query,
      form: 'none',
      limit: 0,
      isBackwards: false,
      after: 0,
      upto: 10,
      from: 1,
      isInside: false,
      blocks,
      isAtHead: true,
    };
    const compiled = [new LineSearch(query), new Prefilter(query)] as const;
    expect(scanBlocks(task, ...compiled, { beat: () => false, isDue: () => false })).toBeUndefined();
    expect(scanBlocks(task, ...compiled, { beat: () => true, isDue: () => true })).toMatchObject({ reached: 1, found: 1 });
  });
});

function numbersOf(hits: readonly unknown[]): number[] {
  const ranges = hits.flatMap((hit) => (hit as { readonly lines: readonly (readonly [number, number])[] }).lines);
  return ranges.flatMap(([from, to]) => range(from, to)).sort((a, b) => a - b);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
