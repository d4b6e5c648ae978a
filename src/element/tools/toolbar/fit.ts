/** Space between two buttons, px. */
export const GAP = 2;

/**
 * How many buttons fit into a width, the most important ones first; the rest is in the menu, whose button, of width `more`, is
 * always there. Widths in px.
 */
export function fitting(widths: readonly number[], more: number, available: number): number {
  let used = more;
  let count = 0;
  for (const width of widths) {
    used += width + GAP;
    if (used > available) break;
    count += 1;
  }
  return count;
}
