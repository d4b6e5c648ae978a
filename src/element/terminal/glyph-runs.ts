import { readCluster } from '../../protocol/terminal/clusters.ts';

/** Text that is drawn in one go. */
export interface GlyphRun {
  readonly text: string;
  /** Columns of each of its characters where a font may give them another width; 0 for text that fits by itself. */
  readonly cells: 0 | 1 | 2;
  /** Characters that are one only for a reader: the columns are those of all of them. */
  readonly cluster: boolean;
}

/** Letters that any monospace font has. */
const SAFE =
  /^[\t -\u02ff\u0370-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20ac\u2500\u2502\u250c\u2510\u2514\u2518\u251c\u2524\u252c\u2534\u253c\u2580\u2584\u2588\u2591-\u2593]*$/u;

/** Takes a text without control characters apart into what fits the grid and what has to be made to fit. */
export function glyphRuns(text: string): readonly GlyphRun[] {
  if (SAFE.test(text)) return [{ text, cells: 0, cluster: false }];
  const pieces: GlyphRun[] = [];
  let from = 0;
  let cells: GlyphRun['cells'] = 0;
  const flush = (to: number): void => {
    if (to > from) pieces.push({ text: text.slice(from, to), cells, cluster: false });
    from = to;
  };
  for (let at = 0; at < text.length;) {
    const cluster = readCluster(text, at);
    const single = cluster.end - at === ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    const width = fits(text.codePointAt(at) ?? 0, cluster.cells, single) ? 0 : cluster.cells;
    if (!single && width > 0) {
      flush(at);
      pieces.push({ text: text.slice(at, cluster.end), cells: width, cluster: true });
      from = cluster.end;
    } else if (width !== cells) {
      flush(at);
      cells = width;
    }
    at = cluster.end;
  }
  flush(text.length);
  return pieces;
}

/**
 * Whether a character is left to its font: what any font has, and letters of scripts that are joined or reordered,
 * which nobody could read in boxes.
 */
function fits(code: number, cells: number, single: boolean): boolean {
  if (cells !== 1) return cells === 0;
  if (code >= 0x530 && code < 0x2000) return true;
  return single && SAFE.test(String.fromCodePoint(code));
}
