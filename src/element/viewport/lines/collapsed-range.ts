import type { Range } from '../../../protocol/ranges.ts';

/** A part of the content from edge to edge, px. */
export interface Strip {
  readonly top: number;
  readonly height: number;
}

/** Lines that are not shown one by one: as one row of the usual height of a gap, or as something of a height of its own, px. */
export interface CollapsedRange extends Range {
  readonly height?: number;
  /** What stands there, where it is neither nothing nor a state row. */
  readonly draw?: () => HTMLElement;
  /** Where in it a line is shown all the same; undefined for a line that is not. */
  readonly stripOf?: (line: number) => Strip | undefined;
}
