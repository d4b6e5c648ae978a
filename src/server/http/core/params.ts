import { levelNamed, levelOfSeverityNumber, type Level } from '../../../protocol/marks/level.ts';
import { parseRequestedPosition, parseOffset, parsePosition, type RequestedPosition } from '../../../protocol/position.ts';
import type { Batch } from '../../store.ts';
import { Problem } from '../../problem.ts';

/** The parameters of a read. */
export interface ReadParams {
  /** Undefined for the current one. */
  readonly epoch: string | undefined;
  /** The lines after this one. */
  readonly after: number;
  /** The most lines; undefined when not given. */
  readonly limit: number | undefined;
  readonly follow: boolean;
}

/** The parameters of an append. */
export interface AppendParams {
  readonly stderr: boolean;
  /** The level of all lines, whatever their text says. */
  readonly level: Level | undefined;
  /** Whether levels, entries and groups are read from the text. */
  readonly marks: boolean;
  /** Exit code that completes the log. */
  readonly end: number | undefined;
  readonly at: Batch['at'];
}

/** The range of exit codes: signed as in some shells, unsigned as in Windows. */
const LOWEST_CODE = -(2 ** 31);
const HIGHEST_CODE = 2 ** 32 - 1;

export function readParams(query: URLSearchParams): ReadParams {
  return {
    epoch: query.get('epoch') || undefined,
    after: wholeNumber(query, 'after', 0) ?? 0,
    limit: wholeNumber(query, 'limit', 1),
    follow: flag(query, 'follow'),
  };
}

export function appendParams(query: URLSearchParams, appendAt: string | undefined): AppendParams {
  return {
    stderr: isStderr(query.get('stream')),
    level: givenLevel(query.get('level')),
    marks: hasMarks(query.get('marks')),
    end: exitCode(query.get('end')),
    at: condition(appendAt),
  };
}

/** The position in `Last-Event-ID`; undefined without the header. */
export function lastEvent(header: string | string[] | undefined): Exclude<RequestedPosition, 'now'> | undefined {
  if (header === undefined || header === '') return undefined;
  const asked = typeof header === 'string' ? parseRequestedPosition(header) : undefined;
  if (asked === undefined || asked === 'now') {
    throw new Problem('malformed', 'Last-Event-ID is not a position: send the id of an event, such as 1763658000123-1041.');
  }
  return asked;
}

function wholeNumber(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = parseOffset(text);
  if (value === undefined || value < least) throw new Problem('malformed', `"${name}" must be a whole number from ${least}.`);
  return value;
}

function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === '0') return false;
  if (text === '1') return true;
  throw new Problem('malformed', `"${name}" must be 1 or left out.`);
}

function isStderr(text: string | null): boolean {
  if (text === null) return false;
  if (text === 'err') return true;
  throw new Problem('malformed', '"stream" must be err, or left out for stdout.');
}

function givenLevel(text: string | null): Level | undefined {
  if (text === null) return undefined;
  const level = levelNamed(text) ?? levelOfSeverityNumber(parseOffset(text) ?? 0);
  if (level !== undefined) return level;
  throw new Problem('malformed', '"level" must be trace, debug, info, warn, error or fatal, or a severity number from 1 to 24.');
}

function hasMarks(text: string | null): boolean {
  if (text === null || text === '1') return true;
  if (text === '0') return false;
  throw new Problem('malformed', '"marks" must be 0 or left out.');
}

function exitCode(text: string | null): number | undefined {
  if (text === null) return undefined;
  const code = /^-?(?:0|[1-9]\d{0,9})$/u.test(text) ? Number(text) : Number.NaN;
  if (code >= LOWEST_CODE && code <= HIGHEST_CODE) return code === 0 ? 0 : code;
  throw new Problem('malformed', `"end" must be an exit code: an integer from ${LOWEST_CODE} to ${HIGHEST_CODE}.`);
}

function condition(header: string | undefined): Batch['at'] {
  if (header === undefined) return undefined;
  const offset = parseOffset(header);
  if (offset !== undefined) return { epoch: undefined, offset };
  const position = parsePosition(header);
  if (position !== undefined) return position;
  throw new Problem(
    'malformed',
    'Log-Append-At must be the head to append after: a line number, or a position such as 1763658000123-1041.',
  );
}
