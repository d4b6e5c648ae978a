import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPermalink, parseLinkTarget, parsePermalink } from '../../../../src/element/tools/permalink/permalink.ts';

describe('a link to lines', () => {
  it('names a line or a range', () => {
    expect(parsePermalink('#L120', '', true)).toEqual({ from: 120, to: 120 });
    expect(parsePermalink('#L120-L140', '', true)).toEqual({ from: 120, to: 140 });
    expect(parsePermalink('#L140-L120', '', true)).toEqual({ from: 120, to: 140 });
    expect(parsePermalink('#L7340012', '', true)?.from).toBe(7_340_012);
  });

  it('is for the log it names, or for the only one on the page', () => {
    expect(parsePermalink('#build:L5', 'build', false)).toEqual({ from: 5, to: 5 });
    expect(parsePermalink('#build:L5', 'test', false)).toBeUndefined();
    expect(parsePermalink('#L5', 'build', false)).toBeUndefined();
    expect(parsePermalink('#L5', 'build', true)).toEqual({ from: 5, to: 5 });
  });

  it.each(['', '#', '#L', '#L0', '#L-1', '#l5', '#L5x', '#section', '#L99999999999999999999', '#%E0%A4%A'])('is not %j', (hash) => {
    expect(parsePermalink(hash, '', true)).toBeUndefined();
  });

  it('reads back as it was written, for any id of the host', () => {
    const range = fc
      .tuple(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 1e6 }))
      .map(([from, more]) => ({ from, to: from + more }));
    fc.assert(
      fc.property(range, fc.string({ unit: 'grapheme' }), fc.boolean(), (given, id, alone) => {
        expect(parsePermalink(formatPermalink(given, id, alone), id, alone)).toEqual(given);
      }),
      { examples: [[{ from: 1, to: 2 }, '\u2028', false]] },
    );
  });

  it('never throws, whatever the address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (hash, id, alone) => {
        expect(() => parsePermalink(hash, id, alone)).not.toThrow();
      }),
    );
  });
});

describe('a link to another place', () => {
  const NOW = Date.UTC(2026, 10, 30);
  const read = (hash: string, id = '', isAlone = true): unknown => parseLinkTarget(hash, id, isAlone, NOW);

  it('names a time, an error or lines', () => {
    expect(read('#t=2026-11-29T17:00:00Z')).toEqual({ time: Date.UTC(2026, 10, 29, 17) });
    expect(read('#t=2026-11-29T17%3A00%3A00Z')).toEqual({ time: Date.UTC(2026, 10, 29, 17) });
    expect(read('#t=2026-11-29T18:00:00+01:00')).toEqual({ time: Date.UTC(2026, 10, 29, 17) });
    expect(read('#t=15m')).toEqual({ time: NOW - 15 * 60_000 });
    expect(read('#t=1764435600000')).toEqual({ time: 1_764_435_600_000 });
    expect(read('#error')).toEqual({ error: true });
    expect(read('#L3-L5')).toEqual({ lines: { from: 3, to: 5 } });
  });

  it('is for the log it names, or for the only one on the page', () => {
    const link = '#build:t=2026-11-29T17:00:00Z';
    expect(read(link, 'build', false)).toEqual({ time: Date.UTC(2026, 10, 29, 17) });
    expect(read(link, 'test', false)).toBeUndefined();
    expect(read('#build:error', 'build', false)).toEqual({ error: true });
    expect(read('#error', 'build', false)).toBeUndefined();
  });

  it('is nothing else', () => {
    for (const hash of ['', '#', '#t=', '#t=noon', '#t=1=2', '#errors', '#terror', '#t=%', '#T=15m'])
      expect(read(hash), hash).toBeUndefined();
    fc.assert(fc.property(fc.string(), (hash) => void read(hash)));
  });
});
