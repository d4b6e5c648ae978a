import type { MatchRange } from '../search/line-search.ts';
import type { GroupsPage, LevelCounts, LevelsPage, LinePlace, LogGroup, SearchRecord } from './answers.ts';

/** The bodies of a server's answers, checked: another program may have sent them. */

type Json = Readonly<Record<string, unknown>>;

/** Levels that are counted apart. */
const LEVELS = 6;

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

/** The epoch that an answer is about. Throws if it names none. */
export function readEpoch(value: unknown): string {
  const { epoch } = object(value);
  if (typeof epoch !== 'string') throw new TypeError('The answer names no epoch.');
  return epoch;
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

/** Throws if the value is no record of a search. */
export function readSearchRecord(value: unknown): SearchRecord {
  const record = object(value);
  if (typeof record['error'] === 'string') return { kind: 'failed', reason: record['error'] };
  if (typeof record['epoch'] === 'string') {
    const after = number(record['after']);
    const first = record['first'] === undefined ? after + 1 : number(record['first']);
    return { kind: 'begin', epoch: record['epoch'], after, upto: number(record['upto']), first };
  }
  if ('scanned' in record) {
    const scanned = number(record['scanned']);
    const found = number(record['found']);
    if (record['done'] === true) return { kind: 'done', scanned, found };
    return { kind: 'progress', scanned, found, line: number(record['line'] ?? 0) };
  }
  if ('lines' in record) {
    return { kind: 'lines', ranges: array(record['lines']).map(readRange) };
  }
  const at = record['at'] === undefined ? [] : array(record['at']).map(readRange);
  return { kind: 'hit', line: number(record['line']), time: number(record['time']), at, more: record['more'] === 1 };
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

function readRange(value: unknown): MatchRange {
  const [from, to] = array(value);
  return [number(from), number(to)];
}

function readCounts(value: unknown): LevelCounts {
  const counts = array(value).map(number);
  if (counts.length !== LEVELS) throw malformed();
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
