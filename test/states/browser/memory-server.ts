import type { LogGroup } from '../../../src/protocol/answers/answers.ts';
import type { Line } from '../../../src/protocol/line.ts';
import { LineSearch } from '../../../src/protocol/search/line-search.ts';
import type { SearchQuery } from '../../../src/protocol/search/query.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { groupsOf } from '../../element/browser/support/groups-server.ts';
import type { MemoryLog } from '../../element/browser/support/memory-log.ts';

/** How a search is answered: with what is found, refused as too slow, or never to its end. */
export type Searching = 'complete' | 'slow' | 'endless';

/** A log on a server; `marks: false`: on one that can do nothing but hand out lines. */
export interface ServedLog {
  readonly log: MemoryLog;
  readonly marks?: boolean;
  readonly searching?: Searching;
}

type Query = URLSearchParams;

export interface MemoryServer {
  /** Whether a question about the log at an endpoint is not answered yet. */
  isAsked(endpoint: string): boolean;
}

/** Answers every question about the logs, each at an endpoint of its own, in place of servers. */
export function serveLogs(logs: ReadonlyMap<string, ServedLog>): MemoryServer {
  const { fetch } = window;
  const open: string[] = [];
  window.fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input, location.href);
    const [, endpoint = '', resource = ''] = /^(.*)\/(levels|groups|seek|search)\/[^/]*$/u.exec(pathname) ?? [];
    const served = logs.get(endpoint);
    if (served === undefined) return fetch(input, init);
    open.push(endpoint);
    // An answer never comes in the moment of the question.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    open.splice(open.indexOf(endpoint), 1);
    return answer(served, resource, searchParams);
  };
  return { isAsked: (endpoint) => open.includes(endpoint) };
}

function answer({ log, marks, searching = 'complete' }: ServedLog, resource: string, query: Query): Response {
  if (marks === false) return new Response('', { status: 404 });
  const lines = Array.from({ length: log.status.head }, (_, at) => log.line(at + 1));
  if (resource === 'levels') return Response.json(levels(lines, query));
  if (resource === 'groups') return Response.json(groups(groupsOf(lines, log.status.state === 'ended'), query));
  return resource === 'seek' ? seek(lines, query) : search(lines, query, searching);
}

function numberOf(query: Query, name: string, otherwise: number): number {
  return Number(query.get(name) ?? otherwise);
}

/** Whether a line is counted, and found by its level. */
function isEntry([, , extra]: Line): boolean {
  return extra?.l !== undefined && extra.k !== 1 && extra.r !== 1;
}

function levels(lines: readonly Line[], query: Query): unknown {
  const [after, upto, parts] = [numberOf(query, 'after', 0), numberOf(query, 'upto', lines.length), numberOf(query, 'parts', 1)];
  const step = Math.max(1, Math.ceil((upto - after) / parts));
  const made: unknown[] = [];
  for (let from = after; from < upto; from += step) {
    const part = lines.slice(from, Math.min(upto, from + step));
    const counts = [0, 0, 0, 0, 0, 0];
    for (const line of part.filter(isEntry)) counts[Math.ceil((line[2]?.l ?? 1) / 4) - 1]! += 1;
    made.push([from + part.length, part[0]?.[0] ?? 0, counts]);
  }
  return { epoch: '1', after, upto, parts: made };
}

function groups(all: readonly LogGroup[], query: Query): unknown {
  const [after, upto, limit] = [numberOf(query, 'after', 0), numberOf(query, 'upto', Infinity), numberOf(query, 'limit', 1_000)];
  const found = all.filter(({ line }) => line > after && line <= upto);
  const around = all.filter(({ line, end }) => line <= after && (end === undefined || end >= after));
  return { epoch: '1', after, upto, more: found.length > limit, around, groups: found.slice(0, limit) };
}

function seek(lines: readonly Line[], query: Query): Response {
  const isWanted = (line: Line): boolean => isEntry(line) && (line[2]?.l ?? 0) >= numberOf(query, 'level', 0);
  const numbers = [...lines.keys()].map((at) => at + 1);
  const found = query.has('time')
    ? numbers.find((line) => lines[line - 1]![0] >= numberOf(query, 'time', 0))
    : query.has('after')
      ? numbers.find((line) => line > numberOf(query, 'after', 0) && isWanted(lines[line - 1]!))
      : numbers.findLast((line) => line < numberOf(query, 'before', Infinity) && isWanted(lines[line - 1]!));
  if (found === undefined) return new Response(null, { status: 204 });
  return Response.json({ epoch: '1', line: found, time: lines[found - 1]![0] });
}

function search(lines: readonly Line[], query: Query, searching: Searching): Response {
  const [after, upto] = [numberOf(query, 'after', 0), numberOf(query, 'upto', lines.length)];
  const records: unknown[] = [{ epoch: '1', after, upto, first: 1 }];
  if (searching === 'slow') return streamed([...records, { error: 'slow' }], true);
  let finder: LineSearch;
  try {
    finder = new LineSearch(searchQuery(query));
  } catch {
    return new Response('', { status: 400 });
  }
  // A search that does not end has come to two fifths of the log.
  const end = searching === 'endless' ? after + Math.floor((upto - after) * 0.41) : upto;
  let found = 0;
  for (let line = after + 1; line <= end; line += 1) {
    const [time, text, extra] = lines[line - 1]!;
    const hit = finder.admits(extra) ? finder.find(shownText(text)) : undefined;
    if (hit === undefined) continue;
    found += 1;
    records.push({ line, time, at: hit.at });
  }
  records.push({ scanned: end - after, found, ...(searching === 'endless' ? { line: end } : { done: true }) });
  return streamed(records, searching === 'complete');
}

function searchQuery(query: Query): SearchQuery {
  const has = (name: string): boolean => query.get(name) === '1';
  return {
    q: query.get('q') ?? '',
    regex: has('regex'),
    case: has('case'),
    word: has('word'),
    without: query.get('without') ?? undefined,
    level: query.has('level') ? numberOf(query, 'level', 0) : undefined,
  };
}

/** Records, one a line; the answer stays open unless it is complete. */
function streamed(records: readonly unknown[], isComplete: boolean): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
      if (isComplete) controller.close();
    },
  });
  return new Response(body);
}
