import type { Range } from '../../../worker/api.ts';
import type { RowIndex } from './row-index.ts';

/** Rows enter and leave the document in blocks of this many lines, so that most frames of a scroll touch no row. */
export const BLOCK = 16;

/** Nodes of all rows together, at most; with the chrome the element stays below 1,200. */
export const NODE_BUDGET = 960;

/** Rows kept above the visible ones while following: a small step back shows them before the window is widened. */
const FOLLOW_OVERSCAN = 8;

export interface WindowOptions {
  readonly rows: RowIndex;
  /** Content position of the viewport's upper edge, and its height, px. */
  readonly y: number;
  readonly viewport: number;
  readonly rowHeight: number;
  readonly isFollowing: boolean;
  /** Average number of nodes in a row of the frame before. */
  readonly nodesPerRow: number;
}

/** Lines that are visible at least in part; empty (`to < from`) for a log without a line. */
export function visibleLines({ rows, y, viewport }: Pick<WindowOptions, 'rows' | 'y' | 'viewport'>): Range {
  if (rows.last < rows.first) return { from: rows.first, to: rows.last };
  return { from: rows.lineAt(y), to: rows.lineAt(Math.max(y, y + viewport - 1)) };
}

/**
 * The lines to have in the document: the visible ones and a viewport on either side, in blocks, or less where that would
 * exceed the node budget. Visible lines are always included.
 */
export function windowOf(options: WindowOptions): Range {
  const { rows, y, rowHeight, viewport, isFollowing, nodesPerRow } = options;
  const visible = visibleLines(options);
  if (visible.to < visible.from) return visible;
  if (isFollowing) return { from: rows.lineAt(y - FOLLOW_OVERSCAN * rowHeight), to: visible.to };
  const perViewport = Math.ceil(viewport / rowHeight);
  const spare = Math.max(0, Math.floor(NODE_BUDGET / nodesPerRow) - (perViewport + 1));
  // Alignment adds up to a block less one on either side: it is taken out of the spare rows, or there is none.
  const aligned = spare >= 2 * BLOCK;
  const overscan = Math.min(perViewport, Math.floor((aligned ? spare - 2 * BLOCK : spare) / 2));
  const from = rows.lineAt(y - overscan * rowHeight);
  const last = rows.lineAt(Math.max(y, y + viewport - 1) + overscan * rowHeight);
  // A collapsed range is one row, however many lines it has.
  const to = rows.collapsedAt(last)?.to ?? last;
  const first = rows.blockStart(from, BLOCK);
  const end = rows.blockEnd(to, BLOCK);
  // Lines of many rows are not added for the sake of a block.
  const most = 8 * BLOCK * rowHeight;
  return {
    from: aligned && rows.top(from) - rows.top(first) <= most ? first : Math.max(rows.first, from),
    to: aligned && rows.top(end + 1) - rows.top(to + 1) <= most ? end : Math.min(rows.last, to),
  };
}
