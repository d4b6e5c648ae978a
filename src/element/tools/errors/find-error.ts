import { MAX_CONTINUATIONS } from '../../../protocol/marks/entries.ts';
import type { Range } from '../../../worker/api.ts';
import { plainText } from '../../terminal/parse.ts';
import { movesVertically } from '../../viewport/folds/moves-vertically.ts';
import { pagesOf } from '../copy/pages.ts';
import { errorsOf, holdsBeginning, isError } from './errors-of.ts';
import { SearchLines, type LineSource, type NumberedText } from './search-lines.ts';

/** Lines that are looked through in one go, at most; the reader may go on from there. */
export const SEARCH_LIMIT = 200_000;

/** Lines that are looked at together. */
const BLOCK = 250;
/** Lines around them that a tool may write over, or that write over them: more than the rows that can be gone back to. */
const REACH = 128;
/** Lines after them that are read, at most, until nothing goes back to what is left of them any more. */
const LOOK_AHEAD = 2_000;

export interface ErrorSearch extends LineSource {
  /** The line to begin with, and the way to go; at an end of the log it goes on from the other one. */
  readonly start: number;
  readonly backwards: boolean;
  progress(looked: number): void;
}

export type ErrorFound =
  | { readonly kind: 'found'; readonly line: number; readonly text: string; readonly wrapped: boolean }
  /** There is none in the whole log. */
  | { readonly kind: 'none' }
  /** There is none in the lines looked through so far; `next` is where to go on. */
  | { readonly kind: 'stopped'; readonly next: number };

/**
 * Looks for the next line that is an error and continues no other entry, among those of which something is left to be seen: in
 * what is held, then in what has to be fetched.
 */
export async function findError(search: ErrorSearch): Promise<ErrorFound> {
  const { all, backwards, signal } = search;
  // Beyond the end that it goes to there is nothing left: it goes on from the other one.
  const start = backwards ? Math.min(search.start, all.to) : Math.max(search.start, all.from);
  const head = { from: all.from, to: Math.min(backwards ? start : start - 1, all.to) };
  const tail = { from: Math.max(backwards ? start + 1 : start, all.from), to: all.to };
  const ways = backwards ? [head, tail] : [tail, head];
  const lines = new SearchLines(search);
  let rest = SEARCH_LIMIT;
  for (const [at, way] of ways.entries()) {
    const range = limited(way, rest, backwards);
    for (const page of pagesOf(range, backwards)) {
      const found = await findIn(lines, search, page);
      signal.throwIfAborted();
      if (found !== undefined) return { kind: 'found', ...found, wrapped: at > 0 };
      rest -= page.to - page.from + 1;
      search.progress(SEARCH_LIMIT - rest);
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

/** The first error of a page, in the order of the search. */
async function findIn(lines: SearchLines, { all, backwards }: ErrorSearch, page: Range): Promise<NumberedText | undefined> {
  const blocks: Range[] = [];
  for (let from = page.from; from <= page.to; from += BLOCK) blocks.push({ from, to: Math.min(page.to, from + BLOCK - 1) });
  for (const block of backwards ? blocks.reverse() : blocks) {
    const found = await errorsIn(lines, block, all);
    const error = backwards ? found.at(-1) : found[0];
    if (error !== undefined) return error;
  }
  return undefined;
}

async function errorsIn(lines: SearchLines, block: Range, all: Range): Promise<readonly NumberedText[]> {
  const written = await lines.read({ from: block.from - REACH, to: block.to });
  // Most blocks have nothing in them: what stands around one does not matter then.
  if (!written.some(({ line, text }) => movesVertically(text) || (line >= block.from && isError(plainText(text))))) return [];
  const remaining = await remainingText(lines, block, all);
  // A page boundary, or a block's, may be in the middle of a stack trace.
  return remaining.some(({ text }) => isError(text)) ? errorsOf(remaining, await entryAbove(lines, block, all)) : [];
}

/** What is left of the lines above a block, back to one that begins an entry for certain, or as far as an entry can reach. */
async function entryAbove(lines: SearchLines, block: Range, all: Range): Promise<readonly NumberedText[]> {
  let above: readonly NumberedText[] = [];
  for (let { from } = block; from > all.from && block.from - from <= MAX_CONTINUATIONS && !holdsBeginning(above); from -= REACH)
    above = [...(await remainingText(lines, { from: Math.max(all.from, from - REACH), to: from - 1 }, all)), ...above];
  return above;
}

/** What is left of the lines of a range once those after it have been written: of what a tool writes over nothing is. */
async function remainingText(lines: SearchLines, range: Range, all: Range): Promise<readonly NumberedText[]> {
  const written = await lines.read(range);
  // A line before the range may have gone up, so that lines of the range write over a part of its rows.
  const before = await lines.read({ from: range.from - REACH, to: range.from - 1 });
  const after = await lines.read({ from: range.to + 1, to: range.to + REACH });
  if (![...before, ...written, ...after].some(({ text }) => movesVertically(text)))
    return written.map(({ line, text }) => ({ line, text: plainText(text) }));
  const { Survivors } = await import('../../terminal/survivors.ts');
  const survivors = new Survivors(range.from, range.to);
  for (const { line, text } of [...before, ...written, ...after]) survivors.push(line, text);
  const end = Math.min(all.to, range.to + LOOK_AHEAD);
  for (let from = range.to + REACH + 1; from <= end && !survivors.decided; from += REACH)
    for (const { line, text } of await lines.read({ from, to: Math.min(end, from + REACH - 1) })) survivors.push(line, text);
  return survivors.texts();
}
