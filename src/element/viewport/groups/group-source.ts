import type { LineRun, LogStatus, Range } from '../../../worker/api.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { GroupHeaders, RowFilter } from '../lines/row-filter.ts';

/** The deepest level that is drawn as such. */
export const MAX_INDENT = 4;
/** Columns by which the lines of a group are narrower than those around it, where lines are broken. */
export const INDENT_COLUMNS = 2;

/** What the layout asks of groups. */
export interface GroupLayout {
  /** The first and the last line of the log. */
  readonly first: number;
  readonly head: number;
  readonly rowHeight: number;
  /** Lines on screen. */
  readonly visible: Range;
  /** The line that the reader went to: closed groups around it open. */
  readonly revealed: number | undefined;
  /** Which lines are shown, where not all are: groups with such lines are open unless the reader closes them, others are not shown. */
  readonly filter?: RowFilter | undefined;
}

/** Where lines stand, as the header at the upper edge needs it. Heights are px. */
export interface GroupRows {
  readonly first: number;
  readonly last: number;
  top(line: number): number;
  lineAt(y: number): number;
}

/** The groups of a log as the viewport sees them. */
export interface GroupSource extends GroupHeaders {
  /** Takes over a status and the lines that came with it, which `lines` holds already. */
  update(status: LogStatus, runs: readonly LineRun[], lines: LineCache): void;
  /** The headers, closed groups, and ends without text: ascending and disjoint. The same array as long as nothing changed. */
  collapsed(layout: GroupLayout): readonly CollapsedRange[];
  /** How many open groups a line is in, at most {@link MAX_INDENT}. */
  depthAt(line: number): number;
  /** The line to go to in place of one that has no row. */
  landingOf(line: number): number;
  /** A frame is on screen: `y` is the position of its upper edge, `height` that of the viewport. */
  committed(rows: GroupRows, y: number, height: number): void;
  /** Whether the group that begins with a line is open; undefined where none begins. */
  isOpen(line: number): boolean | undefined;
  /** Closes or opens the group that begins with a line, or with `all` those beside it as well. */
  toggle(line: number, all: boolean): void;
  /** Closes or opens every group. */
  setAll(open: boolean): void;
  clear(): void;
}
