import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { lineCost, SEGMENT_LINES, SparseLog } from '../../../../src/worker/session/lines/sparse-log.ts';

const LAST = 3 * SEGMENT_LINES + 10;

const line = (offset: number): Line => [offset, `text of ${offset}`];
const lines = (from: number, count: number): Line[] => Array.from({ length: count }, (_, at) => line(from + at));

/** The ranges that the model does not hold, computed the slow way. */
function missing(model: ReadonlyMap<number, Line>, from: number, to: number): { from: number; to: number }[] {
  const result: { from: number; to: number }[] = [];
  for (let offset = from; offset <= to; offset += 1) {
    if (model.has(offset)) continue;
    const last = result.at(-1);
    if (last !== undefined && last.to === offset - 1) last.to = offset;
    else result.push({ from: offset, to: offset });
  }
  return result;
}

const offset = fc.oneof(
  fc.integer({ min: 1, max: LAST }),
  fc.constantFrom(1, SEGMENT_LINES, SEGMENT_LINES + 1, 2 * SEGMENT_LINES, 2 * SEGMENT_LINES + 1),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('insert' as const), at: offset, count: fc.integer({ min: 1, max: 1_500 }) }) },
  fc.record({ op: fc.constant('drop' as const), at: offset, count: fc.constant(0) }),
  fc.record({ op: fc.constant('dropBelow' as const), at: offset, count: fc.constant(0) }),
  fc.record({ op: fc.constant('shed' as const), at: offset, count: fc.integer({ min: 1, max: 50_000 }) }),
  fc.record({ op: fc.constant('clear' as const), at: offset, count: fc.constant(0) }),
);

describe('SparseLog', () => {
  it('holds exactly what a map would, for any inserts and drops in any order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), offset, offset, (steps, a, b) => {
        let bytes = 0;
        const log = new SparseLog({ used: () => undefined, dropped: () => undefined, grew: (by) => (bytes += by) });
        const model = new Map<number, Line>();
        for (const { op, at, count } of steps) {
          const index = Math.floor((at - 1) / SEGMENT_LINES);
          const own = [...model.keys()].filter((key) => Math.floor((key - 1) / SEGMENT_LINES) === index).sort((x, y) => x - y);
          switch (op) {
            case 'insert':
              log.insert(at, lines(at, count));
              for (const [n, l] of lines(at, count).entries()) model.set(at + n, l);
              break;
            case 'drop':
              log.drop(index);
              for (const key of own) model.delete(key);
              break;
            case 'dropBelow':
              log.dropBelow(at);
              for (const key of model.keys()) if (key < at) model.delete(key);
              break;
            case 'shed': {
              log.evictLines(index, count);
              let saved = 0;
              for (const key of own) {
                if (saved >= count) break;
                saved += lineCost(line(key));
                model.delete(key);
              }
              break;
            }
            case 'clear':
              log.clear();
              model.clear();
          }
        }
        const [from, to] = a < b ? [a, b] : [b, a];
        expect(log.notHeld(from, to)).toEqual(missing(model, from, to));
        expect(log.notHeld(from, to, 1)).toEqual(missing(model, from, to).slice(0, 1));
        const runs = log.runs(from, to, { lines: Infinity, bytes: Infinity });
        const held = runs.flatMap((run) => run.lines.map((l, at) => [run.from + at, l] as const));
        expect(held).toEqual([...model].filter(([key]) => key >= from && key <= to).sort(([x], [y]) => x - y));
        expect(bytes).toBe([...model.values()].reduce((sum, l) => sum + lineCost(l), 0));
      }),
      { numRuns: 300 },
    );
  });

  it('returns no more lines and hardly more bytes than the budget allows, but at least one line', () => {
    const log = new SparseLog();
    log.insert(1, lines(1, 500));
    expect(log.runs(1, 500, { lines: 7, bytes: Infinity })[0]?.lines).toHaveLength(7);
    expect(log.runs(1, 500, { lines: Infinity, bytes: 1 })[0]?.lines).toHaveLength(1);
    expect(log.runs(1, 500, { lines: 0, bytes: Infinity })).toEqual([]);
  });
});
