import type { Range } from '../../../protocol/ranges.ts';

/** A horizontal part of the content, px. */
export interface Strip {
  readonly top: number;
  readonly height: number;
}

/** The ranges that share no line with any of the others; both are in order. */
export function withoutOverlaps<T extends Range>(ranges: readonly T[], others: readonly Range[]): T[] {
  let next = 0;
  return ranges.filter(({ from, to }) => {
    while ((others[next]?.to ?? Infinity) < from) next += 1;
    return (others[next]?.from ?? Infinity) > to;
  });
}

/** Lines that are not shown one by one, but as one state row, or as something of its own height, px. */
export interface CollapsedRange extends Range {
  readonly height?: number;
  /** Draws what is shown instead, where that is neither nothing nor a state row; with the page's template for links to places in files. */
  readonly draw?: (sourceUrl: string) => HTMLElement;
  /** Where in it a line is shown all the same; undefined for a line that is not shown. */
  readonly stripOf?: (line: number) => Strip | undefined;
}
