import type { Line } from '../../../protocol/line.ts';
import type { Log, Range } from '../../../worker/api.ts';
import { plainText } from '../../terminal/parse.ts';
import { pagesOf, readPages } from '../copy/pages.ts';
import { looksLikeError } from './error-line.ts';

/** Lines that are looked through in one go, at most; the reader may go on from there. */
export const SEARCH_LIMIT = 200_000;

export interface ErrorSearch {
  /** The lines there are. */
  readonly all: Range;
  /** The line to begin with, and the way to go; at an end of the log it goes on from the other one. */
  readonly start: number;
  readonly backwards: boolean;
  /** A line that is at hand. */
  held(line: number): Line | undefined;
  readonly log: Pick<Log, 'range'>;
  readonly signal: AbortSignal;
  progress(looked: number): void;
}

export type ErrorFound =
  | { readonly kind: 'found'; readonly line: number; readonly text: string; readonly wrapped: boolean }
  /** There is none in the whole log. */
  | { readonly kind: 'none' }
  /** There is none in the lines looked through so far; `next` is where to go on. */
  | { readonly kind: 'stopped'; readonly next: number };

/** Looks for the next line that looks like an error: in what is held, then in what has to be fetched. */
export async function findError(search: ErrorSearch): Promise<ErrorFound> {
  const { all, backwards, signal } = search;
  // Beyond the end that it goes to there is nothing left: it goes on from the other one.
  const start = backwards ? Math.min(search.start, all.to) : Math.max(search.start, all.from);
  const head = { from: all.from, to: Math.min(backwards ? start : start - 1, all.to) };
  const tail = { from: Math.max(backwards ? start + 1 : start, all.from), to: all.to };
  const ways = backwards ? [head, tail] : [tail, head];
  let left = SEARCH_LIMIT;
  for (const [at, way] of ways.entries()) {
    const range = limited(way, left, backwards);
    for (const page of pagesOf(range, backwards)) {
      const found = await findIn(search, page);
      signal.throwIfAborted();
      if (found !== undefined) return { kind: 'found', ...found, wrapped: at > 0 };
      left -= page.to - page.from + 1;
      search.progress(SEARCH_LIMIT - left);
    }
    if (range.from > way.from) return { kind: 'stopped', next: range.from - 1 };
    if (range.to < way.to) return { kind: 'stopped', next: range.to + 1 };
  }
  return { kind: 'none' };
}

/** As much of a range as may be looked through, from the side it is entered. */
function limited({ from, to }: Range, lines: number, backwards: boolean): Range {
  return backwards ? { from: Math.max(from, to - lines + 1), to } : { from, to: Math.min(to, from + lines - 1) };
}

async function findIn({ held, log, signal, backwards }: ErrorSearch, page: Range): Promise<{ line: number; text: string } | undefined> {
  let fetched: ReadonlyMap<number, string> | undefined;
  for (let at = 0; at <= page.to - page.from; at += 1) {
    const line = backwards ? page.to - at : page.from + at;
    let raw = held(line)?.[1] ?? fetched?.get(line);
    if (raw === undefined && fetched === undefined) {
      fetched = await fetchTexts(log, page, signal);
      raw = fetched.get(line);
    }
    const text = raw === undefined ? '' : plainText(raw);
    if (looksLikeError(text)) return { line, text };
  }
  return undefined;
}

async function fetchTexts(log: Pick<Log, 'range'>, page: Range, signal: AbortSignal): Promise<Map<number, string>> {
  const texts = new Map<number, string>();
  for await (const lines of readPages(log, page, signal)) for (const { offset, text } of lines) texts.set(offset, text);
  return texts;
}
