import type { Line } from '../../../protocol/line.ts';
import type { LineRun, Range } from '../../../worker/api.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { LineSegment, Shown } from './long-line.ts';
import type { LentText } from './piece-flow.ts';

/** How a line is drawn that is too long to be drawn like others. */
export interface LongView {
  /** The head of a collapsed line. */
  readonly head: Shown | undefined;
  /** The text of an expanded line; its runs continue with the lent text. */
  readonly whole: Shown | undefined;
  /** Text of later parts that fills up the last row. */
  readonly lent: readonly LentText[];
  readonly segments: readonly LineSegment[];
  /** Characters left out, here and in the parts that follow; undefined where another row says so. */
  readonly hidden: number | undefined;
  /** What is said of the expanded fold that starts at this line. */
  readonly label?: string;
  readonly wraps: boolean;
  /** Rows it takes where lines are broken. */
  readonly rows: number;
}

/** Folded lines, and the text shown in their place, with a line feed between its rows. */
export interface Folded extends Range {
  readonly text: string;
}

/** Lines that are folded into what is left of them: those that a tool redrew, or entries. */
export interface FoldSource {
  /** A line that the reader went to: it is not folded, even if it is found to be in a fold later. */
  revealed: number | undefined;
  /** Lines in which a selection begins or ends. */
  pinned: ReadonlySet<number>;
  /** Whether the unfinished line is shown in a fold rather than in a row of its own. */
  readonly showsPart: boolean;
  read(run: LineRun, lines: LineCache): void;
  readPart(part: Line | null, head: number, lines: LineCache): void;
  /** `columnsAt` gives the columns of the row of a line; undefined where lines are not broken. */
  collapsed(first: number, last: number, rowHeight: number, columnsAt: (line: number) => number | undefined): CollapsedRange[];
  /** The fold that a line is in, unless it is expanded. */
  foldAt(line: number): Range | undefined;
  foldedIn(range: Range): Folded[];
  toFetch(first: number): Range[];
  toggle(number: number): Range | undefined;
  view(number: number, line: Line, columns: number | undefined): LongView | undefined;
  clear(): void;
}

/** Draws lines with a command for a CI system without it. */
export interface CommandSource {
  /** Undefined for a line without a command. `columns` is undefined where lines are not broken. */
  view(line: Line, columns: number | undefined, sourceUrl: string): LongView | undefined;
}
