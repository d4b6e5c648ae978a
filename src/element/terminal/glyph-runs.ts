import { readCluster } from '../../protocol/terminal/clusters.ts';

/** Text drawn in one node. */
export interface GlyphRun {
  readonly text: string;
  /** Columns of each character, where a font may give it another width; 0 for text that fits the grid by itself. */
  readonly cells: 0 | 1 | 2;
  /** The text is one character for a reader, of several code points; `cells` is for all of it. */
  readonly cluster: boolean;
}

/** Characters that any monospace font has. */
const SAFE =
  /^[\t -\u02ff\u0370-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20ac\u2500\u2502\u250c\u2510\u2514\u2518\u251c\u2524\u252c\u2534\u253c\u2580\u2584\u2588\u2591-\u2593]*$/u;

/** Splits a text without control characters into runs that fit the grid and runs that have to be made to fit. */
export function glyphRuns(text: string): readonly GlyphRun[] {
  if (SAFE.test(text)) return [{ text, cells: 0, cluster: false }];
  const runs: GlyphRun[] = [];
  let from = 0;
  let cells: GlyphRun['cells'] = 0;
  const flush = (to: number): void => {
    if (to > from) runs.push({ text: text.slice(from, to), cells, cluster: false });
    from = to;
  };
  for (let at = 0; at < text.length;) {
    const cluster = readCluster(text, at);
    const single = cluster.end - at === ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    const width = fits(text.codePointAt(at) ?? 0, cluster.cells, single) ? 0 : cluster.cells;
    if (!single && width > 0) {
      flush(at);
      runs.push({ text: text.slice(at, cluster.end), cells: width, cluster: true });
      from = cluster.end;
    } else if (width !== cells) {
      flush(at);
      cells = width;
    }
    at = cluster.end;
  }
  flush(text.length);
  return runs;
}

/**
 * Whether a character is left to its font: those that any font has, and letters of scripts that are joined or reordered,
 * which would be unreadable in boxes.
 */
function fits(code: number, cells: number, single: boolean): boolean {
  if (cells !== 1) return cells === 0;
  if (code >= 0x530 && code < 0x2000) return true;
  return single && SAFE.test(String.fromCodePoint(code));
}
