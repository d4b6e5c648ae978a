import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEscape } from '../../src/protocol/escape.ts';
import { LIMITS } from '../../src/protocol/limits.ts';
import { applySgr, carryAfter, formatSgr, isSgr, SGR_DEFAULT, type SgrState } from '../../src/protocol/sgr.ts';
import { texts } from './arbitraries.ts';

const byte = fc.nat(255);
const color = (base: number, bright: number, extended: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    fc.nat(7).map((index) => String(base + index)),
    fc.nat(7).map((index) => String(bright + index)),
    byte.map((index) => `${extended};5;${index}`),
    fc.tuple(byte, byte, byte).map((parts) => `${extended};2;${parts.join(';')}`),
  );

const states: fc.Arbitrary<SgrState> = fc.record({
  bold: fc.boolean(),
  dim: fc.boolean(),
  italic: fc.boolean(),
  underline: fc.nat(5),
  blink: fc.boolean(),
  inverse: fc.boolean(),
  conceal: fc.boolean(),
  strike: fc.boolean(),
  overline: fc.boolean(),
  foreground: color(30, 90, 38),
  background: color(40, 100, 48),
  underlineColor: fc.oneof(
    fc.constant(''),
    byte.map((index) => `58;5;${index}`),
  ),
});

/** Parameters as they occur in practice, right and wrong. */
const params = fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '7', '8', '9', ';', ';', ':'), maxLength: 40 });

