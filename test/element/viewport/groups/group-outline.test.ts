import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupOutline } from '../../../../src/element/viewport/groups/group-outline.ts';
import { MAX_GROUPS } from '../../../../src/element/viewport/groups/limits.ts';
import type { GroupsPage } from '../../../../src/protocol/answers/answers.ts';
import type { Line } from '../../../../src/protocol/line.ts';
import { UNMARKED, markLine } from '../../../../src/protocol/marks/marker.ts';
import { NO_LOG } from '../../../../src/server/store.ts';
import { MemoryMarks } from '../../../../src/server/stores/marks/memory-marks.ts';

const texts = fc.array(
  fc.constantFrom(
    '::group::A',
    '::group::B',
    '::endgroup::',
    '##[section]Starting: S',
    '##[section]Finishing: S',
    '~~~ t',
    '+++ t',
    '--- t',
    '^^^ +++',
    'ERROR: e',
    'WARN: w',
    'plain',
    '    at f (a.js:1:2)',
  ),
  { maxLength: 60 },
);

/** The lines as a server stores them. */
function marked(list: readonly string[]): Line[] {
  let state = UNMARKED;
  return list.map((text, at): Line => {
    const { marks, state: next } = markLine(state, text, text);
    state = next;
    return [at * 10, text, marks];
  });
}

/** What a server answers. */
function ask(lines: readonly Line[], after: number, upto: number, limit = MAX_GROUPS, end?: number): GroupsPage {
  const marks = new MemoryMarks();
  for (const [at, line] of lines.entries()) marks.add(line, at + 1);
  const tail = { ...NO_LOG, epoch: 'e', first: 1, head: lines.length, time: lines.at(-1)?.[0] ?? 0, ...(end !== undefined && { end }) };
  const { around, groups, more } = marks.groups({ tail, lines }, { after, upto, limit, depth: 31 });
  return { after, upto, more, around, groups };
}

function append(outline: GroupOutline, lines: readonly Line[], upto = lines.length): void {
  while (outline.upto < upto) {
    const line = lines[outline.upto];
    if (line !== undefined) outline.append(line, false, lines[outline.upto - 1]?.[0]);
  }
}

const plain = (outline: GroupOutline): object[] => outline.groups.map(({ parent: _, ...group }) => group);

describe('the outline of a log', () => {
  it('is what a server lists, wherever its pages end and the lines begin', () => {
    fc.assert(
      fc.property(texts, fc.nat(60), fc.nat(60), fc.nat(60), fc.boolean(), (list, a, b, c, isComplete) => {
        const lines = marked(list);
        const [first = 0, second = 0, third = 0] = [a, b, c].map((at) => Math.min(at, lines.length)).sort((x, y) => x - y);
        const outline = new GroupOutline();
        outline.load(ask(lines, 0, first));
        append(outline, lines, second);
        outline.extend(ask(lines, second, third));
        append(outline, lines);
        if (isComplete) outline.finish(lines.at(-1)?.[0] ?? 0);
        expect(plain(outline)).toEqual(ask(lines, 0, lines.length, MAX_GROUPS, isComplete ? 0 : undefined).groups);
      }),
    );
  });

  it('knows which groups a line is in', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const lines = marked(list);
        const outline = new GroupOutline();
        append(outline, lines);
        for (let line = 1; line <= lines.length; line += 1) {
          const around = [...outline.around(line)].map((group) => group.line).reverse();
          const expected = outline.groups.filter((group) => group.line <= line && (group.end ?? Infinity) >= line);
          expect(around).toEqual(expected.map((group) => group.line));
        }
      }),
    );
  });

  it('holds a bounded number of groups: the newest, and those that are open', () => {
    const outline = new GroupOutline();
    outline.append([0, '', { g: { t: 'all', d: 0 } }]);
    for (let at = 0; at <= MAX_GROUPS; at += 1) {
      outline.append([0, '', { g: { t: `${at}`, d: 1 } }]);
      outline.append([0, '', { e: 1 }]);
    }
    expect(outline.groups.length).toBeLessThanOrEqual(MAX_GROUPS);
    expect(outline.groups[0]?.t).toBe('all');
    expect(outline.groups.at(-1)?.t).toBe(String(MAX_GROUPS));
    expect(outline.after).toBeGreaterThan(1);
    expect([...outline.around(outline.upto)].map(({ t }) => t)).toEqual([String(MAX_GROUPS), 'all']);
  });

  it('forgets groups whose last line is not kept any more', () => {
    const outline = new GroupOutline();
    append(outline, marked(['::group::a', '::endgroup::', '::group::b', 'x', '::endgroup::']));
    outline.trim(3);
    expect(outline.groups.map(({ t }) => t)).toEqual(['b']);
    outline.trim(5);
    expect(outline.groups.map(({ t }) => t)).toEqual(['b']);
    outline.trim(6);
    expect(outline.groups).toEqual([]);
  });
});
