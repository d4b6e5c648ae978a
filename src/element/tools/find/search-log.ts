import type { Line } from '../../../protocol/line.ts';
import type { SearchQuery } from '../../../protocol/search/query.ts';
import type { SearchRecord } from '../../../protocol/answers/answers.ts';
import type { Log, LogLine } from '../../../worker/api.ts';
import type { LogQueries, SearchQuestion } from '../../../worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import { readPages } from '../lines/line-pages.ts';
import { MAX_SHOWN, MAX_HITS, singleLines, type FindEvent, type FindProblem, type LinesFound } from './find-state.ts';
import { LineTester } from './line-tester.ts';
import { InvalidPatternError, NoScannerError, SlowPatternError } from './pattern-scanner.ts';
import type { TextMatcher } from './text-matcher.ts';

/** Shortest time between two reports, ms. */
const REPORT_INTERVAL = 100;
/** Hits that are asked for at a time where they are not held. */
export const ASKED_HITS = 1_000;

export interface SearchSource {
  readonly log: Pick<Log, 'range' | 'status'>;
  /** Undefined where the server has no search. */
  readonly queries: Pick<LogQueries, 'search'> | undefined;
  readonly matcher: TextMatcher;
  /** Whether only what is found is shown: as many lines as possible are found, with all their pieces. */
  readonly isShown?: boolean;
}

/** The lines after one up to another. */
export interface LineScope {
  readonly after: number;
  readonly upto: number;
}

export interface FoundLines {
  readonly lines: readonly number[];
  readonly found: number;
  /** Whether these are all that there are. */
  readonly isAll: boolean;
}

/** Searches a log from its start, and yields what happens. Rejects as {@link problemOf} explains, or with the signal's reason. */
export function searchLog(
  source: SearchSource,
  query: SearchQuery,
  scope: LineScope,
  signal: AbortSignal,
): AsyncGenerator<FindEvent, void> {
  const { queries, log } = source;
  // An empty log has no epoch to ask about.
  if (queries === undefined || scope.upto <= scope.after) return readLog(source, query, scope, signal);
  const { isShown: lines = false } = source;
  return reported(queries.search({ ...query, ...scope, epoch: log.status.epoch, limit: lines ? MAX_SHOWN : MAX_HITS, lines }, signal));
}

/** The first hits in a range of lines, or the last ones; in order of their lines. */
export async function findLines(
  { log, queries, matcher }: SearchSource,
  query: SearchQuery,
  { after, upto }: LineScope,
  isBackwards: boolean,
  signal: AbortSignal,
): Promise<FoundLines> {
  const lines: number[] = [];
  let found = 0;
  if (queries !== undefined) {
    const question: SearchQuestion = { ...query, after, upto, epoch: log.status.epoch, limit: ASKED_HITS, fromEnd: isBackwards };
    for await (const record of queries.search(question, signal)) {
      if (record.kind === 'hit') lines.push(record.line);
      if (record.kind === 'done') ({ found } = record);
      if (record.kind === 'failed') throw new SearchEndedError(record.reason);
      // The server would count further: leaving stops it.
      if (lines.length === ASKED_HITS) break;
    }
  } else {
    for await (const page of readPages(log, { from: after + 1, to: upto }, signal, isBackwards)) {
      const tester = new LineTester(query, matcher, false);
      for (const line of page) tester.add(line.offset, storedLine(line));
      tester.end(page.at(-1)?.offset ?? after);
      const tested = await tester.take(signal);
      lines.push(...(isBackwards ? [...tested.lines].reverse() : tested.lines));
      found += tested.found;
      if (lines.length >= ASKED_HITS) break;
    }
  }
  const isAll = lines.length < ASKED_HITS;
  return { lines: isBackwards ? lines.reverse() : lines, found: Math.max(found, isAll ? 0 : lines.length), isAll };
}

/** A search ended before it was done: `slow`, `reset`, `unavailable` or `gone`. */
class SearchEndedError extends Error {
  override readonly name = 'SearchEndedError';
}

/** The records of a server as events. */
async function* reported(records: AsyncIterable<SearchRecord>): AsyncGenerator<FindEvent, void> {
  let lines: LinesFound[] = [];
  let found = 0;
  let scanned = 0;
  let looked = 0;
  let reportedAt = -Infinity;
  let isDone = false;
  for await (const record of records) {
    if (record.kind === 'begin') yield { type: 'begun', after: record.after, upto: record.upto };
    if (record.kind === 'failed') throw new SearchEndedError(record.reason);
    if (record.kind === 'hit') {
      lines.push([record.line, record.line]);
      found += 1;
      looked = record.line;
    }
    if (record.kind === 'lines') {
      for (const [from, to] of record.ranges) {
        lines.push([from, to]);
        found += Math.max(0, to - from + 1);
        looked = to;
      }
    }
    if (record.kind === 'progress') {
      ({ found, scanned } = record);
      looked = Math.max(looked, record.line);
    }
    if ((record.kind === 'hit' || record.kind === 'lines') && performance.now() - reportedAt < REPORT_INTERVAL) continue;
    if (looked > 0) {
      yield { type: 'found', lines, found, scanned, line: looked };
      lines = [];
      reportedAt = performance.now();
    }
    if (record.kind !== 'done') continue;
    isDone = true;
    yield { type: 'done', scanned: record.scanned, found: record.found };
  }
  if (!isDone) throw new SearchEndedError('gone');
}

/** Reads every line, where the server has no search. */
async function* readLog(
  { log, matcher }: SearchSource,
  query: SearchQuery,
  { after, upto }: LineScope,
  signal: AbortSignal,
): AsyncGenerator<FindEvent, void> {
  yield { type: 'begun', after, upto };
  const tester = new LineTester(query, matcher, false);
  let found = 0;
  let line = after;
  const report = async (): Promise<FindEvent> => {
    const tested = await tester.take(signal);
    found += tested.found;
    return { type: 'found', lines: singleLines(tested.lines), found, scanned: line - after, line };
  };
  for await (const page of readPages(log, { from: after + 1, to: upto }, signal)) {
    for (const read of page) {
      tester.add(read.offset, storedLine(read));
      line = read.offset;
    }
    yield await report();
  }
  tester.end(line);
  yield await report();
  yield { type: 'done', scanned: upto - after, found };
}

/** A line without what a server knows of it. */
function storedLine({ time, text, continues }: LogLine): Line {
  return continues ? [time, text, { p: 1 }] : [time, text];
}

/** What to tell the reader of a search that failed. */
export function problemOf(error: unknown): { readonly problem: FindProblem; readonly detail?: string } {
  if (error instanceof SlowPatternError) return { problem: 'slow' };
  if (error instanceof NoScannerError) return { problem: 'no-regex' };
  if (error instanceof InvalidPatternError) return { problem: 'invalid', detail: error.message };
  if (error instanceof SearchEndedError && error.message === 'slow') return { problem: 'slow' };
  if (!(error instanceof RefusedQueryError)) return { problem: 'interrupted' };
  const { reason } = error;
  return { problem: reason === 'busy' || reason === 'denied' || reason === 'invalid' ? reason : 'interrupted' };
}
