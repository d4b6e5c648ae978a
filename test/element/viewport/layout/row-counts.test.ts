import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fenwick } from '../../../../src/element/viewport/layout/fenwick.ts';
import { BLOCK_LINES, RowCounts } from '../../../../src/element/viewport/layout/row-counts.ts';

describe('sums over an array that changes', () => {
  it('are those of the array, however it grows', () => {
    const change = fc.tuple(fc.oneof(fc.nat(40), fc.nat(5_000)), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.array(fc.nat(6_000), { minLength: 1, maxLength: 10 }), (changes, counts) => {
        const sums = new Fenwick();
        const model = new Map<number, number>();
        for (const [index, delta] of changes) {
          sums.add(index, delta);
          model.set(index, (model.get(index) ?? 0) + delta);
        }
        for (const count of counts) {
          const expected = [...model].reduce((sum, [index, value]) => (index < count ? sum + value : sum), 0);
          expect(sums.sum(count)).toBe(expected);
        }
      }),
    );
  });
});

/** The plain way: a number for each line, the mean where there is none. */
class Model {
  readonly rows = new Map<number, number>();

  get mean(): number {
    if (this.rows.size === 0) return 1;
    return [...this.rows.values()].reduce((sum, value) => sum + value, 0) / this.rows.size;
  }

  before(line: number): number {
    let sum = 0;
    let known = 0;
    for (const [at, value] of this.rows) {
      if (at >= line) continue;
      sum += value;
      known += 1;
    }
    return sum + (line - 1 - known) * this.mean;
  }
}

const LINES = 5 * BLOCK_LINES;
const line = fc.integer({ min: 1, max: LINES });
/** 0 rows: those of the line are forgotten. */
const counted = fc.array(fc.tuple(line, fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.constant(0))), {
  maxLength: 300,
});

function both(changes: readonly (readonly [line: number, rows: number])[]): { counts: RowCounts; model: Model } {
  const counts = new RowCounts();
  const model = new Model();
  for (const [at, rows] of changes) {
    if (rows === 0) {
      counts.remove(at);
      model.rows.delete(at);
    } else {
      counts.set(at, rows);
      model.rows.set(at, rows);
    }
  }
  return { counts, model };
}

describe('the rows of lines that are broken', () => {
  it('are exact where lines were counted, and their mean elsewhere', () => {
    fc.assert(
      fc.property(counted, fc.array(line, { minLength: 1, maxLength: 20 }), (changes, asked) => {
        const { counts, model } = both(changes);
        expect(counts.mean).toBeCloseTo(model.mean, 9);
        for (const at of asked) {
          expect(counts.get(at)).toBe(model.rows.get(at));
          expect(counts.before(at)).toBeCloseTo(model.before(at), 6);
        }
      }),
    );
  });

  it('give the line that lies at a row, and the row a line begins with', () => {
    fc.assert(
      fc.property(counted, fc.double({ min: 0, max: 1.2, noNaN: true }), (changes, share) => {
        const { counts } = both(changes);
        const rows = share * counts.before(LINES + 1);
        const at = counts.lineAt(rows);
        expect(counts.before(at)).toBeLessThanOrEqual(rows + 1e-6);
        expect(counts.before(at + 1)).toBeGreaterThan(rows - 1e-6);
      }),
    );
  });

  it('go up from line to line, whatever was counted, recounted and forgotten', () => {
    fc.assert(
      fc.property(counted, counted, (first, second) => {
        const counts = new RowCounts(2);
        for (const [at, rows] of [...first, ...second]) {
          if (rows === 0) counts.remove(at);
          else counts.set(at, rows);
        }
        let before = 0;
        for (let at = 2; at <= LINES; at += 97) {
          const rows = counts.before(at);
          expect(rows).toBeGreaterThan(before);
          before = rows;
        }
      }),
    );
  });

  it('may be fractions, as fonts draw them', () => {
    const counts = new RowCounts();
    counts.set(3, 1.05);
    counts.set(4, 2);
    expect(counts.before(5) - counts.before(3)).toBeCloseTo(3.05, 5);
  });

  it('are kept one by one for a bounded number of chunks, the one changed longest ago going first', () => {
    const counts = new RowCounts(3);
    for (let chunk = 0; chunk < 4; chunk += 1) counts.set(chunk * BLOCK_LINES + 1, 10);
    expect(counts.get(1)).toBeUndefined();
    expect([1, 2, 3].map((chunk) => counts.get(chunk * BLOCK_LINES + 1))).toEqual([10, 10, 10]);
    // What was learnt of the mean stays.
    expect(counts.mean).toBe(10);
    expect(counts.before(BLOCK_LINES + 1)).toBe(BLOCK_LINES * 10);
  });

  it('begin anew when they are cleared', () => {
    const { counts } = both([
      [5, 7],
      [2_000, 3],
    ]);
    counts.clear();
    expect(counts.mean).toBe(1);
    expect(counts.before(4_001)).toBe(4_000);
    expect(counts.lineAt(1_234)).toBe(1_235);
  });

  it('place each of ten million lines, and take the same memory for them', () => {
    const counts = new RowCounts();
    for (let at = 1; at <= 10_000_000; at += 997) counts.set(at, 1 + (at % 3));
    for (const at of [1, 2, 1_024, 1_025, 7_340_012, 9_999_999, 10_000_000]) {
      expect(counts.lineAt(counts.before(at) + 0.01)).toBe(at);
    }
  });

  it('place the newest line exactly through a day at a thousand lines a second', () => {
    const counts = new RowCounts();
    for (let head = 60_000; head <= 86_400_000; head += 60_000) {
      for (let at = head - 40; at <= head; at += 1) counts.set(at, 1 + (at % 5));
      expect(counts.before(head + 1) - counts.before(head)).toBeCloseTo(1 + (head % 5), 3);
      expect(counts.lineAt(counts.before(head) + 0.5)).toBe(head);
    }
    // 41 lines with 1 to 5 rows in turn.
    expect(counts.mean).toBeGreaterThan(2.9);
    expect(counts.mean).toBeLessThan(3.1);
  });
});
