import type { LineMatches } from '../../protocol/search/line-search.ts';
import type { SearchMode } from '../../protocol/search/query.ts';

/** What is looked for in the text of a line. */
export interface TextQuery extends SearchMode {
  /** At least one of `q` and `without` is not empty. */
  readonly q: string;
  readonly without?: string | undefined;
}

/** Texts to search. Each request is answered once, in order. */
export interface PatternRequest {
  readonly query: TextQuery;
  /** Lines as shown, each as a whole: what a terminal makes of them is not the worker's to know. */
  readonly texts: readonly string[];
}

/** The matches of each text, undefined for one that is not found; or why the query cannot be used. */
export type PatternAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'found'; readonly found: readonly (LineMatches | undefined)[] }
  | { readonly kind: 'invalid'; readonly problem: string };
