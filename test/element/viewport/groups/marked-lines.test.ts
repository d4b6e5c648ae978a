import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkedLines, MAX_MARKED } from '../../../../src/element/viewport/groups/marked-lines.ts';
import { GroupOutline } from '../../../../src/element/viewport/groups/group-outline.ts';
import type { Line } from '../../../../src/protocol/line.ts';
import { UNMARKED, markLine } from '../../../../src/protocol/marks/marker.ts';

const texts = fc.array(fc.constantFrom('::group::A', '::group::B', '::endgroup::', 'ERROR: e', 'WARN: w', 'plain'), { maxLength: 40 });

describe('lines that no server marked', () => {
  it('have the same groups, in whatever order they come', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 7 }), fc.boolean(), (list, size, isBackwards) => {
        let state = UNMARKED;
        const expected = new GroupOutline();
        const lines = list.map((text, at): Line => [at, text]);
        for (const [time, text] of lines) {
          const { marks, state: next } = markLine(state, text, text);
          state = next;
          expected.append([time, text, marks], false, time - 1);
        }
        const runs = Array.from({ length: Math.ceil(lines.length / size) }, (_, at) => ({
          from: at * size + 1,
          lines: lines.slice(at * size, (at + 1) * size),
        }));
        const marked = new MarkedLines();
        for (const run of isBackwards ? runs.toReversed() : runs) marked.read(run);
        const outline = new GroupOutline();
        marked.fill(outline, lines.length);
        expect(outline.groups).toEqual(expected.groups);
        expect(outline.upto).toBe(lines.length);
      }),
    );
  });

  it('are kept in a bounded number', () => {
    const marked = new MarkedLines();
    for (let from = 1; from <= MAX_MARKED + 1; from += 1) marked.read({ from, lines: [[0, 'ERROR: x']] });
    marked.read({ from: MAX_MARKED + 2, lines: [[0, '::group::last']] });
    const outline = new GroupOutline();
    marked.fill(outline, MAX_MARKED + 2);
    expect(outline.groups.map(({ t }) => t)).toEqual(['last']);
    expect(marked.size).toBe(MAX_MARKED);
  });
});
