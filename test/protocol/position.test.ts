import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPosition, NOWHERE, parseAsked, parseOffset, parsePosition } from '../../src/protocol/position.ts';
import { positions } from './arbitraries.ts';

describe('a position', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(parsePosition(formatPosition(position))).toEqual(position);
      }),
    );
  });

  it('has one spelling only', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0189-e+. \t'.split('')) }), (text) => {
        const position = parsePosition(text);
        if (position !== undefined) expect(formatPosition(position)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '-',
    '-1',
    '--0',
    'a-',
    'a',
    'a-b',
    'a--1',
    'a-01',
    'a-1.5',
    'a-1e3',
    'a-+1',
    'a b-1',
    ' a-1',
    'a-1 ',
    'a-1\n',
    'a-9007199254740992',
    'a-99999999999999999',
  ])('is not %j', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });

  it('has an epoch of at most 64 characters', () => {
    expect(parsePosition(`${'e'.repeat(64)}-1`)).toEqual({ epoch: 'e'.repeat(64), offset: 1 });
    expect(parsePosition(`${'e'.repeat(65)}-1`)).toBeUndefined();
  });

  it('is NOWHERE for a log without lines', () => {
    expect(formatPosition(NOWHERE)).toBe('-0');
    expect(parsePosition('-0')).toEqual(NOWHERE);
  });
});

describe('a line number', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (offset) => {
        expect(parseOffset(String(offset))).toBe(offset);
      }),
    );
  });

  it.each(['', '-1', '+1', '01', '1.0', '1e3', ' 1', '0x1', '9007199254740992', '１'])('is not %j', (text) => {
    expect(parseOffset(text)).toBeUndefined();
  });
});

describe('the start that a subscriber asks for', () => {
  it('may be now, a number, a numeric text, a position or -0', () => {
    expect(parseAsked('')).toBe('now');
    expect(parseAsked(0)).toEqual({ epoch: undefined, offset: 0 });
    expect(parseAsked('12')).toEqual({ epoch: undefined, offset: 12 });
    expect(parseAsked('-0')).toEqual({ epoch: undefined, offset: 0 });
    expect(parseAsked('abc-7')).toEqual({ epoch: 'abc', offset: 7 });
  });

  it.each([[null], [undefined], [true], [-1], [1.5], [Number.NaN], [Infinity], [2 ** 53], [[]], [{}], ['x'], ['now']])(
    'is not %j',
    (value) => {
      expect(parseAsked(value)).toBeUndefined();
    },
  );

  it('never throws, and returns only integer offsets, for any input', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const asked = parseAsked(value);
        if (asked !== undefined && asked !== 'now') expect(Number.isSafeInteger(asked.offset) && asked.offset >= 0).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
