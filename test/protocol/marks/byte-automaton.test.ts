import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteAutomaton } from '../../../src/protocol/marks/byte-automaton.ts';

const encoder = new TextEncoder();

/** Where the first text ends that a pattern describes, searched for at each place. */
function searched(patterns: readonly string[], text: string): number {
  const found = new RegExp(`^[^]*?(?<=${patterns.join('|')})`, 'u').exec(text);
  return found === null ? text.length : found[0].length - 1;
}

function read(automaton: ByteAutomaton, text: string): number {
  automaton.restart();
  const bytes = encoder.encode(text);
  return automaton.read(bytes, 0, bytes.length);
}

describe('an automaton over bytes', () => {
  it('finds the end of the first text that a pattern describes', () => {
    const part = fc
      .tuple(fc.constantFrom('a', 'b', '[ab]', '[^a]', ' ', '\\.'), fc.constantFrom('', '', '+', '*'))
      .map((parts) => parts.join(''));
    const pattern = fc
      .tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom('a', 'b', 'c'))
      .map(([parts, last]) => parts.join('') + last);
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 5 }),
        fc.array(fc.stringMatching(/^[abc .]{0,12}$/u), { maxLength: 5 }),
        (patterns, texts) => {
          const automaton = new ByteAutomaton(patterns);
          for (const text of texts) expect(read(automaton, text)).toBe(searched(patterns, text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds characters beyond ASCII by their bytes', () => {
    const automaton = new ByteAutomaton(['… [0-9]+ more', '✖']);
    const bytes = encoder.encode('a … 12 more ✗ ✖');
    automaton.restart();
    const first = automaton.read(bytes, 0, bytes.length);
    expect(new TextDecoder().decode(bytes.subarray(0, first + 1))).toBe('a … 12 more');
    expect(automaton.read(bytes, first + 1, bytes.length)).toBe(bytes.length - 1);
  });

  it('continues after a byte that is stepped over', () => {
    const automaton = new ByteAutomaton(['ab', '!']);
    automaton.restart();
    const bytes = encoder.encode('a!b');
    expect(automaton.read(bytes, 0, bytes.length)).toBe(1);
    expect(automaton.read(bytes, 2, bytes.length)).toBe(2);
    expect(automaton.step(0x62)).toBe(true);
  });

  it('keeps a bounded number of states, and finds the same beyond', () => {
    // After each text of eight letters another state.
    const pattern = [`a${'[ab]'.repeat(7)}c`];
    const automata = [1, 2, 50, 10_000].map((states) => new ByteAutomaton(pattern, states));
    for (let number = 0; number < 2 ** 8; number += 1) {
      const letters = number.toString(2).padStart(8, '0').replaceAll('0', 'a').replaceAll('1', 'b');
      for (const automaton of automata) expect(read(automaton, `${letters}c`)).toBe(letters.startsWith('a') ? 8 : 9);
    }
  });
});
