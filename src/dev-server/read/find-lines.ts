import type { SearchQuery } from '../../protocol/search/query.ts';
import { LineSearch } from '../../protocol/search/line-search.ts';
import { MAX_WHOLE_LINE, type WholeLine } from '../../protocol/search/whole-lines.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { joinedLines } from './joined-lines.ts';
import { LineMarker } from './line-marker.ts';
import type { LogReader, LogState, Query } from './log-reader.ts';
import { SearchAnswer, type LineRange } from './search-answer.ts';

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

/** The most lines that a server names. */
const MAX_LINES = 1_000_000;
/** Lines that are held to pass the newest first, where the server does not search. */
const MAX_HELD = 10_000;
/** Pieces that a line may have that is searched as one. */
const LONGEST_LINE = MAX_WHOLE_LINE / LIMITS.lineBytes;

/**
 * Finds the lines of a log that match, and passes them to `onLine` until that returns false. Resolves to how many there are in all.
 * A server that does not search has its lines read and searched here.
 */
export async function findLines(
  reader: LogReader,
  state: LogState,
  query: SearchQuery,
  scope: SearchScope,
  onLine: OnLine,
  signal?: AbortSignal,
): Promise<number> {
  return (canSearch(state, query) ? askServer : searchHere)(reader, state, query, scope, onLine, signal);
}

/** Whether the server of a log can answer a query. */
export function canSearch({ has }: LogState, { level }: SearchQuery): boolean {
  return has.has('search') && (level === undefined || has.has('marks'));
}

async function askServer(
  reader: LogReader,
  { epoch }: LogState,
  query: SearchQuery,
  { after, upto, isFromEnd = false, isBrief = false }: SearchScope,
  onLine: OnLine,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const stop = new AbortController();
  const parameters = { ...parametersOf(query), epoch, after, upto, lines: 1, limit: MAX_LINES, ...(isFromEnd && { from: 'end' }) };
  const answer = new SearchAnswer(reader.search(parameters, AbortSignal.any([signal, stop.signal])));
  let isWanted = true;
  for await (const range of answer.ranges()) {
    for (const part of partsOf(range, isFromEnd)) isWanted &&= await passRange(reader, epoch, part, isFromEnd, onLine);
    if (!isWanted) break;
  }
  if (isWanted || !isBrief) return answer.found();
  stop.abort();
  return 1;
}

/** Ranges in parts that are held in memory together. */
function partsOf([from, to]: LineRange, isFromEnd: boolean): LineRange[] {
  const parts: LineRange[] = [];
  for (let at = from; at <= to; at += LIMITS.pageLines) parts.push([at, Math.min(to, at + LIMITS.pageLines - 1)]);
  return isFromEnd ? parts.reverse() : parts;
}

/** Passes the lines whose first pieces are in a range; resolves to whether more are wanted. */
async function passRange(reader: LogReader, epoch: string, [from, to]: LineRange, isFromEnd: boolean, onLine: OnLine): Promise<boolean> {
  const lines: WholeLine[] = [];
  // The last line may have more pieces, up to the longest line that is searched as one.
  for await (const line of joinedLines(reader.pages(epoch, from - 1, to + LONGEST_LINE))) {
    if (line.from > to) break;
    lines.push(line);
  }
  for (const line of isFromEnd ? lines.reverse() : lines) if (!(await onLine(line))) return false;
  return true;
}

async function searchHere(
  reader: LogReader,
  { epoch, has }: LogState,
  query: SearchQuery,
  { after, upto, isFromEnd = false, isBrief = false }: SearchScope,
  onLine: OnLine,
  signal?: AbortSignal,
): Promise<number> {
  const search = new LineSearch(query);
  const marker = has.has('marks') ? undefined : new LineMarker();
  const newest: WholeLine[] = [];
  let isWanted = true;
  let found = 0;
  for await (const stored of joinedLines(reader.pages(epoch, after, upto))) {
    signal?.throwIfAborted();
    const line = marker?.mark(stored) ?? stored;
    if (!search.admits(line.extra) || !search.matches(shownText(line.text))) continue;
    if (search.counts(line.extra)) found += 1;
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
