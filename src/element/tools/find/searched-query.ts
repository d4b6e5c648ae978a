import { escapePattern } from '../../../protocol/search/pattern.ts';
import type { SearchQuery } from '../../../protocol/search/query.ts';
import { WORD_CLASS } from '../../../protocol/search/word-characters.ts';

/**
 * What to ask for; undefined if nothing is. Where only a text to leave out is given, every line is looked for: no server searches for
 * nothing, but each finds the start of a line.
 */
export function searchedQuery(query: SearchQuery): SearchQuery | undefined {
  const { q, without = '', level, regex = false, word = false } = query;
  if (q !== '' || level !== undefined) return query;
  if (without === '') return undefined;
  const pattern = regex ? without : escapePattern(without);
  return { ...query, q: '^', without: word ? `(?<!${WORD_CLASS})(?:${pattern})(?!${WORD_CLASS})` : pattern, regex: true, word: false };
}
