import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Line } from '../../src/protocol/line.ts';
import { LineSearch } from '../../src/protocol/search/line-search.ts';
import type { SearchQuery } from '../../src/protocol/search/query.ts';
import { packBlocks } from '../../src/server/search/scan/packed-blocks.ts';
import { Prefilter } from '../../src/server/search/scan/prefilter.ts';
import { scanBlocks } from '../../src/server/search/scan/scan-blocks.ts';
import type { ScanTask } from '../../src/server/search/scan/scan-task.ts';
import type { ScanAnswer } from '../../src/server/search/scan/scanner.ts';
import { SlowSearchError } from '../../src/server/search/search-error.ts';
import { SearchPool } from '../../src/server/search/search-pool.ts';
import { logLines, queryFor } from '../server/search/arbitraries.ts';
import { naiveSearch } from '../server/search/naive-search.ts';
import { blocksOf, type Format } from '../server/search/scan/blocks.ts';
import { SEARCH_THREAD } from '../support/server.ts';
import { property, type Target } from './target.ts';

/** How long any search of a few lines may take, with the thread that has to be started again, ms. */
const MOST_TIME = 20_000;

const FORMATS: readonly Format[] = ['block', 'sealed', 'json'];

function taskOf(query: SearchQuery, lines: readonly Line[], format: Format, isBackwards: boolean): ScanTask {
  const blocks = packBlocks(blocksOf(lines, 1, format));
  const range = { after: 0, upto: lines.length, from: 1, isInside: false, isAtHead: true };
  return { query, form: 'matches', limit: 1_000, isBackwards, ...range, blocks };
}

const searched = logLines.chain((lines) => fc.tuple(fc.constant(lines), queryFor(lines), fc.constantFrom(...FORMATS), fc.boolean()));

/** A search with all its shortcuts finds what one without any finds. */
const shortcuts: Target = property('search', 40, searched, ([lines, query, format, isBackwards]) => {
  const task = taskOf(query, lines, format, isBackwards);
  const host = { beat: () => true, isDue: () => false };
  const result = scanBlocks(task, new LineSearch(query), new Prefilter(query), host);
  const all = naiveSearch(lines, query);
  const expected = (isBackwards ? all.toReversed() : all).map(({ line, time, at, more }) => ({ line, time, at, ...(more && { more }) }));
  const output = Buffer.from(result?.output ?? []).toString();
  const hits = output.split('\n').filter((line) => line !== '');
  assert.deepEqual(
    hits.map((hit) => JSON.parse(hit) as unknown),
    expected,
  );
  assert.equal(result?.found, all.filter(({ counts }) => counts).length);
});

const PARTS = ['(', ')', '[', ']', '{', '}', '+', '*', '?', '|', '\\', '.', '^', '$', 'a', 'b', '!', '-', '&&', '--', '\\1', '\\d', '\\b'];
const HARD = [
  '(a+)+',
  '(a|a)*',
  '(?:a?){40}',
  'a{1000}',
  '(?<=a*)',
  '(?!.*a)',
  '\\p{L}',
  '\\p{RGI_Emoji}',
  '(?<n>',
  '\\k<n>',
  '\\q{',
  '{1,1000}',
];
const pattern = fc
  .array(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...PARTS) }, { weight: 1, arbitrary: fc.constantFrom(...HARD) }), {
    minLength: 1,
    maxLength: 10,
  })
  .map((parts) => parts.join(''));
const hostile = fc.record({ q: pattern, without: fc.option(pattern, { freq: 8, nil: '' }), case: fc.boolean(), word: fc.boolean() });
const LINES: readonly Line[] = ['a'.repeat(60), `${'ab'.repeat(30)}!`, '', 'plain'].map((text) => [1, text]);

/** Any pattern is refused, or searched for, or stopped, and the next search works. */
function hostilePatterns(): Target {
  const pool = new SearchPool({ script: SEARCH_THREAD, threads: 1, places: 4 });
  const { signal } = new AbortController();
  const scan = (query: SearchQuery): Promise<ScanAnswer> =>
    pool.run({ kind: 'scan', task: taskOf(query, LINES, 'block', false) }, [], signal);
  const target = property('search for hostile patterns', 6, hostile, async (given) => {
    const begun = performance.now();
    const ended = await scan({ ...given, regex: true }).then(
      ({ kind }) => kind,
      (error: unknown) => (error instanceof SlowSearchError ? 'slow' : error),
    );
    assert.ok(['scanned', 'invalid', 'hard', 'slow'].includes(String(ended)), `the search ended with ${String(ended)}`);
    if (ended === 'slow') assert.equal((await scan({ q: 'plain' })).kind, 'scanned');
    assert.ok(performance.now() - begun < MOST_TIME, 'the search took too long');
  });
  return { ...target, close: () => Promise.resolve(pool.close()) };
}

export const searches: readonly (() => Target)[] = [() => shortcuts, hostilePatterns];
