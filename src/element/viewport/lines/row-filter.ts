import type { Range } from '../../../protocol/ranges.ts';
import type { CollapsedRange } from './collapsed-range.ts';
import type { LineRows } from './line-rows.ts';

/** The groups of a log, as far as a filter needs them. */
export interface GroupHeaders {
  /** Changes when other groups become known of lines that have been there. */
  readonly revision: number;
  /** First lines of the groups that a line is in, outermost first, and the first later line that may be in others. */
  headersAt(line: number): { readonly headers: readonly number[]; readonly until: number };
}

/** Which lines of a log are shown, where not all of them are. */
export interface RowFilter {
  /** Changes with the lines that are shown. */
  readonly revision: number;
  /** Takes over what is new, before a frame is laid out. Returns whether lines have other places among those shown than before. */
  update(log: { readonly first: number; readonly head: number }, groups: GroupHeaders | undefined): boolean;
  shows(line: number): boolean;
  /** Whether all lines of a range are shown. */
  showsAll(range: Range): boolean;
  /** The place of a line among those that are shown, from 1; undefined for a line that is not. */
  placeOf(line: number): number | undefined;
  /** How many lines after one are shown. */
  countAfter(line: number): number;
  /** Where lines stand; `counts` are the rows by place, where they differ. Heights are px. */
  rows(counts: LineRows | undefined, rowHeight: number): LineRows;
  /** All that is not shown around a line; undefined for a line that is shown. It may reach beyond the log. */
  leftOutAt(line: number): CollapsedRange | undefined;
  /** The lines of a range that are shown, as runs. */
  shownIn(range: Range): Iterable<Range>;
  /** The lines of a range that are not shown: few, where the range is what fits on a screen. */
  hiddenIn(range: Range): Range[];
  /** The first line of a block of lines that enter the document together, and the last; blocks have `size` lines that are shown. */
  blockStart(line: number, size: number): number;
  blockEnd(line: number, size: number): number;
  /** The reader goes to a line, which may not be shown. */
  aimed(line: number): void;
}
