import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';

/** Ascending lines; many of them are consecutive. */
const ascending = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 4 })), { maxLength: 40 }).map((steps) => {
  const lines: number[] = [];
  let line = 0;
  for (const [gap, more] of steps) {
    line += gap;
    for (const end = line + more; line < end; line += 1) lines.push(line);
    lines.push(line);
  }
  return lines;
});

const gapsOf = (lines: readonly number[]): number => lines.filter((line, at) => at > 0 && line !== (lines[at - 1] ?? 0) + 1).length;

/** Everything that a set says, against the plain list. */
function expectSame(set: LineSet, lines: readonly number[]): void {
  expect([...set]).toEqual(lines);
  expect(set.size).toBe(lines.length);
  expect(set.first).toBe(lines[0]);
  expect(set.last).toBe(lines.at(-1));
  expect(set.runs).toBe(lines.length === 0 ? 0 : gapsOf(lines) + 1);
  for (let line = 0; line <= (lines.at(-1) ?? 0) + 2; line += 1) {
    const before = lines.filter((each) => each < line);
    expect(set.countBefore(line)).toBe(before.length);
    expect(set.has(line)).toBe(lines.includes(line));
    const upTo = lines.filter((each) => each <= line);
    expect(set.runsUpTo(line)).toBe(upTo.length === 0 ? 0 : gapsOf(upTo) + 1);
    const { from, to, isHeld } = set.rangeAt(line);
    expect(isHeld).toBe(lines.includes(line));
    const isLike = (other: number): boolean => lines.includes(other) === isHeld;
    if (Number.isFinite(from)) expect([isLike(from), isLike(from - 1)]).toEqual([true, false]);
    else expect(lines.some((each) => each < line)).toBe(false);
    if (Number.isFinite(to)) expect([isLike(to), isLike(to + 1)]).toEqual([true, false]);
    else expect(lines.some((each) => each > line)).toBe(false);
  }
  for (const [at, line] of lines.entries()) {
    expect(set.placeOf(at)).toEqual({ line, run: gapsOf(lines.slice(0, at + 1)) });
  }
  expect(set.at(lines.length)).toBeUndefined();
  expect(set.at(-1)).toBeUndefined();
}

describe('a set of lines', () => {
  it('says what a list of them says', () => {
    fc.assert(fc.property(ascending, (lines) => expectSame(LineSet.of(lines), lines)));
  });

  it('is a value: whatever is added to it or dropped from it gives another one', () => {
    const changes = fc.array(
      fc.record({ of: fc.nat(), drop: fc.boolean(), at: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 1, max: 5 }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(changes, (plan) => {
        const values: { readonly set: LineSet; readonly lines: readonly number[] }[] = [{ set: LineSet.EMPTY, lines: [] }];
        for (const { of, drop, at, length } of plan) {
          const { set, lines } = values[of % values.length]!;
          if (drop) values.push({ set: set.from(at), lines: lines.filter((line) => line >= at) });
          else {
            const range = Array.from({ length }, (_, index) => at + index);
            const added = set.add(at, at + length - 1);
            values.push({ set: added, lines: [...lines, ...range.filter((line) => line > (lines.at(-1) ?? -1))] });
          }
        }
        for (const { set, lines } of values) expectSame(set, lines);
      }),
      { numRuns: 40 },
    );
  });

  it('tells what it was, as long as some of it is left, before lines were added and dropped from any other set', () => {
    fc.assert(
      fc.property(ascending, fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 4 }), (lines, drops) => {
        let set = LineSet.of(lines);
        const before = [set];
        for (const line of drops) {
          before.push((set = set.from(Math.min(line, set.last ?? 0))), (set = set.add((set.last ?? 200) + 2, (set.last ?? 200) + 3)));
          for (const each of before) expect(set.continues(each)).toBe(true);
        }
        if (lines.length > 0) expect(LineSet.of(lines).continues(set)).toBe(false);
      }),
    );
  });

  it('lists the runs from a line on', () => {
    fc.assert(
      fc.property(ascending, fc.integer({ min: 0, max: 120 }), (lines, line) => {
        const listed = [...LineSet.of(lines).runsFrom(line)].flatMap(([from, to]) => {
          expect(to).toBeGreaterThanOrEqual(line);
          return Array.from({ length: to - from + 1 }, (_, at) => from + at);
        });
        expect(listed.filter((each) => each >= line)).toEqual(lines.filter((each) => each >= line));
      }),
    );
  });

  it('holds many runs, drops the memory of those that are gone, and takes lines of any number', () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => at * 3 + 1);
    const set = LineSet.of(lines).from(12_001);
    expect(set.size).toBe(1_000);
    expect(set.runs).toBe(1_000);
    expect([set.first, set.at(0), set.at(999), set.last]).toEqual([12_001, 12_001, 14_998, 14_998]);
    expect(set.countBefore(14_000)).toBe(667);
    const far = set.add(2 ** 33).add(2 ** 40, 2 ** 40 + 1);
    expect([far.at(1_000), far.at(1_002), far.countBefore(2 ** 41)]).toEqual([2 ** 33, 2 ** 40 + 1, 1_003]);
    expect(far.add(2 ** 40 + 3).continues(set)).toBe(true);
    expect(LineSet.of([1, 5]).continues(far)).toBe(false);
  });
});
