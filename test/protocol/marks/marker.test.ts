import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { markLine, UNMARKED, type Marks, type MarkState } from '../../../src/protocol/marks/marker.ts';
import { fixture, piece } from './support.ts';

function mark(lines: readonly string[], from: MarkState = UNMARKED): { marks: Marks[]; state: MarkState } {
  let state = from;
  const marks = lines.map((text) => {
    const marked = markLine(state, text, shownText(text));
    state = marked.state;
    return marked.marks;
  });
  return { marks, state };
}

describe('the marks of a line', () => {
  it('combine its level, its entry and its groups', () => {
    const { marks, state } = mark([
      '::group::\x1b[1mBuild\x1b[0m',
      '\x1b[31merror[E0308]\x1b[0m: mismatched types',
      ' --> e.rs:2:18',
      '::endgroup::',
      '##[error]Process completed with exit code 1.',
      '',
    ]);
    expect(marks).toEqual([{ g: { t: 'Build', d: 0 } }, { l: 17 }, { l: 17, k: 1 }, { e: 1 }, { l: 17 }, {}]);
    expect(state).toEqual({ groups: { open: [], begun: 1 }, rows: { end: 6, levels: '50050' } });
  });

  it('do not continue the entry of another writer', () => {
    const { state } = mark(['::group::a', 'error: x']);
    const { groups } = state;
    expect(mark(['    at f (a.js:1:2)'], state).marks).toEqual([{ l: 17, k: 1 }]);
    expect(mark(['    at f (a.js:1:2)', '::endgroup::'], { groups }).marks).toEqual([{}, { e: 1 }]);
  });

  it('are the same after a hand-over of the state as JSON', () => {
    const recorded = [...fixture('entries.txt').map((line) => line.slice(6)), '::group::a', '::endgroup::', '~~~ a', '--- b'];
    const line = fc.oneof(
      fc.constantFrom(...recorded),
      fc.array(piece, { maxLength: 5 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.nat(40), (lines, cut) => {
        const first = mark(lines.slice(0, cut));
        const second = mark(lines.slice(cut), JSON.parse(JSON.stringify(first.state)) as MarkState);
        expect({ marks: [...first.marks, ...second.marks], state: second.state }).toEqual(mark(lines));
      }),
      { numRuns: 300 },
    );
  });
});
