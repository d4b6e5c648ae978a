import { parseTime } from '../../../protocol/parse-time.ts';
import { levelNamed } from '../../../protocol/marks/level.ts';
import { parseOffset } from '../../../protocol/position.ts';
import { Problem } from '../../problem.ts';

/** A number of the query, if it is given. @throws {Problem} `malformed` unless it is a whole one from `least` to `most`. */
export function numberParam(query: URLSearchParams, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = parseOffset(text);
  if (value !== undefined && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new Problem('malformed', `"${name}" must be a whole number ${range}.`);
}

/** The epoch that a request is about; undefined for the current one. */
export function epochParam(query: URLSearchParams): string | undefined {
  return query.get('epoch') || undefined;
}

/** A switch of the query. @throws {Problem} `malformed` */
export function flagParam(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === '0') return false;
  if (text === '1') return true;
  throw new Problem('malformed', `"${name}" must be 1 or left out.`);
}

/** A point in time of the query as unix ms, if it is given. @throws {Problem} `malformed` */
export function timeParam(query: URLSearchParams, name: string, now = Date.now()): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = parseTime(text, now);
  if (time !== undefined) return time;
  throw new Problem(
    'malformed',
    `"${name}" must be a time: unix ms, RFC 3339 such as 2026-11-29T17:00:00Z, or a span back from now such as 15m.`,
  );
}

/** A level of the query as a SeverityNumber, 1 to 24, if it is given. @throws {Problem} `malformed` */
export function levelParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const level = levelNamed(text) ?? parseOffset(text);
  if (level !== undefined && level >= 1 && level <= 24) return level;
  throw new Problem('malformed', `"${name}" must be trace, debug, info, warn, error, fatal, or a number from 1 to 24.`);
}
