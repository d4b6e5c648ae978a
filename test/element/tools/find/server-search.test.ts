import { describe, expect, it } from 'vitest';
import { IDLE, reduceFind, type FindState } from '../../../../src/element/tools/find/find-state.ts';
import { PatternScanner } from '../../../../src/element/tools/find/pattern-scanner.ts';
import { findLines, problemOf, searchLog, type SearchSource } from '../../../../src/element/tools/find/search-log.ts';
import { TextMatcher } from '../../../../src/element/tools/find/text-matcher.ts';
import type { SearchQuery } from '../../../../src/protocol/search/query.ts';
import { CONNECTING } from '../../../../src/element/status/chip.ts';
import { LogQueries } from '../../../../src/worker/queries/log-queries.ts';
import { startServer } from '../../../support/server.ts';

const { signal } = new AbortController();
const CHANNEL = 'org/run:1';

/** A log on a real server. */
async function store(lines: readonly string[]): Promise<SearchSource> {
  const server = await startServer();
  await server.logs.writer(CHANNEL).write(`${lines.join('\n')}\n`);
  const { epoch } = await server.store.tail(CHANNEL);
  return {
    log: { status: { ...CONNECTING, epoch }, range: () => Promise.reject(new Error('the server searches')) },
    queries: new LogQueries({
      endpoint: server.url,
      channel: CHANNEL,
      topic: () => server.sign(CHANNEL),
      refresh: () => Promise.resolve(undefined),
    }),
    matcher: new TextMatcher(
      new PatternScanner(() => {
        throw new Error('the server searches');
      }),
    ),
  };
}

async function search(source: SearchSource, query: SearchQuery, upto: number): Promise<FindState> {
  let state = reduceFind(IDLE, { type: 'started' });
  for await (const event of searchLog(source, query, { after: 0, upto }, signal)) state = reduceFind(state, event);
  return state;
}

describe('a search by a real server', () => {
  it('finds what the page counts, and the hits in a part', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => (at % 10 === 9 ? `Needle ${at + 1}` : `line ${at + 1}`));
    const source = await store(lines);
    const hits = lines.flatMap((text, at) => (text.startsWith('Needle') ? [at + 1] : []));
    const state = await search(source, { q: 'needle' }, 5_000);
    expect(state).toMatchObject({ phase: 'done', found: 500, scanned: 5_000 });
    expect([...state.hits.lines]).toEqual(hits);
    expect(await search(source, { q: 'needle', case: true }, 5_000)).toMatchObject({ found: 0 });
    expect(await search(source, { q: '^needle \\d{3}$', regex: true }, 5_000)).toMatchObject({ found: 90 });
    const last = await findLines(source, { q: 'needle' }, { after: 0, upto: 4_000 }, true, signal);
    expect(last).toEqual({ lines: hits.filter((line) => line <= 4_000), found: 400, isAll: true });
  });

  it('leaves when it has the hits that were asked for, forwards and backwards', async () => {
    const source = await store(Array.from({ length: 3_000 }, () => 'needle'));
    const first = await findLines(source, { q: 'needle' }, { after: 500, upto: 3_000 }, false, signal);
    expect(first).toMatchObject({ isAll: false, lines: Array.from({ length: 1_000 }, (_, at) => 501 + at) });
    const last = await findLines(source, { q: 'needle' }, { after: 0, upto: 3_000 }, true, signal);
    expect(last).toMatchObject({ isAll: false, lines: Array.from({ length: 1_000 }, (_, at) => 2_001 + at) });
  });

  it('says what is wrong with a pattern, and with one that takes too long', async () => {
    const source = await store(['a'.repeat(40) + '!']);
    const invalid: unknown = await search(source, { q: '(', regex: true }, 1).catch((error: unknown) => error);
    expect(problemOf(invalid)).toEqual({ problem: 'invalid' });
    const slow: unknown = await search(source, { q: '^(a+)+$', regex: true }, 1).catch((error: unknown) => error);
    expect(problemOf(slow)).toEqual({ problem: 'slow' });
  });
});
