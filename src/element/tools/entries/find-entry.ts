import { MAX_CONTINUATIONS } from '../../../protocol/marks/entries.ts';
import type { Range } from '../../../worker/api.ts';
import { lineLevel } from '../../../protocol/marks/line-level.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { movesVertically } from '../../../protocol/terminal/vertical.ts';
import { pagesOf } from '../lines/line-pages.ts';
import { entriesOf, holdsBeginning } from './entries-of.ts';
import { ERRORS, type EntryKind } from './entry-kind.ts';
import { SearchLines, type LineSource, type NumberedText } from '../lines/search-lines.ts';

/** The most lines that are searched at once; the reader may continue from there. */
export const SEARCH_LIMIT = 200_000;

/** Lines that are examined together. */
const BLOCK = 250;
/** Lines before and after a block that may overwrite its rows, or be overwritten by it: more rows than a tool can move up. */
const REACH = 128;
/** The most lines after a block that are read until its surviving rows can no longer be overwritten. */
const LOOK_AHEAD = 2_000;

export interface EntrySearch extends LineSource {
  /** What to find. @default errors */
  readonly kind?: EntryKind;
  /** The line to start at, and the direction; the search wraps around at the ends of the log. */
  readonly start: number;
  readonly backwards: boolean;
  progress(searched: number): void;
}

export type EntryFound =
  | { readonly kind: 'found'; readonly line: number; readonly text: string; readonly wrapped: boolean }
  /** The whole log has none. */
  | { readonly kind: 'none' }
  /** The lines searched so far have none; `next` is the line to continue at. */
  | { readonly kind: 'stopped'; readonly next: number };

/**
 * Finds the next line that is an error, or of another kind, and does not continue another entry, among the lines that are not overwritten by later
 * ones. Lines that are not held are fetched.
 */
export async function findEntry(search: EntrySearch): Promise<EntryFound> {
  const { all, backwards, signal } = search;
  // Past the end of the log the search wraps around.
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

/** The first `lines` lines of a range, in the direction of the search. */
function limited({ from, to }: Range, lines: number, backwards: boolean): Range {
  return backwards ? { from: Math.max(from, to - lines + 1), to } : { from, to: Math.min(to, from + lines - 1) };
}

/** The first entry of a page, in the direction of the search. */
export async function findIn(
  lines: SearchLines,
  { all, backwards, kind = ERRORS }: Pick<EntrySearch, 'all' | 'backwards' | 'kind'>,
  page: Range,
): Promise<NumberedText | undefined> {
  const blocks: Range[] = [];
  for (let from = page.from; from <= page.to; from += BLOCK) blocks.push({ from, to: Math.min(page.to, from + BLOCK - 1) });
  for (const block of backwards ? blocks.reverse() : blocks) {
    const found = await entriesIn(lines, block, all, kind);
    const entry = backwards ? found.at(-1) : found[0];
    if (entry !== undefined) return entry;
  }
  return undefined;
}

async function entriesIn(lines: SearchLines, block: Range, all: Range, kind: EntryKind): Promise<readonly NumberedText[]> {
  const written = await lines.read({ from: block.from - REACH, to: block.to });
  // Most blocks have none: the lines around them do not matter then.
  if (!written.some(({ line, text }) => movesVertically(text) || (line >= block.from && kind.has(lineLevel(shownText(text)))))) return [];
  const surviving = await survivorsOf(lines, block, all);
  const first = surviving.findIndex(({ text }) => kind.has(lineLevel(text)));
  if (first === -1) return [];
  // The block may begin in the middle of a stack trace, and so may its first entry.
  const isOwnEntry = holdsBeginning(surviving.slice(0, first + 1));
  return entriesOf(surviving, isOwnEntry ? [] : await entryAbove(lines, block, all), kind);
}

/** The texts above a block, back to a line that begins an entry, or as far as an entry can reach. */
async function entryAbove(lines: SearchLines, block: Range, all: Range): Promise<readonly NumberedText[]> {
  let above: readonly NumberedText[] = [];
  for (let { from } = block; from > all.from && block.from - from <= MAX_CONTINUATIONS && !holdsBeginning(above); from -= REACH)
    above = [...(await survivorsOf(lines, { from: Math.max(all.from, from - REACH), to: from - 1 }, all)), ...above];
  return above;
}

/** The texts of a range that remain once the lines after it are written; a tool may overwrite some. */
async function survivorsOf(lines: SearchLines, range: Range, all: Range): Promise<readonly NumberedText[]> {
  const written = await lines.read(range);
  // A line before the range may have moved up, so that lines of the range overwrite some of its rows.
  const before = await lines.read({ from: range.from - REACH, to: range.from - 1 });
  const after = await lines.read({ from: range.to + 1, to: range.to + REACH });
  if (![...before, ...written, ...after].some(({ text }) => movesVertically(text)))
    return written.map(({ line, text }) => ({ line, text: shownText(text) }));
  const { Survivors } = await import('../../terminal/survivors.ts');
  const survivors = new Survivors(range.from, range.to);
  for (const { line, text } of [...before, ...written, ...after]) survivors.push(line, text);
  const end = Math.min(all.to, range.to + LOOK_AHEAD);
  for (let from = range.to + REACH + 1; from <= end && !survivors.isDecided; from += REACH)
    for (const { line, text } of await lines.read({ from, to: Math.min(end, from + REACH - 1) })) survivors.push(line, text);
  return survivors.texts();
}
