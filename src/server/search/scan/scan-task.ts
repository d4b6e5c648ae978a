import type { SearchQuery } from '../../../protocol/search/query.ts';
import type { PackedBlocks } from './packed-blocks.ts';

/** What is reported of a hit: where its matches are, only its number, or nothing. */
export type HitForm = 'matches' | 'lines' | 'none';

/** A part of a search: some blocks of a log. */
export interface ScanTask {
  readonly query: SearchQuery;
  readonly form: HitForm;
  /** Lines are looked at whose first piece is after this one … */
  readonly after: number;
  /** … and up to this one. */
  readonly upto: number;
  /** Report at most so many hits, and count the others. */
  readonly limit: number;
  /** Look at the last lines first. The blocks then hold all lines of the range. */
  readonly isBackwards: boolean;
  /** The first line to decode: a line begins there, or its text is taken together from there. At most `after` + 1. */
  readonly from: number;
  /** Line `from` continues the line before it. */
  readonly isInside: boolean;
  readonly blocks: PackedBlocks;
  /** No line follows the blocks: a line that is not whole at their end will not get longer. */
  readonly isAtHead: boolean;
}

export interface ScanResult {
  /** The hits as NDJSON, in the order of the search. */
  readonly output: Uint8Array<ArrayBuffer> | undefined;
  /** How many hits are in it. */
  readonly given: number;
  /** How many lines were found that count. */
  readonly found: number;
  /**
   * Forwards: all lines up to this one were looked at. Backwards: all lines after this one were. Nothing was looked at, and more
   * blocks are needed, where it is still the border of the range.
   */
  readonly reached: number;
  /** Forwards: the line after `reached` continues it. */
  readonly isInside: boolean;
}
