import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carryAfter } from '../../../src/protocol/sgr.ts';
import { colour } from '../../../src/server/append/colour.ts';
import { LineAssembler } from '../../../src/server/append/line-assembler.ts';

const START = { carry: '', splitSequence: '' };

describe('colour', () => {
  it('says nothing of plain lines', () => {
    expect(colour([{ text: 'a', continued: false }], START, false)).toEqual({ lines: [['a']], pen: START });
  });

  it('gives each line what the ones before it left in force', () => {
    const pieces = ['\u001b[1;31ma', 'b', '\u001b[0mc', 'd'].map((text) => ({ text, continued: false }));
    expect(colour(pieces, { carry: '4', splitSequence: '' }, true)).toEqual({
      lines: [
        ['\u001b[1;31ma', { s: 'err', c: '4' }],
        ['b', { s: 'err', c: '1;4;31' }],
        ['\u001b[0mc', { s: 'err', c: '1;4;31' }],
        ['d', { s: 'err' }],
      ],
      pen: START,
    });
  });

  it('leaves the same colours in force after a long line, wherever that was split', () => {
    const word = fc.constantFrom('\u001b[31m', '\u001b[0m', '\u001b[38;5;208m', '\u001b]8;;x\u0007', '\u001b[', 'text', 'é', '1m');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.integer({ min: 4, max: 20 }), (words, limit) => {
        const text = words.join('');
        const assembler = new LineAssembler(limit);
        const pieces = [...assembler.push(`${text}\n`), ...assembler.end()];
        expect(colour(pieces, START, false).pen.carry).toBe(carryAfter('', text));
      }),
      { numRuns: 1_000 },
    );
  });
});
