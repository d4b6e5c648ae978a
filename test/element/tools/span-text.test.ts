import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import { pagesOf, PAGE, readPages } from '../../../src/element/tools/copy/pages.ts';
import { COPY_LIMIT, fetchText, heldText, SpanText, TooLongError } from '../../../src/element/tools/copy/span-text.ts';
import { spanOfLines } from '../../../src/element/tools/selection/places.ts';
import { never, rangedLog } from './support.ts';

const nothing = (): void => undefined;
const green = (line: number): string => `\x1b[32m${line}\x1b[0m`;

describe('the text of a span', () => {
  it('is that of its lines without sequences, and joins what one line was', async () => {
    const log = rangedLog(10, green, (line) => line === 2);
    expect(await fetchText(spanOfLines({ from: 1, to: 4 }), log, never, nothing)).toEqual({ text: '1\n23\n4', lines: 4 });
  });

  it('begins and ends within a line, in columns of the text as it is shown', async () => {
    const log = rangedLog(10, (line) => `\x1b[1mline\x1b[0m ${line}`);
    const span = { start: { line: 3, column: 2 }, end: { line: 5, column: 4 } };
    expect((await fetchText(span, log, never, nothing)).text).toBe('ne 3\nline 4\nline');
  });

  it('is the same from lines that are at hand and from lines that are fetched', async () => {
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
        expect(heldText(span, held)).toEqual(await fetchText(span, log, never, nothing));
      }),
    );
  });

  it('is not there at once when a line of it is not', () => {
    expect(heldText(spanOfLines({ from: 1, to: 3 }), (line) => (line === 2 ? undefined : [0, 'text']))).toBeUndefined();
  });

  it('may be as long as the limit, line ends included, and no longer', () => {
    const text = new SpanText(spanOfLines({ from: 1, to: 3 }), 8);
    text.add(1, 'abc', false);
    text.add(2, 'defg', false);
    expect(text.result()).toEqual({ text: 'abc\ndefg', lines: 2 });
    expect(() => text.add(3, '', false)).toThrow(TooLongError);
    expect(() => new SpanText(spanOfLines({ from: 1, to: COPY_LIMIT + 2 }))).toThrow(/download/u);
    expect(() => new SpanText(spanOfLines({ from: 1, to: COPY_LIMIT + 1 }))).not.toThrow();
  });

  it('stops fetching when it has become too long', async () => {
    const log = rangedLog(1_000_000, () => 'x'.repeat(1_000));
    await expect(fetchText(spanOfLines({ from: 1, to: 1_000_000 }), log, never, nothing)).rejects.toThrow(TooLongError);
    expect(log.asked.length).toBeLessThan(10);
  });
});

describe('reading a range by pages', () => {
  it('covers it once, in order, whichever way', () => {
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

  it('asks for one page ahead, and no more', async () => {
    const log = rangedLog(100_000, String);
    const pages = readPages(log, { from: 1, to: 100_000 }, never);
    await pages.next();
    expect(log.asked).toHaveLength(2);
    await pages.next();
    expect(log.asked).toHaveLength(3);
  });

  it('stops at once when it is told to, also while nothing comes', async () => {
    const stop = new AbortController();
    const pages = readPages({ range: () => new Promise(() => undefined) }, { from: 1, to: 10 }, stop.signal);
    const next = pages.next();
    stop.abort(new DOMException('Stopped.', 'AbortError'));
    await expect(next).rejects.toThrow('Stopped.');
  });
});
