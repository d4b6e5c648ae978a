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
    return answer(served, resource, searchParams, init?.signal ?? undefined);
  };
  return { isAsked: (endpoint) => open.includes(endpoint) };
}

function answer(
  { log, marks, searching = 'complete' }: ServedLog,
  resource: string,
  query: Query,
  signal: AbortSignal | undefined,
): Response {
  if (marks === false) return new Response('', { status: 404 });
  const { first, head, state } = log.status;
  const numberOf = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
  const after = Math.max(first - 1, numberOf('after', 0));
  const upto = Math.min(head, numberOf('upto', head));
  const lines = Array.from({ length: head - first + 1 }, (_, at): Numbered => [first + at, log.line(first + at)]);
  const inside = lines.filter(([number]) => number > after && number <= upto);
  const scope = { epoch: '1', after, upto };
  if (resource === 'levels') return Response.json({ ...scope, parts: levels(inside, numberOf('parts', 1)) });
  if (resource === 'groups') {
    const stored = groupsOf(
      lines.map(([, line]) => line),
      state === 'ended',
    );
    const all = first === 1 ? stored : [];
    return Response.json({ ...scope, ...groups(all, after, upto, numberOf('limit', 1_000)) });
  }
  if (resource === 'seek') {
    const found = seek(lines, query);
    return found === undefined ? new Response(null, { status: 204 }) : Response.json({ epoch: '1', line: found[0], time: found[1][0] });
  }
  return search(inside, { ...scope, first }, query, searching, signal);
}

type Numbered = readonly [number: number, line: Line];

/** Whether a line is counted, and found by its level. */
function isEntry([, , extra]: Line): boolean {
  return extra?.l !== undefined && extra.k !== 1 && extra.r !== 1;
}

function levels(lines: readonly Numbered[], parts: number): unknown[] {
  const step = Math.max(1, Math.ceil(lines.length / parts));
  return Array.from({ length: Math.ceil(lines.length / step) }, (_, at) => {
    const part = lines.slice(at * step, (at + 1) * step);
    const counts = [0, 0, 0, 0, 0, 0];
    for (const [, line] of part) if (isEntry(line)) counts[Math.ceil(line[2]!.l! / 4) - 1]! += 1;
    return [part.at(-1)![0], part[0]![1][0], counts];
  });
}

function groups(all: readonly LogGroup[], after: number, upto: number, limit: number): object {
  const found = all.filter(({ line }) => line > after && line <= upto);
  const around = all.filter(({ line, end }) => line <= after && (end === undefined || end >= after));
  return { more: found.length > limit, around, groups: found.slice(0, limit) };
}

function seek(lines: readonly Numbered[], query: Query): Numbered | undefined {
  const [time, after, before, level] = ['time', 'after', 'before', 'level'].map((name) => Number(query.get(name) ?? Number.NaN));
  const isWanted = ([, line]: Numbered): boolean => isEntry(line) && line[2]!.l! >= level!;
  if (query.has('time')) return lines.find(([, line]) => line[0] >= time!);
  if (query.has('after')) return lines.find((line) => line[0] > after! && isWanted(line));
  return lines.findLast((line) => !(line[0] >= before!) && isWanted(line));
}

function search(lines: readonly Numbered[], scope: object, query: Query, searching: Searching, signal: AbortSignal | undefined): Response {
  if (searching === 'slow') return streamed([scope, { error: 'slow' }], true, signal);
  let finder: LineSearch;
  try {
    finder = new LineSearch(searchQuery(query));
  } catch {
    return new Response('', { status: 400 });
  }
  // A search that does not end has come to two fifths of the log.
  const searched = searching === 'endless' ? lines.slice(0, Math.ceil(lines.length * 0.41)) : lines;
  const hits = searched.flatMap(([line, [time, text, extra]]) => {
    const hit = finder.admits(extra) ? finder.find(shownText(text)) : undefined;
    return hit === undefined ? [] : [{ line, time, at: hit.at }];
  });
  const figures = { scanned: searched.length, found: hits.length };
  const last = searching === 'endless' ? { ...figures, line: searched.at(-1)?.[0] } : { ...figures, done: true };
  return streamed([scope, ...hits, last], searching === 'complete', signal);
}

function searchQuery(query: Query): SearchQuery {
  const has = (name: string): boolean => query.get(name) === '1';
  return {
    q: query.get('q') ?? '',
    regex: has('regex'),
    case: has('case'),
    word: has('word'),
    without: query.get('without') ?? undefined,
    level: query.has('level') ? Number(query.get('level')) : undefined,
  };
}

/** Records, one a line; the answer stays open unless it is complete. */
function streamed(records: readonly unknown[], isComplete: boolean, signal: AbortSignal | undefined): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
      if (isComplete) controller.close();
      else signal?.addEventListener('abort', () => controller.error(signal.reason));
    },
  });
  return new Response(body);
}
