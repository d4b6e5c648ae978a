import type { SearchQuery } from '../../protocol/search/query.ts';
import { LineSearch } from '../../protocol/search/line-search.ts';
import type { WholeLine } from '../../protocol/search/whole-lines.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { joinedLines } from './joined-lines.ts';
import { LineMarker } from './line-marker.ts';
import type { LinesPage, LogReader, LogSnapshot, Query } from './log-reader.ts';
import { FoundRanges, type LineRange, type OnProgress } from './found-ranges.ts';

/** The lines in which a log is searched, and the order of what is found. */
export interface SearchScope {
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one. */
  readonly upto: number;
  /** The newest first. */
  readonly isFromEnd?: boolean;
  /** Stops when no more lines are wanted: the count is then of those that were found so far. */
  readonly isBrief?: boolean;
}

/** Receives a line; false if no more are wanted. */
export type OnLine = (line: WholeLine) => boolean | Promise<boolean>;

/** What a search reports, and what stops it. */
export interface SearchObserver {
  readonly onLine: OnLine;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What a search needs to read. */
export type LinesReader = Pick<LogReader, 'pages' | 'search'>;

/** The most lines that a server names. */
const MAX_LINES = 1_000_000;
/** Lines that are held to pass the newest first, where the server does not search. */
const MAX_HELD = 10_000;
/** Lines that are read at once to complete a long line. */
const MORE_PIECES = 16;

/**
 * Finds the lines of a log that match, and passes them to `onLine` until that returns false. Resolves to how many there are in all.
 * A server that does not search has its lines read and searched here.
 */
export async function findLines(
  reader: LinesReader,
  state: LogSnapshot,
  query: SearchQuery,
  scope: SearchScope,
  observer: SearchObserver,
): Promise<number> {
  return (canSearch(state, query) ? askServer : searchHere)(reader, state, query, scope, observer);
}

/** Whether the server of a log can answer a query. */
export function canSearch({ has }: LogSnapshot, { level }: SearchQuery): boolean {
  return has.has('search') && (level === undefined || has.has('marks'));
}

async function askServer(
  reader: LinesReader,
  { epoch }: LogSnapshot,
  query: SearchQuery,
  { after, upto, isFromEnd = false, isBrief = false }: SearchScope,
  { onLine, onProgress, signal }: SearchObserver,
): Promise<number> {
  const stop = new AbortController();
  const stopped = AbortSignal.any(signal === undefined ? [stop.signal] : [signal, stop.signal]);
  const parameters = { ...parametersOf(query), epoch, after, upto, lines: 1, limit: MAX_LINES, ...(isFromEnd && { from: 'end' }) };
  const answer = new FoundRanges(reader.search(parameters, stopped), onProgress);
  let isWanted = true;
  for await (const ranges of answer.batches()) {
    for (const part of partsOf(ranges, isFromEnd)) isWanted &&= await passPart(reader, epoch, part, isFromEnd, onLine);
    if (!isWanted) break;
  }
  if (isWanted || !isBrief) return answer.found();
  stop.abort();
  return 1;
}

/** Ranges in the parts of a log that one request reads, in the order in which they are passed on. */
function partsOf(ranges: readonly LineRange[], isFromEnd: boolean): readonly (readonly LineRange[])[] {
  const parts = new Map<number, LineRange[]>();
  for (const [from, to] of ranges) {
    const pages = [];
    for (let page = pageOf(from); page <= pageOf(to); page += 1) pages.push(page);
    for (const page of isFromEnd ? pages.reverse() : pages) {
      const part: LineRange = [Math.max(from, page * LIMITS.pageLines + 1), Math.min(to, (page + 1) * LIMITS.pageLines)];
      const known = parts.get(page);
      if (known === undefined) parts.set(page, [part]);
      else known.push(part);
    }
  }
  return [...parts.values()];
}

function pageOf(line: number): number {
  return Math.floor((line - 1) / LIMITS.pageLines);
}

/** Passes the lines whose first pieces are in one of the ranges; resolves to whether more are wanted. */
async function passPart(
  reader: LinesReader,
  epoch: string,
  ranges: readonly LineRange[],
  isFromEnd: boolean,
  onLine: OnLine,
): Promise<boolean> {
  const [from, to] = [Math.min(...ranges.map(([first]) => first)), Math.max(...ranges.map(([, last]) => last))];
  const lines: WholeLine[] = [];
  for await (const line of joinedLines(wholePages(reader, epoch, from, to)))
    if (ranges.some(([first, last]) => line.from >= first && line.from <= last)) lines.push(line);
  for (const line of isFromEnd ? lines.reverse() : lines) if (!(await onLine(line))) return false;
  return true;
}

/** The lines from `from` to `to`, and the rest of the last one. */
async function* wholePages(reader: LinesReader, epoch: string, from: number, to: number): AsyncGenerator<LinesPage> {
  for (let [after, upto] = [from - 1, to]; ; [after, upto] = [upto, upto + MORE_PIECES]) {
    let last: LinesPage | undefined;
    for await (const page of reader.pages(epoch, after, upto)) yield (last = page);
    if (last?.lines.at(-1)?.[2]?.p !== 1) return;
  }
}

async function searchHere(
  reader: LinesReader,
  { epoch, has }: LogSnapshot,
  query: SearchQuery,
  { after, upto, isFromEnd = false, isBrief = false }: SearchScope,
  { onLine, onProgress, signal }: SearchObserver,
): Promise<number> {
  const search = new LineSearch(query);
  const marker = has.has('marks') ? undefined : new LineMarker();
  const newest: WholeLine[] = [];
  let isWanted = true;
  let found = 0;
  for await (const stored of joinedLines(reader.pages(epoch, after, upto))) {
    signal?.throwIfAborted();
    onProgress?.(stored.to - after, found);
    const line = marker?.mark(stored) ?? stored;
    if (!search.admits(line.extra) || !search.matches(shownText(line.text))) continue;
    if (search.counts(line)) found += 1;
    if (!isFromEnd) isWanted &&= await onLine(line);
    else if (newest.push(line) > MAX_HELD) newest.shift();
    if (isBrief && !isWanted) return found;
  }
  for (const line of newest.reverse()) isWanted &&= await onLine(line);
  return found;
}

/** The parameters of a request for a search. */
function parametersOf({ q, regex, case: isExact, word, without, level }: SearchQuery): Query {
  return {
    ...(q !== '' && { q }),
    ...(regex === true && { regex: 1 }),
    ...(isExact === true && { case: 1 }),
    ...(word === true && { word: 1 }),
    ...(without !== undefined && without !== '' && { without }),
    ...(level !== undefined && { level }),
  };
}
