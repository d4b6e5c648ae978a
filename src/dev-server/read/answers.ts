import type { GroupsResult, LevelCounts, LevelsResult, LogGroup, SeekResult } from '../../server/store.ts';
import { RANKS } from '../../server/stores/marks/ranks.ts';

/** The bodies of a server's answers, checked: another program may have sent them. */

export type LevelsPage = Omit<LevelsResult, 'tail'>;
export type GroupsPage = Omit<GroupsResult, 'tail'>;
export type LinePlace = NonNullable<SeekResult['found']>;

type Json = Readonly<Record<string, unknown>>;

/** Throws if the value is no answer to `levels`. */
export function readLevels(value: unknown): LevelsPage {
  const { after, upto, parts } = object(value);
  return {
    after: number(after),
    upto: number(upto),
    parts: array(parts).map((part) => {
      const [last, time, counts] = array(part);
      return { last: number(last), time: number(time), counts: readCounts(counts) };
    }),
  };
}

/** Throws if the value is no answer to `groups`. */
export function readGroups(value: unknown): GroupsPage {
  const { after, upto, more, around, groups } = object(value);
  return {
    after: number(after),
    upto: number(upto),
    more: more === true,
    around: array(around).map(readGroup),
    groups: array(groups).map(readGroup),
  };
}

/** Throws if the value is no answer to `seek`. */
export function readPlace(value: unknown): LinePlace {
  const { line, time } = object(value);
  return { line: number(line), time: number(time) };
}

/** A record of a search. */
export type SearchRecord =
  | { readonly kind: 'begin'; readonly epoch: string; readonly after: number; readonly upto: number }
  | { readonly kind: 'hit'; readonly line: number }
  | { readonly kind: 'lines'; readonly ranges: readonly (readonly [from: number, to: number])[] }
  | { readonly kind: 'progress'; readonly scanned: number; readonly found: number }
  | { readonly kind: 'done'; readonly scanned: number; readonly found: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** Throws if the value is no record of a search. */
export function readSearchRecord(value: unknown): SearchRecord {
  const record = object(value);
  if (typeof record['error'] === 'string') return { kind: 'failed', reason: record['error'] };
  if (typeof record['epoch'] === 'string')
    return { kind: 'begin', epoch: record['epoch'], after: number(record['after']), upto: number(record['upto']) };
  if ('scanned' in record) {
    const kind = record['done'] === true ? 'done' : 'progress';
    return { kind, scanned: number(record['scanned']), found: number(record['found']) };
  }
  if ('lines' in record) {
    const ranges = array(record['lines']).map((range): [number, number] => {
      const [from, to] = array(range);
      return [number(from), number(to)];
    });
    return { kind: 'lines', ranges };
  }
  return { kind: 'hit', line: number(record['line']) };
}

function readGroup(value: unknown): LogGroup {
  const { line, t, d, o, time, end, until, warn, error } = object(value);
  if (typeof t !== 'string') throw malformed();
  return {
    line: number(line),
    t,
    d: number(d),
    ...((o === 0 || o === 1) && { o }),
    time: number(time),
    ...(end !== undefined && { end: number(end), until: number(until) }),
    warn: number(warn),
    error: number(error),
  };
}

function readCounts(value: unknown): LevelCounts {
  const counts = array(value).map(number);
  if (counts.length !== RANKS) throw malformed();
  const [trace = 0, debug = 0, info = 0, warn = 0, error = 0, fatal = 0] = counts;
  return [trace, debug, info, warn, error, fatal];
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Json;
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw malformed();
  return value;
}

function malformed(): Error {
  return new Error('the server sent an answer that cannot be read');
}
