import type { Range } from '../../../protocol/ranges.ts';
import type { TimeMode } from '../../util/time.ts';

/** A horizontal part of the content, px. */
export interface Strip {
  readonly top: number;
  readonly height: number;
}

/** What rows that are drawn in place of lines have in common with all others. */
export interface DrawContext {
  readonly time: TimeMode;
  /** Time of the first line of the log, unix ms, where known. */
  readonly startTime: number | undefined;
  /** Lines selected as a whole. */
  readonly selected: Range | undefined;
  /** How many open groups the lines are in, as far as that is drawn. */
  readonly depth: number;
  /** Structured lines are drawn as they are. */
  readonly raw: boolean;
  /** The number of rows as a screen reader is told; -1 while it grows. */
  readonly setSize: number;
  /** The page's template for links to places in files; empty for none. */
  readonly sourceUrl: string;
}

/** The ranges that share no line with any of the others; both are in order. */
export function withoutOverlaps<T extends Range>(ranges: readonly T[], others: readonly Range[]): T[] {
  let next = 0;
  return ranges.filter(({ from, to }) => {
    while ((others[next]?.to ?? Infinity) < from) next += 1;
    return (others[next]?.from ?? Infinity) > to;
  });
}

/** Whether a range is shown as a row of its first line, rather than not at all or as a state row. */
export function isShown({ draw, hasRow, isRule }: CollapsedRange): boolean {
  return (draw !== undefined && isRule !== true) || hasRow === true;
}

/** Lines that are not shown one by one, but as one state row, or as something of its own height, px. */
export interface CollapsedRange extends Range {
  readonly height?: number;
  /** A single line that is drawn in its row after all, which has this height. */
  readonly hasRow?: true;
  /** Draws what is shown instead, where that is neither nothing nor a state row. */
  readonly draw?: (context: DrawContext) => HTMLElement;
  /** What is drawn is no row that a reader steps on. */
  readonly isRule?: true;
  /** Where in it a line is shown all the same; undefined for a line that is not shown. */
  readonly stripOf?: (line: number) => Strip | undefined;
}
