import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineTester } from '../../../../src/element/tools/find/line-tester.ts';
import { IDLE, MAX_SHOWN, reduceFind, type FindState } from '../../../../src/element/tools/find/find-state.ts';
import { PatternScanner } from '../../../../src/element/tools/find/pattern-scanner.ts';
import { findLines, problemOf, searchLog, type SearchSource } from '../../../../src/element/tools/find/search-log.ts';
import { TextMatcher } from '../../../../src/element/tools/find/text-matcher.ts';
import type { SearchRecord } from '../../../../src/protocol/answers/answers.ts';
import type { SearchQuery } from '../../../../src/protocol/search/query.ts';
import { CONNECTING } from '../../../../src/element/status/chip.ts';

const { signal } = new AbortController();
const matcher = new TextMatcher(
  new PatternScanner(() => {
    throw new Error('literals need no worker');
  }),
);

/** A log whose server has no search. */
function stored(texts: readonly string[], records?: readonly SearchRecord[]): SearchSource {
  return {
    matcher,
    queries: records && {
      async *search() {
        yield* records;
      },
    },
    log: {
      status: CONNECTING,
      range: async (from, to) =>
        texts
          .slice(from - 1, to)
          .map((text, at) => ({ offset: from + at, time: 0, text, stderr: false, carry: '', continues: text.endsWith('+') })),
    },
  };
}

async function search(source: SearchSource, query: SearchQuery, upto: number): Promise<FindState> {
  let state = reduceFind(IDLE, { type: 'started' });
  for await (const event of searchLog(source, query, { after: 0, upto }, signal)) state = reduceFind(state, event);
  return state;
}

describe('a search of a log', () => {
  it('reads all lines where the server has no search', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', '\x1b[1ma\x1b[0m', 'A b'), { maxLength: 50 }), async (texts) => {
        const expected = texts.flatMap((text, at) => (/a/i.test(text) ? [at + 1] : []));
        const state = await search(stored(texts), { q: 'a' }, texts.length);
        expect(state).toMatchObject({ phase: 'done', found: expected.length, scanned: texts.length });
        expect([...state.hits.lines]).toEqual(expected);
        const last = await findLines(stored(texts), { q: 'a' }, { after: 0, upto: texts.length }, true, signal);
        expect(last).toEqual({ lines: expected, found: expected.length, isAll: true });
      }),
    );
  });

  it('takes a line that is stored in pieces together', async () => {
    const state = await search(stored(['x', 'nee+', 'dle', 'needle']), { q: 'e+d' }, 4);
    expect([...state.hits.lines]).toEqual([2]);
  });

  it('reads levels from the texts, and counts entries', async () => {
    const texts = ['ok', 'Error: one', '    at main (a.js:1:2)', 'WARN: two', 'ERROR: three'];
    const state = await search(stored(texts), { q: '', level: 17 }, texts.length);
    expect(state.found).toBe(2);
    expect([...state.hits.lines]).toEqual([2, 3, 5]);
  });

  it('follows what a server says', async () => {
    const records: SearchRecord[] = [
      { kind: 'begin', epoch: 'e', after: 0, upto: 100, first: 1 },
      { kind: 'hit', line: 5, time: 0, at: [], more: false },
      { kind: 'hit', line: 7, time: 0, at: [], more: false },
      { kind: 'progress', scanned: 50, found: 2, line: 50 },
      { kind: 'done', scanned: 100, found: 3 },
    ];
    const state = await search(stored([], records), { q: 'a' }, 100);
    expect(state).toMatchObject({ phase: 'done', found: 3, scanned: 100 });
    expect([...state.hits.lines]).toEqual([5, 7]);
  });

  it('asks for the lines alone where only they are shown, as many as may be', async () => {
    const records: SearchRecord[] = [
      { kind: 'begin', epoch: 'e', after: 0, upto: 3_000_000, first: 1 },
      {
        kind: 'lines',
        ranges: [
          [5, 7],
          [9, 9],
        ],
      },
      { kind: 'lines', ranges: [[20, 2_500_000]] },
      { kind: 'done', scanned: 3_000_000, found: 2_499_985 },
    ];
    const asked: unknown[] = [];
    const source: SearchSource = {
      ...stored([]),
      isShown: true,
      queries: {
        async *search(question) {
          asked.push(question);
          yield* records;
        },
      },
    };
    let state = reduceFind(IDLE, { type: 'started', limit: MAX_SHOWN });
    for await (const event of searchLog(source, { q: 'a' }, { after: 0, upto: 3_000_000 }, signal)) state = reduceFind(state, event);
    expect(asked).toMatchObject([{ q: 'a', lines: true, limit: MAX_SHOWN }]);
    expect(state).toMatchObject({ found: 2_499_985, hits: { upto: 1_000_015 } });
    expect(state.hits.lines.size).toBe(MAX_SHOWN);
    expect([...state.hits.lines.runsFrom(1)]).toEqual([
      [5, 7],
      [9, 9],
      [20, 1_000_015],
    ]);
  });

  it('shows the first hit of a million lines before a fifth of them is looked at', async () => {
    const head = 1_000_000;
    const firstOf = async (source: SearchSource): Promise<void> => {
      for await (const event of searchLog(source, { q: 'needle' }, { after: 0, upto: head }, signal))
        if (event.type === 'found' && event.lines.length > 0) return;
    };
    let answered = 0;
    const served = stored([]);
    await firstOf({
      ...served,
      queries: {
        async *search() {
          yield { kind: 'begin', epoch: 'e', after: 0, upto: head, first: 1 };
          for (answered = 1; answered <= head; answered += 1) yield { kind: 'hit', line: answered, time: 0, at: [], more: false };
        },
      },
    });
    expect(answered).toBe(1);
    let read = 0;
    await firstOf({
      ...served,
      log: {
        status: CONNECTING,
        range: async (from, to) => {
          read += to - from + 1;
          return Array.from({ length: to - from + 1 }, (_, at) => {
            const offset = from + at;
            return { offset, time: 0, text: offset % 50_000 === 0 ? 'needle' : '', stderr: false, carry: '', continues: false };
          });
        },
      },
    });
    expect(read).toBeLessThan(head / 5);
  });

  it.each([
    ['slow', 'slow'],
    ['reset', 'interrupted'],
    ['gone', 'interrupted'],
  ])('tells of a search that the server ended: %s', async (reason, problem) => {
    const records: SearchRecord[] = [
      { kind: 'begin', epoch: 'e', after: 0, upto: 100, first: 1 },
      { kind: 'failed', reason },
    ];
    const error: unknown = await search(stored([], records), { q: 'a' }, 100).catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toEqual({ problem });
  });

  it('does not take an answer that breaks off for a whole one', async () => {
    const error: unknown = await search(stored([], [{ kind: 'begin', epoch: 'e', after: 0, upto: 9, first: 1 }]), { q: 'a' }, 9).catch(
      (thrown: unknown) => thrown,
    );
    expect(problemOf(error)).toEqual({ problem: 'interrupted' });
  });

  it('believes the levels that a server put on lines', async () => {
    const tester = new LineTester({ q: '', level: 17 }, matcher, true);
    tester.add(1, [0, 'error: says its text only']);
    tester.add(2, [0, 'fine', { l: 17 }]);
    tester.add(3, [0, 'more', { l: 17, k: 1 }]);
    expect(await tester.take(signal)).toEqual({ lines: [2, 3], found: 1 });
  });
});
