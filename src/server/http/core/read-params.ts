import { parseRequestedPosition, type RequestedPosition } from '../../../protocol/position.ts';
import type { Feature } from '../../features.ts';
import { Problem } from '../../problem.ts';
import type { Form } from './negotiate.ts';
import { epochParam, flagParam, levelParam, timeParam, numberParam } from './query.ts';

/** Where a read begins. */
export type ReadStart =
  /** After a line. */
  | { readonly kind: 'after'; readonly line: number }
  /** So many lines before the head. */
  | { readonly kind: 'tail'; readonly lines: number }
  /** At the first line written at this time or later, unix ms. */
  | { readonly kind: 'since'; readonly time: number };

/** The parameters of a read. */
export interface ReadParams {
  /** Undefined for the current one. */
  readonly epoch: string | undefined;
  readonly start: ReadStart;
  /** The read ends before the first line written at this time or later, unix ms. */
  readonly until: number | undefined;
  /** Only lines of this level or above are given: a SeverityNumber, 1 to 24. */
  readonly level: number | undefined;
  /** The most lines; undefined when not given. */
  readonly limit: number | undefined;
  readonly follow: boolean;
}

/** Parameters of features that the server does not have are ignored: a client knows by `Log-Has`. */
export function readParams(query: URLSearchParams, features: readonly Feature[]): ReadParams {
  const canSeek = features.includes('seek');
  const params = {
    epoch: epochParam(query),
    start: readStart(query, canSeek),
    until: canSeek ? timeParam(query, 'until') : undefined,
    level: features.includes('marks') ? levelParam(query, 'level') : undefined,
    limit: numberParam(query, 'limit', 1),
    follow: flagParam(query, 'follow'),
  };
  if (params.until !== undefined && params.follow) throw endless();
  return params;
}

/** @throws {Problem} `malformed` for a parameter that a form of reading does not have. */
export function checkForm(form: Form, { until, level }: ReadParams): void {
  if (form === 'events' && until !== undefined) throw endless();
  if (form === 'json' && level !== undefined) {
    throw new Problem(
      'malformed',
      '"level" works with text and server-sent events only: lines of JSON are numbered from "after" on, without gaps.',
    );
  }
}

/** Whether a read covers exactly the lines after the given one. */
export function isPlain({ start, until, level }: ReadParams): boolean {
  return start.kind === 'after' && until === undefined && level === undefined;
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

function readStart(query: URLSearchParams, canSeek: boolean): ReadStart {
  const after = numberParam(query, 'after', 0);
  const tail = canSeek ? numberParam(query, 'tail', 0) : undefined;
  const since = canSeek ? timeParam(query, 'since') : undefined;
  if ([after, tail, since].filter((value) => value !== undefined).length > 1) {
    throw new Problem('malformed', 'Use one of "after", "tail" and "since": each says where to begin.');
  }
  if (tail !== undefined) return { kind: 'tail', lines: tail };
  return since === undefined ? { kind: 'after', line: after ?? 0 } : { kind: 'since', time: since };
}

function endless(): Problem {
  return new Problem('malformed', '"until" does not go with following, which ends when the log does.');
}
