import { levelOfSeverityNumber, type Level } from '../../../protocol/marks/level.ts';
import { parseOffset, parsePosition } from '../../../protocol/position.ts';
import type { Batch } from '../../store.ts';
import { Problem } from '../../problem.ts';
import { levelParam } from './query.ts';

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

export function appendParams(query: URLSearchParams, appendAt: string | undefined): AppendParams {
  return {
    stderr: isStderr(query.get('stream')),
    level: givenLevel(query),
    marks: hasMarks(query.get('marks')),
    end: exitCode(query.get('end')),
    at: condition(appendAt),
  };
}

function isStderr(text: string | null): boolean {
  if (text === null) return false;
  if (text === 'err') return true;
  throw new Problem('malformed', '"stream" must be err, or left out for stdout.');
}

function givenLevel(query: URLSearchParams): Level | undefined {
  const number = levelParam(query, 'level');
  return number === undefined ? undefined : levelOfSeverityNumber(number);
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
