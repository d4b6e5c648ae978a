import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { lineLevel } from '../../../src/protocol/marks/line-level.ts';
import { fixture, hostileLine, LEVEL_NAMES, piece } from './support.ts';

describe('the level of a line', () => {
  it('is what a reader of the line would say', () => {
    const wrong = fixture('levels.tsv').flatMap((line, at) => {
      const [expected, source, ...text] = line.split('\t');
      const level = LEVEL_NAMES.get(lineLevel(text.join('\t')));
      return level === expected ? [] : [`levels.tsv:${at + 1}: ${level} instead of ${expected}: ${text.join('\t')} (${source})`];
    });
    expect(wrong).toEqual([]);
  });

  it('comes from the numbers of OpenTelemetry, syslog and pino', () => {
    const levels = (key: string, numbers: readonly number[]): unknown[] =>
      numbers.map((number) => LEVEL_NAMES.get(lineLevel(JSON.stringify({ [key]: number }))));
    expect(levels('severityNumber', [0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25])).toEqual(
      '- trace trace debug debug info info warn warn error error fatal fatal -'.split(' '),
    );
    expect(levels('PRIORITY', [0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual('fatal fatal fatal error warn info info debug -'.split(' '));
    expect(levels('level', [7, 8, 9, 10, 20, 30, 40, 50, 60, 100])).toEqual('debug - - trace debug info warn error fatal fatal'.split(' '));
  });

  it('depends on the first 4 KiB of an object, and on the first 512 characters of any other line', () => {
    const object = (length: number): string => `{"a":"${'x'.repeat(length)}","level":"error","b":1}`;
    expect(lineLevel(object(4_000))).toBe(LEVEL.error);
    expect(lineLevel(object(4_096))).toBeUndefined();
    expect(lineLevel(`${' '.repeat(505)}error:`)).toBe(LEVEL.error);
    expect(lineLevel(`${' '.repeat(512)}error: x`)).toBeUndefined();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), fc.string(), (pieces, rest) => {
        const line = pieces.join('').padEnd(4_608, 'x').slice(0, 4_608);
        expect(lineLevel(line + rest)).toBe(lineLevel(line));
      }),
    );
  });

  it('is found in linear time in any text', () => {
    fc.assert(
      fc.property(fc.oneof(hostileLine, fc.string({ unit: 'binary', maxLength: 1_000 })), (line) => {
        expect(LEVEL_NAMES.has(lineLevel(line))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
