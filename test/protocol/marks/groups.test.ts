import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { markGroups, NO_GROUPS, type GroupMarks, type GroupState } from '../../../src/protocol/marks/groups.ts';
import { fixture, hostileLine } from './support.ts';

const ESCAPES: Readonly<Record<string, string>> = { '\\e': '\x1b', '\\r': '\r', '\\a': '\x07' };

/** The expected marks of a fixture's line, and its text as it was written. */
function entry(line: string): [marks: string, text: string] {
  const bar = line.indexOf('}|') + 1;
  return [line.slice(0, bar), line.slice(bar + 1).replaceAll(/\\[era]/gu, (escape) => ESCAPES[escape] ?? '')];
}

function follow(lines: readonly string[], from: GroupState = NO_GROUPS): { marks: GroupMarks[]; state: GroupState } {
  let state = from;
  const marks = lines.map((text) => {
    const marked = markGroups(state, text, shownText(text));
    state = marked.state;
    return marked.marks;
  });
  return { marks, state };
}

const recorded = fixture('groups.txt').map((line) => entry(line)[1]);
const MARKERS = [
  '::group::a|::endgroup::|##[section]Starting: a|##[section]Finishing: a|travis_fold:start:a\r\x1b[0K|travis_fold:end:a\r\x1b[0K',
  'section_start:1:a\r\x1b[0K|section_end:1:a\r\x1b[0K|section_start:1:b\r\x1b[0K|section_end:1:b\r\x1b[0K|\r\x1b[0K| ',
  "##teamcity[blockOpened name='a']|##teamcity[blockClosed name='a']|~~~ a|--- b|+++ c|^^^ +++",
].flatMap((markers) => markers.split('|'));
const marker = fc.constantFrom(...MARKERS);
const lines = fc.array(
  fc.oneof(
    fc.constantFrom(...recorded),
    fc.array(marker, { maxLength: 5 }).map((parts) => parts.join('')),
  ),
  {
    maxLength: 120,
  },
);

describe('groups', () => {
  it('begin and end with the markers of every dialect', () => {
    let state = NO_GROUPS;
    const wrong = fixture('groups.txt').flatMap((line, at) => {
      const [expected, text] = entry(line);
      const next = line.startsWith('# ') ? undefined : markGroups(state, text, shownText(text));
      state = next?.state ?? NO_GROUPS;
      const found = JSON.stringify(next?.marks);
      return next === undefined || found === expected ? [] : [`groups.txt:${at + 1}: ${found} instead of ${line}`];
    });
    expect(wrong).toEqual([]);
  });

  it('nest to depth 31; the ends of deeper ones are matched but not counted', () => {
    const many = (count: number, text: string): string[] => Array.from({ length: count }, () => text);
    const { marks, state } = follow([...many(40, '::group::a'), ...many(40, '::endgroup::'), '::group::b']);
    expect(marks.slice(0, 40).map(({ g }) => g?.d)).toEqual(Array.from({ length: 40 }, (_, at) => (at < 32 ? at : undefined)));
    expect(marks.slice(40, 80).map(({ e }) => e ?? 0)).toEqual(Array.from({ length: 40 }, (_, at) => (at < 8 ? 0 : 1)));
    expect(marks[80]).toEqual({ g: { t: 'b', d: 0 } });
    expect(state.open).toHaveLength(1);
  });

  it.each([
    ['section_start:1:a\r\x1b[0K', 'section_end:1:a\r\x1b[0K'],
    ['travis_fold:start:a', 'travis_fold:end:a'],
    ['##[section]Starting: a', '##[section]Finishing: a'],
    ["##teamcity[blockOpened name='a']", "##teamcity[blockClosed name='a']"],
  ])('wait for the ends of deeper ones by name, too: %j', (start, end) => {
    const lines = (text: string): string[] => Array.from({ length: 40 }, () => text);
    const { marks, state } = follow([...lines(start), '::group::deep', 'travis_fold:end:other', '::endgroup::', ...lines(end)]);
    expect(marks.slice(40, 43)).toEqual([{}, {}, {}]);
    expect(marks.slice(43).map(({ e }) => e ?? 0)).toEqual(Array.from({ length: 40 }, (_, at) => (at < 8 ? 0 : 1)));
    expect(state).toEqual({ open: [], begun: 1 });
  });

  it('have titles of at most 200 characters, without half a character at the end', () => {
    const { marks } = follow([
      `::group::${'x'.repeat(199)}😀`,
      `section_start:1:${'n'.repeat(300)}\r\x1b[0K`,
      `section_end:1:${'n'.repeat(300)}`,
    ]);
    expect(marks).toEqual([{ g: { t: 'x'.repeat(199), d: 0 } }, { g: { t: 'n'.repeat(200), d: 1 } }, { e: 1 }]);
  });

  it('end at most as often as they begin, and begin at the depth they say', () => {
    fc.assert(
      fc.property(lines, (texts) => {
        let open = 0;
        for (const { g, e = 0 } of follow(texts).marks) {
          open -= e;
          expect(open).toBeGreaterThanOrEqual(0);
          if (g !== undefined) expect(g.d).toBe(open);
          if (g !== undefined) open += 1;
          expect(open).toBeLessThanOrEqual(32);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are the same after a hand-over of the state as JSON', () => {
    fc.assert(
      fc.property(lines, fc.nat(120), (texts, cut) => {
        const first = follow(texts.slice(0, cut));
        const json = JSON.stringify(first.state);
        expect(json.length).toBeLessThan(8_000);
        const second = follow(texts.slice(cut), JSON.parse(json) as GroupState);
        expect({ marks: [...first.marks, ...second.marks], state: second.state }).toEqual(follow(texts));
      }),
      { numRuns: 300 },
    );
  });

  it('are found in linear time in any text', () => {
    const redrawn = fc
      .array(
        fc.oneof(
          marker,
          hostileLine.map((text) => text.slice(0, 50)),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => {
        const unit = `${parts.join('')}\r\x1b[0K`;
        return unit.repeat(Math.ceil(100_000 / unit.length));
      });
    fc.assert(
      fc.property(fc.oneof(redrawn, hostileLine), (text) => {
        const { state } = markGroups(NO_GROUPS, text, text);
        expect(state.open.length).toBeLessThanOrEqual(32);
      }),
      { numRuns: 200 },
    );
  });
});
