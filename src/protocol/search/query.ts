/** The longest `q` and `without`, in characters. */
export const MAX_QUERY_LENGTH = 1_000;

/** How texts are compared. */
export interface SearchMode {
  /** They are regular expressions of JavaScript, compiled with the flag `v`, or without flags where only that compiles. */
  readonly regex?: boolean;
  /** Capital and small letters differ. */
  readonly case?: boolean;
  /** Neither neighbour of a match is a letter, a digit or `_`. */
  readonly word?: boolean;
}

/** What a search looks for. */
export interface SearchQuery extends SearchMode {
  /** The text. Empty, together with a level: every line of that level or above. */
  readonly q: string;
  /** Lines in which this is found are left out, by the same mode. Empty or undefined: none. */
  readonly without?: string | undefined;
  /** Only lines whose level is this or above, as a SeverityNumber. */
  readonly level?: number | undefined;
}

/**
 * Checks what can be checked without compiling a text, which may take an engine seconds.
 *
 * @throws {QueryError} If there is nothing to search for, or a text is too long.
 */
export function checkQuery({ q, without = '', level }: SearchQuery): void {
  if (q === '' && level === undefined) throw new QueryError('"q" must be the text to search for; it may be left out only with "level".');
  for (const [name, text] of [
    ['q', q],
    ['without', without],
  ] as const) {
    if (text.length > MAX_QUERY_LENGTH) throw new QueryError(`"${name}" must have at most ${MAX_QUERY_LENGTH} characters.`);
  }
}

/** A query that cannot be searched for. The message says why, and names the parameter. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}
