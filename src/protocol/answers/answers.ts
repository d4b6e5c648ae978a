import type { MatchRange } from '../search/line-search.ts';

/** How many entries there are of each level, and of no level above or below it: trace, debug, info, warn, error, fatal. */
export type LevelCounts = readonly [trace: number, debug: number, info: number, warn: number, error: number, fatal: number];

/** The entries of consecutive lines. A part begins after the part before it. */
export interface LevelsPart {
  /** Its last line. */
  readonly last: number;
  /** When its first line was written, unix ms. */
  readonly time: number;
  readonly counts: LevelCounts;
}

/** The counts of a range of lines, part by part. */
export interface LevelsPage {
  /** As asked, but at least the line before the first one held and at most the head. */
  readonly after: number;
  /** As asked, but at least `after` and at most the head. */
  readonly upto: number;
  /** In order, from line `after + 1` to line `upto`; none if there are no such lines. */
  readonly parts: readonly LevelsPart[];
}

/** A group of lines, as of the `upto` of the query. */
export interface LogGroup {
  /** Its first line, which has the mark `g`. */
  readonly line: number;
  /** Title. */
  readonly t: string;
  /** Depth, from 0. */
  readonly d: number;
  /** Whether its author wants it closed (0) or open (1): by its first line, or by a mark `u` up to line `upto`. */
  readonly o?: 0 | 1;
  /** When its first line was written, unix ms. */
  readonly time: number;
  /** Its last line; undefined while it is open. The end of a log closes all groups, as of its last line. */
  readonly end?: number;
  /** When its last line was written, unix ms. */
  readonly until?: number;
  /** Warnings from its first to its last line, as far as these are held. */
  readonly warn: number;
  /** Errors, fatal ones included. */
  readonly error: number;
}

/** The groups that begin in a range of lines. */
export interface GroupsPage {
  /** As in {@link LevelsPage}. */
  readonly after: number;
  readonly upto: number;
  /** Whether the limit left out groups. */
  readonly more: boolean;
  /**
   * The groups that hold line `after`, outermost first: they begin at it or before, and end at it or later, or not yet. A group
   * none of whose lines is held any more is not among them. `depth` leaves out deeper ones here too.
   */
  readonly around: readonly LogGroup[];
  /** In order. */
  readonly groups: readonly LogGroup[];
}

/** A line that was sought. `time` is unix ms. */
export interface LinePlace {
  readonly line: number;
  readonly time: number;
}

/** A record of a search, in the order in which a server sends them. */
export type SearchRecord =
  /** The lines after `after` up to `upto` are searched; `first`: the first one held. */
  | { readonly kind: 'begin'; readonly epoch: string; readonly after: number; readonly upto: number; readonly first: number }
  /** The matches in the text of a line as shown; `more`: there are further ones. */
  | { readonly kind: 'hit'; readonly line: number; readonly time: number; readonly at: readonly MatchRange[]; readonly more: boolean }
  | { readonly kind: 'lines'; readonly ranges: readonly (readonly [from: number, to: number])[] }
  | { readonly kind: 'progress'; readonly scanned: number; readonly found: number; readonly line: number }
  | { readonly kind: 'done'; readonly scanned: number; readonly found: number }
  /** `slow`, `reset`, `unavailable` or `gone`. */
  | { readonly kind: 'failed'; readonly reason: string };
