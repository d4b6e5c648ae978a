import type { LineExtra } from '../line.ts';
import { patternOf } from './pattern.ts';
import { checkQuery, type SearchQuery } from './query.ts';
import type { WholeLine } from './whole-lines.ts';

/** Ranges of one line that a search reports, at most. */
export const MAX_RANGES = 100;

/** Where a match begins and where it ends, in UTF-16 units of the shown text. */
export type MatchRange = readonly [start: number, end: number];

/** The matches in one line. */
export interface LineMatches {
  /** In order. None if the query has no text. An empty match has an empty range. */
  readonly at: readonly MatchRange[];
  /** There are more than {@link MAX_RANGES}. */
  readonly more: boolean;
}

/** Half of a character is never found in a whole one. */
const HALF_PAIR = /\p{Surrogate}/u;

/** A search for the lines that a query describes, one at a time. It holds no state of the log. */
export class LineSearch {
  readonly query: SearchQuery;
  readonly #pattern: RegExp | undefined;
  readonly #without: RegExp | undefined;
  /** A text to look for as it is. */
  readonly #literal: string | undefined;

  /** @throws {QueryError} If there is nothing to search for, or a text is too long or cannot be compiled. */
  constructor(query: SearchQuery) {
    const { q, without = '' } = query;
    checkQuery(query);
    this.query = query;
    this.#pattern = q === '' ? undefined : patternOf('q', q, query);
    this.#without = without === '' ? undefined : patternOf('without', without, query);
    this.#literal = query.case === true && query.regex !== true && query.word !== true && !HALF_PAIR.test(q) ? q : undefined;
  }

  /** Whether the level of a line admits it. */
  admits(extra: LineExtra | undefined): boolean {
    const { level } = this.query;
    return level === undefined || (extra?.l ?? 0) >= level;
  }

  /**
   * Whether a line that is found counts. Without a text to look for, entries are counted: a line that continues another or rewrites
   * a row is not one, nor is the rest of a line.
   */
  counts({ extra, isRest }: Pick<WholeLine, 'extra' | 'isRest'>): boolean {
    return this.query.q !== '' || (!isRest && extra?.k !== 1 && extra?.r !== 1);
  }

  /** Whether a line is found by its text as shown. */
  matches(shown: string): boolean {
    return this.#holdsText(shown) && !(this.#without !== undefined && holds(this.#without, shown));
  }

  /** The matches in the text of a line as shown; undefined if the line is not found by its text. */
  find(shown: string): LineMatches | undefined {
    return this.matches(shown) ? rangesOf(this.#pattern, shown) : undefined;
  }

  #holdsText(shown: string): boolean {
    if (this.#literal !== undefined) return shown.includes(this.#literal);
    return this.#pattern === undefined || holds(this.#pattern, shown);
  }
}

function holds(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function rangesOf(pattern: RegExp | undefined, text: string): LineMatches {
  const at: MatchRange[] = [];
  if (pattern === undefined) return { at, more: false };
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (at.length === MAX_RANGES) return { at, more: true };
    const end = match.index + match[0].length;
    at.push([match.index, end]);
    if (match[0] === '') pattern.lastIndex = end + (pattern.flags.includes('v') ? widthAt(text, end) : 1);
  }
  return { at, more: false };
}

/** How many UTF-16 units the character at an index has. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
