import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDLE, reduceFind, type FindState } from '../../../../src/element/tools/find/find-state.ts';
import { LineSet } from '../../../../src/element/viewport/filter/line-set.ts';
import { NewLines } from '../../../../src/element/tools/find/new-lines.ts';
import { PatternScanner } from '../../../../src/element/tools/find/pattern-scanner.ts';
import { TextMatcher } from '../../../../src/element/tools/find/text-matcher.ts';
import { wholeText } from '../../../../src/element/tools/find/whole-text.ts';
import type { Line } from '../../../../src/protocol/line.ts';

const { signal } = new AbortController();
const QUERY = { q: 'needle' };

/** A log that was searched up to a line, of which some lines are held. */
function searched(lines: readonly Line[], upto: number, isHeld: (line: number) => boolean = () => true) {
  let state: FindState = { ...IDLE, phase: 'done', upto, hits: { after: 0, upto, lines: LineSet.EMPTY, before: 0 } };
  const asked: unknown[] = [];
  const newLines = new NewLines({
    matcher: new TextMatcher(
      new PatternScanner(() => {
        throw new Error('literals need no worker');
      }),
    ),
    line: (number) => (isHeld(number) ? lines[number - 1] : undefined),
    head: () => lines.length,
    state: () => state,
    isMarked: () => true,
    ask: (scope) => {
      asked.push(scope);
      return Promise.resolve({ lines: [scope.upto], found: 1, isAll: true });
    },
    grew: (tested) => (state = reduceFind(state, { type: 'grew', ...tested })),
    again: () => undefined,
  });
  return { newLines, asked, state: () => state };
}

describe('lines that come after a search', () => {
  it('are tested where they are held', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(40), async (needles, before) => {
        const lines = needles.map((has): Line => [0, has ? 'a Needle' : 'none']);
        const upto = Math.min(before, lines.length);
        const { newLines, asked, state } = searched(lines, upto);
        await newLines.catchUp(QUERY, signal);
        const expected = needles.flatMap((has, at) => (has && at >= upto ? [at + 1] : []));
        expect(state()).toMatchObject({ upto: lines.length, found: expected.length });
        expect([...state().hits.lines]).toEqual(expected);
        expect(asked).toEqual([]);
      }),
    );
  });

  it('are asked for where they are not, at most once a second', async () => {
    const lines = Array.from({ length: 100 }, (): Line => [0, 'none']);
    const { newLines, asked, state } = searched(lines, 10, (line) => line > 50);
    await newLines.catchUp(QUERY, signal);
    expect(asked).toEqual([{ after: 10, upto: 100 }]);
    expect(state()).toMatchObject({ upto: 100, found: 1 });
    lines.push([0, 'none']);
    const other = searched(lines, 100, () => false);
    await other.newLines.catchUp(QUERY, signal);
    lines.push([0, 'none']);
    await other.newLines.catchUp(QUERY, signal);
    expect(other.asked).toHaveLength(1);
  });

  it('are found together with the piece of them that was searched', async () => {
    const lines: Line[] = [
      [0, 'none'],
      [0, 'nee', { p: 1 }],
      [0, 'dle'],
    ];
    const { newLines, state } = searched(lines, 2);
    await newLines.catchUp(QUERY, signal);
    expect(state().found).toBe(1);
    expect([...state().hits.lines]).toEqual([2]);
  });
});

describe('the whole text of a line', () => {
  it('is that of its pieces, whichever is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), (continues) => {
        const lines = continues.map((isPart, at): Line => [0, `<${at}>`, isPart ? { p: 1 } : {}]);
        for (const at of lines.keys()) {
          const whole = wholeText(at + 1, (number) => lines[number - 1]);
          const from = continues.lastIndexOf(false, at - 1) + 1;
          const first = at === 0 ? 0 : from;
          const end = continues.indexOf(false, at);
          const pieces = lines.slice(first, end === -1 ? undefined : end + 1).map(([, text]) => text);
          const start = lines.slice(first, at).reduce((sum, [, text]) => sum + text.length, 0);
          expect(whole).toMatchObject({ from: first + 1, text: pieces.join(''), start });
        }
      }),
    );
  });

  it('is not known of a line that is not held', () => {
    expect(wholeText(1, () => undefined)).toBeUndefined();
  });
});
