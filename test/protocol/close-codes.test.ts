import { describe, expect, it } from 'vitest';
import { CLOSE, closeVerdict } from '../../src/protocol/close-codes.ts';

describe('closeVerdict', () => {
  it.each([
    [1000, 'idle'],
    [1001, 'idle'],
    [1012, 'bye'],
    [1013, 'bye'],
    [1008, 'refresh'],
    [4401, 'refresh'],
    [4408, 'retry'],
    [1009, 'stop'],
    [4400, 'stop'],
    [4403, 'stop'],
    [4426, 'stop'],
    [1005, 'retry'],
    [1006, 'retry'],
    [1011, 'retry'],
    [4999, 'retry'],
  ])('of %i is %s', (code, verdict) => {
    expect(closeVerdict(code)).toBe(verdict);
  });

  it('never makes a client hammer a server that rejected it', () => {
    for (const code of [CLOSE.tooBig, CLOSE.malformed, CLOSE.version]) expect(closeVerdict(code)).toBe('stop');
  });
});
