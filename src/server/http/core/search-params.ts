import { checkQuery, QueryError, type SearchQuery } from '../../../protocol/search/query.ts';
import { Problem } from '../../problem.ts';
import type { HitForm } from '../../search/scan/scan-task.ts';
import { epochParam, flagParam, levelParam, numberParam } from './query.ts';

/** The parameters of a search. */
export interface SearchParams {
  /** Undefined for the current one. */
  readonly epoch: string | undefined;
  readonly query: SearchQuery;
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one; undefined for the head. */
  readonly upto: number | undefined;
  readonly form: HitForm;
  /** The most hits that are given. */
  readonly limit: number;
  readonly isBackwards: boolean;
}

const DEFAULT_HITS = 1_000;
/** The most hits in one answer, whatever `limit` says: with their matches, and as numbers of lines. */
const MAX_HITS = 100_000;
const MAX_LINES = 1_000_000;

/** @throws {Problem} `malformed` */
export function searchParams(params: URLSearchParams): SearchParams {
  const form = flagParam(params, 'count') ? 'none' : flagParam(params, 'lines') ? 'lines' : 'matches';
  return {
    epoch: epochParam(params),
    query: queryOf(params),
    after: numberParam(params, 'after', 0) ?? 0,
    upto: numberParam(params, 'upto', 0),
    form,
    limit: Math.min(numberParam(params, 'limit', 1) ?? DEFAULT_HITS, form === 'lines' ? MAX_LINES : MAX_HITS),
    isBackwards: startsAtEnd(params.get('from')),
  };
}

function queryOf(params: URLSearchParams): SearchQuery {
  const query: SearchQuery = {
    q: params.get('q') ?? '',
    without: params.get('without') ?? '',
    regex: flagParam(params, 'regex'),
    case: flagParam(params, 'case'),
    word: flagParam(params, 'word'),
    level: levelParam(params, 'level'),
  };
  try {
    checkQuery(query);
    return query;
  } catch (error) {
    throw error instanceof QueryError ? new Problem('malformed', error.message) : error;
  }
}

function startsAtEnd(from: string | null): boolean {
  if (from === null) return false;
  if (from === 'end') return true;
  throw new Problem('malformed', '"from" must be end, or left out to begin with the first line.');
}
