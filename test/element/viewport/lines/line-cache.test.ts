import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { HELD_LINES, LineCache } from '../../../../src/element/viewport/lines/line-cache.ts';

const run = (from: number, count: number): { from: number; lines: Line[] } => ({
  from,
  lines: Array.from({ length: count }, (_, at): Line => [0, String(from + at)]),
});

describe('the lines a view holds', () => {
  it('are never more than the limit, and each is the line of its number', () => {
    const steps = fc.array(
      fc.record({
        from: fc.integer({ min: 1, max: 5_000 }),
        count: fc.integer({ min: 0, max: 300 }),
        near: fc.integer({ min: 1, max: 5_000 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const held = new LineCache(100);
        for (const { from, count, near } of given) {
          held.insert(run(from, count), { from: near, to: near + 20 });
          expect(held.size).toBeLessThanOrEqual(100);
          const wrong = run(from, count).lines.filter(([, text]) => (held.get(Number(text))?.[1] ?? text) !== text);
          expect(wrong).toEqual([]);
        }
      }),
    );
  });

  it('keep the lines in the window, whatever else comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 40 }), (from, others) => {
        const near = { from, to: from + 30 };
        const held = new LineCache(100);
        held.insert(run(from, 31), near);
        for (const other of others) held.insert(run(other, 25), near);
        expect(held.notHeld(near)).toEqual([]);
      }),
    );
  });

  it('have bounded text, except for lines in the window, which would be requested again', () => {
    const long = (from: number, count: number): { from: number; lines: Line[] } => ({
      from,
      lines: Array.from({ length: count }, (): Line => [0, 'x'.repeat(1_000)]),
    });
    const held = new LineCache(1_000, 20_000);
    held.insert(long(1, 15), { from: 1, to: 5 });
    held.insert(long(100, 15), { from: 1, to: 5 });
    expect(held.size).toBe(15);
    expect(held.notHeld({ from: 1, to: 5 })).toEqual([]);
    held.insert(long(200, 40), { from: 200, to: 239 });
    expect(held.notHeld({ from: 200, to: 239 })).toEqual([]);
    expect(held.size).toBe(40);
    held.clear();
    held.insert(long(1, 20), { from: 1, to: 1 });
    expect(held.size).toBe(20);
  });

  it('can be read in order, a stretch at a time', () => {
    const held = new LineCache(100);
    for (const [from, count] of [
      [50, 5],
      [10, 3],
      [13, 2],
    ] as const)
      held.insert(run(from, count), { from: 1, to: 100 });
    expect(held.runs()).toEqual([run(10, 5), run(50, 5)]);
  });

  it('of a run longer than the limit are those nearest to the window', () => {
    const held = new LineCache(100);
    held.insert(run(1, 10_000), { from: 5_000, to: 5_020 });
    expect(held.size).toBeLessThanOrEqual(100);
    expect(held.notHeld({ from: 5_000, to: 5_020 })).toEqual([]);
  });

  it('hold the tail of a log that is followed for ever, at the bound', () => {
    const held = new LineCache();
    for (let head = 0; head < 50_000; head += 170) {
      held.insert(run(head + 1, 170), { from: head + 100, to: head + 170 });
      expect(held.notHeld({ from: head + 100, to: head + 170 })).toEqual([]);
      expect(held.size).toBeLessThanOrEqual(HELD_LINES);
    }
  });

  it('are those that a filter shows, however far apart, before any that pass by', () => {
    const held = new LineCache(100);
    held.isNeeded = (line) => line % 1_000 === 0;
    const near = { from: 1, to: 10_000_000 };
    for (let line = 1_000; line <= 40_000; line += 1_000) held.insert(run(line, 1), near);
    for (let from = 100_001; from < 104_000; from += 20) held.insert(run(from, 20), near);
    expect(held.size).toBeLessThanOrEqual(100);
    for (let line = 1_000; line <= 40_000; line += 1_000) expect(held.get(line)).toBeDefined();
    // A search tests new lines before it is known which of them are shown.
    expect(held.get(104_000)).toBeDefined();
  });

  it('say which parts of a range are lacking', () => {
    const held = new LineCache();
    held.insert(run(3, 2), { from: 1, to: 10 });
    held.insert(run(8, 1), { from: 1, to: 10 });
    expect(held.notHeld({ from: 1, to: 10 })).toEqual([
      { from: 1, to: 2 },
      { from: 5, to: 7 },
      { from: 9, to: 10 },
    ]);
    expect(held.notHeld({ from: 3, to: 4 })).toEqual([]);
    expect(held.notHeld({ from: 5, to: 4 })).toEqual([]);
  });

  it('go when retention removed them', () => {
    const held = new LineCache();
    held.insert(run(1, 10), { from: 1, to: 10 });
    held.dropBelow(6);
    expect(held.notHeld({ from: 1, to: 10 })).toEqual([{ from: 1, to: 5 }]);
  });
});
