import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import type { Range } from '../../../../src/protocol/ranges.ts';
import { pagesOf, PAGE, readPages } from '../../../../src/element/tools/lines/line-pages.ts';
import {
  AT_ONCE,
  COPY_LIMIT,
  fetchText,
  heldText,
  heldTextInSteps,
  piecesOf,
  SpanText,
  TooLongError,
  type CopiedText,
} from '../../../../src/element/tools/copy/span-text.ts';
import { spanOfLines, type TextPlace } from '../../../../src/element/tools/selection/places.ts';
import { never, rangedLog } from '../support.ts';

const nothing = (): void => undefined;
const green = (line: number): string => `\x1b[32m${line}\x1b[0m`;

describe('the text of a span', () => {
  it('has its lines without escape sequences, and joins the parts of a split line', async () => {
    const log = rangedLog(10, green, (line) => line === 2);
    expect(await fetchText(spanOfLines({ from: 1, to: 4 }), log, never, nothing)).toEqual({ text: '1\n23\n4', lines: 4 });
  });

  it('has of filtered lines only those that are shown, held or fetched in few reads', async () => {
    const shown = fc.uniqueArray(fc.integer({ min: 1, max: 9_000 }), { maxLength: 30 }).map((lines) => lines.sort((x, y) => x - y));
    await fc.assert(
      fc.asyncProperty(shown, fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 9_000 }), async (lines, one, other) => {
        const log = rangedLog(9_000, (line) => `line ${line}`);
        let reads = 0;
        const counted = {
          range: (from: number, to: number): ReturnType<typeof log.range> => {
            reads += 1;
            return log.range(from, to);
          },
        };
        const shownIn = ({ from, to }: Range): Range[] =>
          lines.filter((line) => line >= from && line <= to).map((line) => ({ from: line, to: line }));
        const span = spanOfLines({ from: Math.min(one, other), to: Math.max(one, other) });
        const expected = shownIn({ from: span.start.line, to: span.end.line }).map(({ from }) => `line ${from}`);
        const copied = { text: expected.join('\n'), lines: expected.length };
        expect(await fetchText(span, counted, never, nothing, { shownIn })).toEqual(copied);
        expect(reads).toBeLessThanOrEqual(10);
        expect(heldText(span, { line: (line): Line => [0, `line ${line}`], shownIn })).toEqual(copied);
      }),
      { numRuns: 30 },
    );
  });

  it('has nothing of a picture that spans the parts of a line, wherever they were cut', async () => {
    const text = `start ${`\x1b]1337;File=inline=1:${'QUJD'.repeat(5_000)}\x07`} end`;
    for (const [first, second] of [
      [7, 30],
      [8, 10_000],
      [6_000, 12_000],
      [9_000, text.length - 5],
    ]) {
      const parts = [text.slice(0, first), text.slice(first, second), text.slice(second)];
      const log = rangedLog(
        3,
        (line) => parts[line - 1] ?? '',
        (line) => line < 3,
      );
      expect((await fetchText(spanOfLines({ from: 1, to: 3 }), log, never, nothing)).text).toBe('start  end');
    }
  });

  it('starts and ends within a line, by columns of the shown text', async () => {
    const log = rangedLog(10, (line) => `\x1b[1mline\x1b[0m ${line}`);
    const span = { start: { line: 3, column: 2 }, end: { line: 5, column: 4 } };
    expect((await fetchText(span, log, never, nothing)).text).toBe('ne 3\nline 4\nline');
  });

  it('is the same from held lines and from fetched lines', async () => {
    const lines = fc.array(
      fc.tuple(fc.string({ unit: fc.constantFrom('a', '\x1b', '[', 'm', '\r', '\t', '😀'), maxLength: 9 }), fc.boolean()),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.nat(9), fc.nat(9), async (all, first, last) => {
        const texts = all.map(([text]) => text);
        const log = rangedLog(
          texts.length,
          (line) => texts[line - 1] ?? '',
          (line) => all[line - 1]?.[1] ?? false,
        );
        const held = (line: number): Line | undefined => {
          const entry = all[line - 1];
          return entry && [0, entry[0], entry[1] ? { p: 1 } : {}];
        };
        const span = { start: { line: 1, column: first }, end: { line: texts.length, column: last } };
        expect(heldText(span, { line: held })).toEqual(await fetchText(span, log, never, nothing));
      }),
    );
  });

  it('has the shown text of folds, also in part, but every line where whole lines are selected', async () => {
    const log = rangedLog(20, (line) => `line ${line}`);
    const folds = [{ from: 3, to: 9, text: 'one\ntwo' }];
    const between = (start: TextPlace, end: TextPlace): Promise<CopiedText> => fetchText({ start, end }, log, never, nothing, { folds });
    const at = (line: number, column = 0): TextPlace => ({ line, column });
    expect(await between(at(2), at(10, 7))).toEqual({ text: 'line 2\none\ntwo\nline 10', lines: 4 });
    expect(await between(at(3, 1), at(10))).toEqual({ text: 'ne\ntwo\n', lines: 3 });
    expect(await between(at(2, 5), at(3, 5))).toEqual({ text: '2\none\nt', lines: 3 });
    expect(await between(at(3, 5), at(3, Infinity))).toEqual({ text: 'wo', lines: 1 });
    expect((await between(at(2), at(4, 4))).text).toBe('line 2\nline 3\nline');
    expect((await between(at(8), at(10))).text).toBe('line 8\nline 9\n');
    expect((await fetchText(spanOfLines({ from: 2, to: 10 }), log, never, nothing, { folds })).lines).toBe(9);
    const line = (number: number): Line | undefined => (number > 2 && number < 10 ? undefined : [0, 'x']);
    expect(heldText({ start: at(2), end: at(10, 7) }, { line, folds })?.text).toBe('x\none\ntwo\nx');
  });

  it('has each line or its fold exactly once, whatever is folded', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(8)).map(([from, more]) => ({ from, to: from + more, text: 'folded' }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), fc.nat(40), (ranges, first, more) => {
        const folds = ranges.sort((a, b) => a.from - b.from).filter((fold, at) => ranges.slice(0, at).every(({ to }) => to < fold.from));
        const last = first + more;
        const pieces = piecesOf({ start: { line: first, column: 0 }, end: { line: last, column: 0 } }, folds);
        let next = first;
        for (const { from, to } of pieces) {
          expect(from).toBe(next);
          next = to + 1;
        }
        // Only a fold that the span ends in may extend past its end.
        expect(next === last + 1 || folds.some(({ from, to }) => from === last && next === to + 1)).toBe(true);
        for (const fold of folds) expect(pieces.includes(fold)).toBe(fold.from >= first && (fold.to <= last || fold.from === last));
      }),
    );
  });

  it('is undefined at once if one of its lines is not held', () => {
    expect(heldText(spanOfLines({ from: 1, to: 3 }), { line: (line) => (line === 2 ? undefined : [0, 'text']) })).toBeUndefined();
  });

  it('is built with pauses where lines are huge, and abandoned if one of them is dropped meanwhile', async () => {
    const lines = new Map(Array.from({ length: 5 }, (_, at): [number, Line] => [at + 1, [0, String(at).repeat(AT_ONCE / 2)]]));
    const held = { line: (number: number) => lines.get(number) };
    let pauses = 0;
    const text = await heldTextInSteps(spanOfLines({ from: 1, to: 5 }), held, async () => void (pauses += 1));
    expect(text).toEqual(heldText(spanOfLines({ from: 1, to: 5 }), held));
    expect(pauses).toBe(2);
    expect(await heldTextInSteps(spanOfLines({ from: 1, to: 5 }), held, async () => void lines.delete(5))).toBeUndefined();
  });

  it('may be as long as the limit, line ends included, but no longer', () => {
    const text = new SpanText(spanOfLines({ from: 1, to: 3 }), 8);
    text.add(1, 'abc', false);
    text.add(2, 'defg', false);
    expect(text.result()).toEqual({ text: 'abc\ndefg', lines: 2 });
    expect(() => text.add(3, '', false)).toThrow(TooLongError);
    expect(() => new SpanText(spanOfLines({ from: 1, to: COPY_LIMIT + 2 }))).toThrow(/Download it instead/u);
    expect(() => new SpanText(spanOfLines({ from: 1, to: COPY_LIMIT + 1 }))).not.toThrow();
  });

  it('stops fetching once it is too long', async () => {
    const log = rangedLog(1_000_000, () => 'x'.repeat(1_000));
    await expect(fetchText(spanOfLines({ from: 1, to: 1_000_000 }), log, never, nothing)).rejects.toThrow(TooLongError);
    expect(log.asked.length).toBeLessThan(10);
  });
});

describe('reading a range by pages', () => {
  it('covers it exactly once, in order, in either direction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000 }), fc.nat(9_000), fc.boolean(), (from, length, backwards) => {
        const pages = pagesOf({ from, to: from + length - 1 }, backwards);
        const ascending = backwards ? pages.toReversed() : pages;
        expect(ascending.reduce((next, page) => (page.from === next && page.to >= page.from ? page.to + 1 : Number.NaN), from)).toBe(
          from + length,
        );
        expect(pages.every((page) => page.to - page.from < PAGE)).toBe(true);
      }),
    );
  });

  it('fetches one page ahead, and no more', async () => {
    const log = rangedLog(100_000, String);
    const pages = readPages(log, { from: 1, to: 100_000 }, never);
    await pages.next();
    expect(log.asked).toHaveLength(2);
    await pages.next();
    expect(log.asked).toHaveLength(3);
  });

  it('stops at once when aborted, even while a fetch hangs', async () => {
    const stop = new AbortController();
    const pages = readPages({ range: () => new Promise(() => undefined) }, { from: 1, to: 10 }, stop.signal);
    const next = pages.next();
    stop.abort(new DOMException('Stopped.', 'AbortError'));
    await expect(next).rejects.toThrow('Stopped.');
  });
});
