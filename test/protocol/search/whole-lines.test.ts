import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import { utf8Length } from '../../../src/protocol/search/utf8-length.ts';
import { WholeLines, type WholeLine } from '../../../src/protocol/search/whole-lines.ts';

const MIB = 1_024 * 1_024;

function join(lines: readonly Line[]): WholeLine[] {
  const whole: WholeLine[] = [];
  const joined = new WholeLines((line) => whole.push(line));
  for (const [at, line] of lines.entries()) joined.add(at + 1, line);
  joined.flush(lines.length);
  return whole;
}

describe('Whole lines', () => {
  it('have the pieces of a line together, and the number, time and marks of the first', () => {
    const lines: Line[] = [
      [1, 'a'],
      [2, 'b', { p: 1, l: 17 }],
      [3, 'c', { p: 1, l: 17 }],
      [4, 'd', { l: 17 }],
      [5, 'e'],
    ];
    expect(join(lines)).toEqual([
      { from: 1, to: 1, time: 1, text: 'a', extra: undefined, isRest: false },
      { from: 2, to: 4, time: 2, text: 'bcd', extra: { p: 1, l: 17 }, isRest: false },
      { from: 5, to: 5, time: 5, text: 'e', extra: undefined, isRest: false },
    ]);
  });

  it('begin again after 4 MiB, in bytes (H80)', () => {
    const piece = (text: string): Line => [1, text, { p: 1 }];
    const exact = [piece('é'.repeat(MIB)), piece('é'.repeat(MIB)), [1, 'x'] as const];
    expect(join(exact).map(({ from, to, isRest }) => [from, to, isRest])).toEqual([
      [1, 2, false],
      [3, 3, true],
    ]);
    expect(join([piece('é'.repeat(MIB)), piece('é'.repeat(MIB - 1)), [1, 'xx']]).map(({ from, to }) => [from, to])).toEqual([[1, 3]]);
  });

  it('say where another instance goes on', () => {
    const whole = new WholeLines(() => undefined);
    expect(whole.resumeAt(1)).toEqual({ from: 1, isInside: false });
    whole.add(1, [1, 'a', { p: 1 }]);
    whole.add(2, [1, 'b', { p: 1 }]);
    expect([whole.isOpen, whole.resumeAt(3)]).toEqual([true, { from: 1, isInside: false }]);
    whole.add(3, [1, 'c']);
    expect([whole.isOpen, whole.resumeAt(4)]).toEqual([false, { from: 4, isInside: false }]);
  });
});

describe('The length of a text in UTF-8', () => {
  it('is that of its bytes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('\ud83d', '\ude00', 'a', 'é', '漢')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        expect(utf8Length(any)).toBe(Buffer.byteLength(any));
      }),
    );
  });
});
