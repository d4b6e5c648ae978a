import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteAutomaton } from '../../../src/protocol/marks/byte-automaton.ts';
import { MARK_PATTERNS } from '../../../src/protocol/marks/mark-patterns.ts';
import { PatternFilter } from '../../../src/protocol/marks/pattern-filter.ts';
import { ENCODER, textOf } from './pattern-text.ts';

const NEWLINE = 0x0a;

/** Whether a reader finds something in a line, which has line feeds around it. */
function finds(reader: PatternFilter | ByteAutomaton, line: Uint8Array): boolean {
  reader.restart();
  reader.step(NEWLINE);
  return reader.read(line, 0, line.length) < line.length || reader.step(NEWLINE);
}

const part = fc
  .tuple(fc.constantFrom('a', 'b', 'E', '[ab]', '[^a]', ' ', '[0-9]', '\\.', '✖'), fc.constantFrom('', '', '+', '*'))
  .map((parts) => parts.join(''));
const pattern = fc
  .tuple(fc.constantFrom('', '\n'), fc.array(part, { maxLength: 4 }), fc.constantFrom('a', 'b', 'c', 'a[\n b]'))
  .map(([first, parts, last]) => first + parts.join('') + last);

describe('the filter of bytes', () => {
  it('stops in each line in which a pattern occurs', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 3 }),
        fc.array(fc.stringMatching(/^[abcE .1✖]{0,14}$/u), { minLength: 1, maxLength: 8 }),
        (patterns, texts) => {
          const [filter, automaton] = [new PatternFilter(patterns), new ByteAutomaton(patterns)];
          const lines = texts.map((text) => ENCODER.encode(text));
          expect(lines.filter((line) => finds(automaton, line) && !finds(filter, line))).toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('stops in each text that a pattern of marks describes, whatever is around it', () => {
    const [filter, automaton] = [new PatternFilter(MARK_PATTERNS), new ByteAutomaton(MARK_PATTERNS)];
    const around = fc.stringMatching(/^[ a-z0-9:.E|#漢-]{0,6}$/u);
    fc.assert(
      fc.property(fc.constantFrom(...MARK_PATTERNS), fc.infiniteStream(fc.nat()), around, around, (source, choices, before, after) => {
        const text = textOf(source, () => choices.next().value ?? 0);
        const line = ENCODER.encode(
          `${text.startsWith('\n') ? '' : before}${text.replace(/^\n|\n$/gu, '')}${text.endsWith('\n') ? '' : after}`,
        );
        expect(finds(automaton, line)).toBe(true);
        expect(finds(filter, line)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('stops at the same byte however the bytes are given', () => {
    const filter = new PatternFilter(MARK_PATTERNS);
    const text = fc.array(fc.constantFrom('error', ' ', ':', 'warn', '1', '漢', 'x', '\n', 'E   '), { maxLength: 30 });
    fc.assert(
      fc.property(text, fc.nat(80), (parts, cut) => {
        const bytes = ENCODER.encode(parts.join(''));
        filter.restart();
        const whole = filter.read(bytes, 0, bytes.length);
        filter.restart();
        const at = filter.read(bytes, 0, Math.min(cut, bytes.length));
        expect(at < Math.min(cut, bytes.length) ? at : filter.read(bytes, at, bytes.length)).toBe(whole);
      }),
    );
  });

  it('passes over most lines', () => {
    const filter = new PatternFilter(MARK_PATTERNS);
    const lines = [
      '2026-01-05T10:20:30.123Z resolve src/link/test-12.ts fetch emit cache 812 ms',
      '[ 45%] Building CXX object src/a.dir/b.cpp.o',
      '#12 3.456 Downloading index.tar.gz, 12 MB/s',
      '2026/01/05 10:20:30 GET /users 200 in 3 ms',
      'ok 3 - adds a pair # 1.2ms',
      '',
    ];
    expect(lines.filter((line) => finds(filter, ENCODER.encode(line)))).toEqual([]);
  });
});
