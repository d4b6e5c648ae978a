import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';
import { ShownLines } from '../../../../src/element/viewport/filter/shown-lines.ts';
import type { GroupHeaders } from '../../../../src/element/viewport/lines/row-filter.ts';

const LAST = 120;

interface Group {
  readonly line: number;
  readonly end: number;
}

/** Nested groups in order of their first lines. */
const groupsOf = fc.array(fc.tuple(fc.integer({ min: 1, max: LAST }), fc.integer({ min: 0, max: 50 })), { maxLength: 8 }).map((pairs) => {
  const groups: Group[] = [];
  for (const [line, length] of pairs.sort(([a], [b]) => a - b)) {
    const around = groups.filter(({ end }) => end >= line);
    if (groups.some((group) => group.line === line)) continue;
    groups.push({ line, end: Math.min(line + length, LAST, ...around.map(({ end }) => end)) });
  }
  return groups;
});

function headersOf(groups: readonly Group[], revision = 0): GroupHeaders {
  return {
    revision,
    headersAt: (line) => {
      const around = groups.filter(({ line: from, end }) => from <= line && end >= line);
      const borders = groups.flatMap(({ line: from, end }) => [from, end + 1]).filter((border) => border > line);
      return { headers: around.map(({ line: from }) => from), until: Math.min(Infinity, ...borders) };
    },
  };
}

/** The plain way. */
function model(hits: readonly number[], context: number, groups: readonly Group[], first: number, last: number): number[] {
  const isShown = (line: number): boolean =>
    hits.some((hit) => Math.abs(hit - line) <= context) ||
    groups.some(({ line: from, end }) => from === line && hits.some((hit) => hit >= from && hit <= end));
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter(isShown);
}

const sortedHits = fc.uniqueArray(fc.integer({ min: 1, max: LAST }), { maxLength: 20 }).map((lines) => lines.sort((a, b) => a - b));

describe('the lines that a filter shows', () => {
  it('are the hits, those around them, and the headers of their groups', () => {
    fc.assert(
      fc.property(sortedHits, fc.integer({ min: 0, max: 5 }), groupsOf, (hits, context, groups) => {
        const shown = new ShownLines();
        shown.update({ hits: LineSet.of(hits), context, first: 1, last: LAST, groups: headersOf(groups) });
        expect([...shown.lines]).toEqual(model(hits, context, groups, 1, LAST));
      }),
    );
  });

  it('are the same however the hits arrive, while the log grows and while retention takes lines', () => {
    const plan = fc.array(fc.record({ hits: fc.integer({ min: 0, max: 4 }), first: fc.integer({ min: 0, max: 12 }) }), { maxLength: 12 });
    fc.assert(
      fc.property(
        sortedHits,
        fc.integer({ min: 0, max: 5 }),
        fc.option(groupsOf, { nil: undefined }),
        plan,
        (all, context, groups, steps) => {
          const shown = new ShownLines();
          const headers = groups && headersOf(groups);
          let hits = LineSet.EMPTY;
          let taken = 0;
          let first = 1;
          let last = 0;
          for (const step of steps) {
            const next = all.slice(taken, taken + step.hits);
            taken += next.length;
            last = Math.max(last, next.at(-1) ?? 0);
            first = Math.max(first, Math.min(step.first, last));
            hits =
              LineSet.EMPTY === hits ? LineSet.of(next).from(first) : hits.addAll(next.map((line) => [line, line] as const)).from(first);
            shown.update({ hits, context, first, last, groups: headers });
            const kept = all.slice(0, taken).filter((line) => line >= first);
            // What was around a hit stays when retention has taken that hit.
            const expected = model(kept, context, groups ?? [], first, last);
            expect([...shown.lines]).toEqual(expect.arrayContaining(expected));
            const ever = model(all.slice(0, taken), context, groups ?? [], first, last);
            expect(ever).toEqual(expect.arrayContaining([...shown.lines]));
          }
          shown.update({ hits, context, first, last: LAST, groups: headers });
          if (first === 1) expect([...shown.lines]).toEqual(model(all.slice(0, taken), context, groups ?? [], 1, LAST));
        },
      ),
    );
  });

  it('have other places when context or groups are others, but not when hits are added', () => {
    const shown = new ShownLines();
    const hits = LineSet.of([10, 20]);
    const input = { hits, context: 0, first: 1, last: 100, groups: undefined };
    expect(shown.update(input)).toBe(true);
    expect(shown.update({ ...input, hits: hits.add(30) })).toBe(false);
    expect(shown.lines.size).toBe(3);
    expect(shown.update({ ...input, hits: hits.add(30), context: 2 })).toBe(true);
    expect(shown.update({ ...input, hits: hits.add(30), context: 2, groups: headersOf([{ line: 5, end: 15 }]) })).toBe(true);
    expect([...shown.lines].slice(0, 3)).toEqual([5, 8, 9]);
    expect(shown.update({ ...input, hits: hits.add(30), context: 2, groups: headersOf([], 1) })).toBe(true);
    expect(shown.lines.first).toBe(8);
    expect(shown.update({ ...input, hits: hits.add(30).from(20), context: 2, first: 15, groups: headersOf([], 1) })).toBe(true);
    expect(shown.lines.first).toBe(18);
  });
});
