import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currentIndex,
  IDLE,
  MAX_HITS,
  reduceFind,
  singleLines,
  stepFrom,
  windowOf,
  type FindEvent,
  type FindState,
} from '../../../../src/element/tools/find/find-state.ts';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';

const run = (events: readonly FindEvent[], from: FindState = IDLE): FindState => events.reduce(reduceFind, from);

/** A search of lines 1 to `upto` whose hits arrive in batches. */
function searched(upto: number, batches: readonly (readonly number[])[]): FindEvent[] {
  let found = 0;
  const reports = batches.map((lines): FindEvent => {
    found += lines.length;
    const line = lines.at(-1) ?? 0;
    return { type: 'found', lines: singleLines(lines), found, scanned: line, line };
  });
  return [{ type: 'started' }, { type: 'begun', after: 0, upto }, ...reports];
}

/** Ascending lines, cut into batches. */
const logOf = fc
  .record({ hits: fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 60 }), cuts: fc.array(fc.integer({ min: 1, max: 9 })) })
  .map(({ hits, cuts }) => {
    const all = hits.sort((a, b) => a - b);
    const batches: number[][] = [];
    let at = 0;
    for (const cut of cuts) batches.push(all.slice(at, (at += cut)));
    batches.push(all.slice(at));
    return { all, batches };
  });

describe('the state of a search', () => {
  it('counts and holds the hits of a log, however they arrive', () => {
    fc.assert(
      fc.property(logOf, ({ all, batches }) => {
        const state = run([...searched(300, batches), { type: 'done', scanned: 300, found: all.length }]);
        expect(state).toMatchObject({ phase: 'done', found: all.length, hits: { after: 0, upto: 300, before: 0 } });
        expect([...state.hits.lines]).toEqual(all);
        for (const [at, line] of all.entries()) expect(currentIndex(run([{ type: 'went', line }], state))).toBe(at + 1);
      }),
    );
  });

  it('goes to the next and the previous hit from any line, around the ends', () => {
    fc.assert(
      fc.property(logOf, fc.integer({ min: 0, max: 301 }), fc.boolean(), ({ all, batches }, from, isBackwards) => {
        const state = run([...searched(300, batches), { type: 'done', scanned: 300, found: all.length }]);
        const step = stepFrom(state, from, isBackwards);
        const ahead = isBackwards ? all.findLast((line) => line < from) : all.find((line) => line > from);
        const line = ahead ?? (isBackwards ? all.at(-1) : all[0]);
        expect(step).toEqual(line === undefined ? { kind: 'none' } : { kind: 'line', line, isWrapped: ahead === undefined });
      }),
    );
  });

  it('waits for a hit that the search has not come to', () => {
    const state = run(searched(300, [[5]]));
    expect(stepFrom(state, 4, false)).toMatchObject({ kind: 'line', line: 5 });
    expect(stepFrom(state, 5, false)).toEqual({ kind: 'wait' });
    expect(stepFrom(run(searched(300, [])), 0, false)).toEqual({ kind: 'wait' });
  });

  it('adds the hits in new lines, and drops those that retention took', () => {
    fc.assert(
      fc.property(logOf, fc.uniqueArray(fc.integer({ min: 301, max: 400 })), fc.integer({ min: 1, max: 400 }), (log, more, first) => {
        const added = more.sort((a, b) => a - b);
        const { all, batches } = log;
        const state = run([
          ...searched(300, batches),
          { type: 'done', scanned: 300, found: all.length },
          { type: 'grew', upto: 400, lines: singleLines(added), found: added.length },
          { type: 'trimmed', first },
        ]);
        const left = [...all, ...added].filter((line) => line >= first);
        expect([...state.hits.lines]).toEqual(left);
        expect(state).toMatchObject({ found: left.length, upto: 400, scanned: 401 - first });
      }),
    );
  });

  it('holds a bounded number of hits, counts the rest, and asks for them', () => {
    const lines = Array.from({ length: MAX_HITS }, (_, at) => 2 * at + 1);
    const upto = 10 * MAX_HITS;
    const state = run([
      ...searched(upto, [lines, [3 * MAX_HITS]]),
      { type: 'done', scanned: upto, found: MAX_HITS + 500 },
      { type: 'grew', upto: upto + 2, lines: [[upto + 1, upto + 1]], found: 1 },
    ]);
    const last = lines.at(-1)!;
    expect(state.hits.lines.size).toBe(MAX_HITS);
    expect(state).toMatchObject({ found: MAX_HITS + 501, hits: { upto: last } });
    expect(stepFrom(state, last, false)).toEqual({ kind: 'ask', after: last, upto: upto + 2, isBackwards: false, isWrapped: false });
    expect(stepFrom(state, 1, true)).toEqual({ kind: 'ask', after: 0, upto: upto + 2, isBackwards: true, isWrapped: true });
    expect(stepFrom(state, 4 * MAX_HITS, true)).toMatchObject({ kind: 'ask', upto: 4 * MAX_HITS - 1, isBackwards: true });
  });

  it('goes on within hits that were asked for, and back to those before', () => {
    const base = run([...searched(1_000, []), { type: 'done', scanned: 1_000, found: 9 }]);
    const state = run([{ type: 'window', hits: { after: 400, upto: 600, lines: LineSet.of([410, 590]), before: 4 } }], base);
    expect(stepFrom(state, 410, false)).toMatchObject({ kind: 'line', line: 590 });
    expect(stepFrom(state, 590, false)).toMatchObject({ kind: 'ask', after: 600, upto: 1_000 });
    expect(stepFrom(state, 410, true)).toMatchObject({ kind: 'ask', after: 0, upto: 400, isWrapped: false });
    expect(stepFrom(state, 100, false)).toMatchObject({ kind: 'ask', after: 100 });
    expect(currentIndex(run([{ type: 'went', line: 590 }], state))).toBe(6);
  });

  it('holds all hits between the ends of what it asked for', () => {
    fc.assert(
      fc.property(logOf, fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean(), { maxLength: 20 }), ({ all }, limit, ways) => {
        let state = run([...searched(300, []), { type: 'done', scanned: 300, found: all.length }]);
        state = run([{ type: 'window', hits: { after: 0, upto: 0, lines: LineSet.EMPTY, before: 0 } }], state);
        for (const isBackwards of ways) {
          const step = stepFrom(state, isBackwards ? state.hits.after + 1 : state.hits.upto, isBackwards);
          if (step.kind !== 'ask') continue;
          const inScope = all.filter((line) => line > step.after && line <= step.upto);
          const lines = isBackwards ? inScope.slice(-limit) : inScope.slice(0, limit);
          const hits = windowOf(state, step, { lines, isAll: lines.length === inScope.length }, isBackwards);
          expect([...hits.lines]).toEqual(all.filter((line) => line > hits.after && line <= hits.upto));
          if (hits.before !== undefined) expect(hits.before).toBe(all.filter((line) => line <= hits.after).length);
          state = run([{ type: 'window', hits }], state);
        }
      }),
    );
  });

  it('forgets everything when it is closed', () => {
    expect(run([...searched(300, [[5]]), { type: 'went', line: 5 }, { type: 'closed' }])).toEqual(IDLE);
  });
});
