import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continueEntry, MAX_CONTINUATIONS, type EntryMark, type EntryState } from '../../../src/protocol/marks/entries.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { lineLevel } from '../../../src/protocol/marks/line-level.ts';
import { fixture, hostileLine, LEVEL_NAMES, piece } from './support.ts';

function follow(lines: readonly string[], from?: EntryState): EntryMark[] {
  let state = from;
  return lines.map((line) => {
    const mark = continueEntry(state, line, lineLevel(line));
    state = mark.state;
    return mark;
  });
}

describe('an entry', () => {
  it('includes the lines that a reader would take as its continuation', () => {
    let state: EntryState | undefined;
    const wrong = fixture('entries.txt').flatMap((line, at) => {
      const text = line.slice(6);
      const mark = line.startsWith('# ') ? undefined : continueEntry(state, text, lineLevel(text));
      state = mark?.state;
      if (mark === undefined) return [];
      const found = mark.continues ? 'k' : LEVEL_NAMES.get(mark.level);
      return found === line.slice(0, 5).trim() ? [] : [`entries.txt:${at + 1}: ${found} instead of ${line}`];
    });
    expect(wrong).toEqual([]);
  });

  it('gives its level to its continuations', () => {
    const marks = follow(['warning: careful', '  at length', '  and more', 'done']);
    expect(marks.map(({ level, continues }) => [level, continues])).toEqual([
      [LEVEL.warn, false],
      [LEVEL.warn, true],
      [LEVEL.warn, true],
      [undefined, false],
    ]);
  });

  it('ends after 1,000 continuations, and the next line begins another', () => {
    const marks = follow(['error: deep', ...Array.from({ length: MAX_CONTINUATIONS + 2 }, () => '    at f (a.js:1:2)')]);
    expect(marks.flatMap(({ continues }, at) => (continues ? [] : [at]))).toEqual([0, MAX_CONTINUATIONS + 1]);
    expect(marks.at(-1)?.level).toBeUndefined();
  });

  it('is the same after a hand-over of the state as JSON', () => {
    const line = fc.oneof(
      fc.constantFrom(...fixture('entries.txt').map((text) => text.slice(6))),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.nat(30), (lines, cut) => {
        const first = follow(lines.slice(0, cut));
        const json = JSON.stringify(first.at(-1)?.state ?? null);
        expect(json.length).toBeLessThan(100);
        const state = (JSON.parse(json) as EntryState | null) ?? undefined;
        expect([...first, ...follow(lines.slice(cut), state)]).toEqual(follow(lines));
      }),
      { numRuns: 500 },
    );
  });

  it('is found in linear time in any text', () => {
    fc.assert(
      fc.property(fc.array(hostileLine, { maxLength: 4 }), (lines) => {
        expect(follow(['error: x', ...lines])).toHaveLength(lines.length + 1);
      }),
      { numRuns: 100 },
    );
  });
});