describe('the SGR parameters of a state', () => {
  it('set that state from the default', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(applySgr(SGR_DEFAULT, formatSgr(state))).toEqual(state);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are canonical: the same state has the same parameters, however it was reached', () => {
    fc.assert(
      fc.property(fc.array(params), (sequences) => {
        const state = sequences.reduce(applySgr, SGR_DEFAULT);
        const canonical = formatSgr(state);
        expect(applySgr(SGR_DEFAULT, canonical)).toEqual(state);
        expect(formatSgr(applySgr(SGR_DEFAULT, canonical))).toBe(canonical);
        expect(canonical.length).toBeLessThan(100);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['', ''],
    ['0', ''],
    ['1;31', '1;31'],
    ['31;1', '1;31'],
    ['1;0;4', '4'],
    ['4:3', '4:3'],
    ['4:0', ''],
    ['21', '21'],
    ['1;2;22', ''],
    ['6', '5'],
    ['38;5;208', '38;5;208'],
    ['38:5:208', '38;5;208'],
    ['38;2;1;2;3', '38;2;1;2;3'],
    ['38:2:1:2:3', '38;2;1;2;3'],
    ['38:2::1:2:3', '38;2;1;2;3'],
    ['38;5;256', ''],
    ['38;5;208;1', '1;38;5;208'],
    ['38;7;1', ''],
    ['31;39', ''],
    ['48;5;1;49', ''],
    ['58;5;9;59', ''],
    [';;1', '1'],
    ['97;107', '97;107'],
    ['123', ''],
  ])('of %j are %j', (given, canonical) => {
    expect(formatSgr(applySgr(SGR_DEFAULT, given))).toBe(canonical);
  });
});

describe('carryAfter', () => {
  it('is the same for a text as a whole and line by line', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            texts.map((text) => text.replaceAll('\u001b', '')),
            params,
          ),
        ),
        (parts) => {
          const pieces = parts.map(([text, given]) => `${text}\u001b[${given}m`);
          expect(carryAfter('', pieces.join(''))).toBe(pieces.reduce(carryAfter, ''));
        },
      ),
    );
  });

  it('is the result of all sequences, whatever is reset on the way', () => {
    const sequence = fc.oneof(
      params.map((given) => `\u001b[${given}m`),
      fc.constantFrom(
        '\u001b[0m',
        '\u001b[m',
        '\u001b',
        '\u001b[',
        '\u001b[3',
        '\u001b]0;',
        '\u001bP',
        '\u001b\\',
        '\u0007',
        '0m',
        '\u001b(',
        'text',
      ),
    );
    fc.assert(
      fc.property(params, fc.array(sequence), (given, pieces) => {
        const text = pieces.join('');
        let state = applySgr(SGR_DEFAULT, given);
        for (let at = text.indexOf('\u001b'); at !== -1;) {
          const found = readEscape(text, at);
          if (isSgr(found)) state = applySgr(state, found.params);
          at = text.indexOf('\u001b', found.end);
        }
        expect(carryAfter(formatSgr(applySgr(SGR_DEFAULT, given)), text)).toBe(formatSgr(state));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the carry where no sequence changes it', () => {
    for (const text of ['plain', '\u001b[2K', '\u001b[>4;2m', '\u001b[?25l', '\u001b]0;1m\u0007', '\u001b[31', '\u001b']) {
      expect(carryAfter('1;31', text)).toBe('1;31');
    }
  });

  it('is canonical for any text and any carry', () => {
    fc.assert(
      fc.property(texts, params, (text, given) => {
        const carry = carryAfter('', `\u001b[${given}m${text}`);
        expect(formatSgr(applySgr(SGR_DEFAULT, carry))).toBe(carry);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('readEscape', () => {
  it('always advances past the ESC and never past the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (let at = text.indexOf('\u001b'); at !== -1;) {
          const { end } = readEscape(text, at);
          expect(end).toBeGreaterThan(at);
          expect(end).toBeLessThanOrEqual(text.length);
          at = text.indexOf('\u001b', end);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['\u001b[1;31mx', { kind: 'csi', end: 7, params: '1;31', final: 'm' }],
    ['\u001b[4 qx', { kind: 'csi', end: 5, params: '4', final: ' q' }],
    ['\u001b]8;;http://a\u0007x', { kind: 'osc', end: 14, params: '8;;http://a', final: '' }],
    ['\u001b]0;t\u001b\\x', { kind: 'osc', end: 7, params: '0;t', final: '' }],
    ['\u001bPabc\u001b\\x', { kind: 'string', end: 7, params: 'abc', final: '' }],
    ['\u001b(Bx', { kind: 'esc', end: 3, params: '', final: '(B' }],
    ['\u001b7x', { kind: 'esc', end: 2, params: '', final: '7' }],
    ['\u001b', { kind: 'cut', end: 1, params: '', final: '' }],
    ['\u001b[31', { kind: 'cut', end: 4, params: '', final: '' }],
    ['\u001b[31\nx', { kind: 'esc', end: 4, params: '', final: '' }],
    ['\u001b]0;open', { kind: 'cut', end: 8, params: '', final: '' }],
    ['\u001b]0;a\u001b[m', { kind: 'esc', end: 5, params: '', final: '' }],
  ])('reads %j', (text, sequence) => {
    expect(readEscape(text, 0)).toEqual(sequence);
  });

  it.each([']1337;File=inline=1:', 'P1;2q', '_G', '^', 'X'])(
    'reads ESC %s of any length in a whole line, up to its terminator',
    (start) => {
      for (const terminator of ['\u0007', '\u001b\\', '\u009c']) {
        for (const length of [0, LIMITS.escapeLength, 10_000, 500_000]) {
          const sequence = `\u001b${start}${'QUJD'.repeat(length / 4)}${terminator}`;
          expect(readEscape(`a${sequence}b`, 1, true).end).toBe(1 + sequence.length);
        }
      }
      // Any other sequence cancels it, and an endless one hides no more than before.
      expect(readEscape(`\u001b${start}${'x'.repeat(9_000)}\u001b[m`, 0, true).end).toBe(1 + start.length + 9_000);
      expect(readEscape(`\u001b${start}${'x'.repeat(9_000)}`, 0, true).end).toBe(2 + LIMITS.escapeLength);
    },
  );

  it('gives up on a string longer than 4 KiB', () => {
    const text = `\u001b]${'x'.repeat(LIMITS.escapeLength + 10)}\u0007`;
    expect(readEscape(text, 0)).toEqual({ kind: 'esc', end: 2 + LIMITS.escapeLength, params: '', final: '' });
  });

  // A reader that backtracks would need hours for these.
  it.each([
    ['parameters without an end', '\u001b[' + '1;'.repeat(200_000) + '\n'],
    ['intermediates without an end', '\u001b[' + ' '.repeat(400_000) + '\n'],
    ['short sequences without an end', '\u001b' + ' '.repeat(400_000) + '\n'],
    ['many strings without an end', '\u001b]x'.repeat(130_000)],
    ['many sequences cut by the next', '\u001b[1'.repeat(130_000)],
    ['many ESC', '\u001b'.repeat(400_000)],
    ['one SGR of very many parameters', '\u001b[' + '38;5;1;'.repeat(60_000) + 'm'],
  ])('comes to the end of %s', (_title, text) => {
    const carry = carryAfter('', text.repeat(2));
    expect(formatSgr(applySgr(SGR_DEFAULT, carry))).toBe(carry);
  });
});
