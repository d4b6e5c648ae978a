import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, LineExtra } from '../../../src/protocol/line.ts';
import { entriesOf } from '../../../src/element/terminal/entries-of.ts';
import { repeatKey } from '../../../src/element/terminal/repeat-key.ts';

const line = (text: string, extra?: LineExtra): Line => (extra === undefined ? [0, text] : [0, text, extra]);
const frames = (count: number): Line[] => Array.from({ length: count }, (_, at) => line(`    at f${at} (a.js:${at + 1}:1)`, { k: 1 }));

function ranges(lines: readonly Line[], from = 1): [string, number, number][] {
  return entriesOf(from, lines).map((range) => [range.kind, range.from, range.to]);
}

describe('a stack trace', () => {
  it('of more than three lines is one range, without the line it belongs to', () => {
    expect(ranges([line('Error: boom', { l: 17 }), ...frames(4), line('next')])).toEqual([['trace', 2, 5]]);
    expect(ranges([line('Error: boom', { l: 17 }), ...frames(3), line('next')])).toEqual([]);
  });

  it('is no range while the line it belongs to is not known', () => {
    expect(ranges(frames(8), 10)).toEqual([]);
    expect(ranges(frames(8), 1)).toEqual([['trace', 1, 8]]);
  });

  it('is told from the source below a message', () => {
    const source = ['  --> a.rs:1:2', '   |', ' 1 | let x;', '   |     ^', '   |'].map((text) => line(text, { k: 1 }));
    expect(ranges([line('error[E0308]: no', { l: 17 }), ...source])).toEqual([]);
  });
});

describe('a line repeated in a row', () => {
  it('is one range, times aside', () => {
    const times = ['2026-01-02T03:04:05.678Z poll', '2026-01-02T03:04:06Z poll', '03:04:07 poll'];
    expect(ranges([line('a'), ...times.map((text) => line(text)), line('b')])).toEqual([['repeat', 2, 4]]);
    expect(ranges([line('{"time":1,"msg":"x"}'), line('{"time":22,"msg":"x"}')])).toEqual([['repeat', 1, 2]]);
    expect(ranges([line('\x1b[31mx\x1b[0m'), line('x')])).toEqual([['repeat', 1, 2]]);
  });

  it.each([
    ['blank lines', line('  ')],
    ['pieces of a long line', line('x', { p: 1 })],
    ['markers of groups', line('x', { g: { t: 'x', d: 0 } })],
    ['lines that hide text', line('a\rb')],
  ])('is not folded for %s', (_, repeated) => {
    expect(ranges([repeated, repeated, repeated])).toEqual([]);
  });
});

describe('entries of any lines', () => {
  const anyLine = fc
    .record({ text: fc.constantFrom('a', 'b', ' at x (y:1:1)', '', '10:00:00 a'), k: fc.boolean() })
    .map(({ text, k }) => line(text, k ? { k: 1 } : undefined));

  it('are in order, apart, and hold what they say', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (lines, from) => {
        let end = from - 1;
        for (const range of entriesOf(from, lines)) {
          const held = lines.slice(range.from - from, range.to - from + 1);
          expect(range.from).toBeGreaterThan(end);
          expect(range.line).toBe(held[0]);
          if (range.kind === 'trace') {
            expect(held.length).toBeGreaterThan(3);
            expect(held.every((each) => each[2]?.k === 1)).toBe(true);
          } else {
            expect(held.length).toBeGreaterThan(1);
            expect(new Set(held.map(repeatKey))).toEqual(new Set([range.key]));
          }
          // It goes as far as it can.
          const next = lines[range.to - from + 1];
          if (next !== undefined)
            expect(range.kind === 'trace' ? next[2]?.k : repeatKey(next)).not.toBe(range.kind === 'trace' ? 1 : range.key);
          end = range.to;
        }
      }),
    );
  });
});
