import { LineSearch, type LineMatches } from '../../protocol/search/line-search.ts';
import { LEVEL } from '../../protocol/marks/level.ts';
import type { TextQuery } from './scan-messages.ts';

/** Searches the texts of lines as shown. Keeps the query that was compiled last. */
export class TextScanner {
  #key = '';
  #search: LineSearch | undefined;

  /**
   * The matches of each text; undefined for one that is not found.
   *
   * @throws {QueryError} If the query cannot be used.
   */
  find(query: TextQuery, texts: readonly string[]): (LineMatches | undefined)[] {
    const search = this.#compiled(query);
    return texts.map((text) => search.find(text));
  }

  #compiled(query: TextQuery): LineSearch {
    const key = JSON.stringify(query);
    if (this.#search === undefined || key !== this.#key) {
      // A query may have no text but one to leave out. The level, which is not a matter of the text, makes it complete.
      this.#search = new LineSearch({ ...query, level: LEVEL.trace });
      this.#key = key;
    }
    return this.#search;
  }
}
