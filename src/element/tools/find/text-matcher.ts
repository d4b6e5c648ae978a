import type { LineMatches } from '../../../protocol/search/line-search.ts';
import { QueryError, type SearchQuery } from '../../../protocol/search/query.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { TextScanner } from '../../../worker/scan/text-scanner.ts';
import { InvalidPatternError, type PatternScanner } from './pattern-scanner.ts';

/** Characters in one request to the scanner, so that an ordinary pattern is far from its time limit. */
const BATCH_CHARACTERS = 65_536;

/** Tests the texts of lines: for literals here, for regular expressions in the scanner's worker. */
export class TextMatcher {
  readonly #scanner: PatternScanner;
  readonly #literals = new TextScanner();

  constructor(scanner: PatternScanner) {
    this.#scanner = scanner;
  }

  /** The matches of each text as stored; undefined for one that is not found. Rejects as {@link PatternScanner.find} does. */
  async find(
    { level: _level, ...query }: SearchQuery,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (LineMatches | undefined)[]> {
    const shown = texts.map(shownText);
    if (query.regex !== true) return this.#findLiteral(query, shown);
    const found: (LineMatches | undefined)[] = [];
    for (const batch of batchesOf(shown)) found.push(...(await this.#scanner.find(query, batch, signal)));
    return found;
  }

  /** Rejects if the query cannot be used. */
  async check(query: SearchQuery, signal: AbortSignal): Promise<void> {
    await this.find(query, [''], signal);
  }

  #findLiteral(...args: Parameters<TextScanner['find']>): (LineMatches | undefined)[] {
    try {
      return this.#literals.find(...args);
    } catch (error) {
      throw error instanceof QueryError ? new InvalidPatternError(error.message, { cause: error }) : error;
    }
  }
}

function* batchesOf(texts: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && characters + text.length > BATCH_CHARACTERS) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}
