import type { Range } from '../../../worker/api.ts';
import { isShown } from '../lines/collapsed-range.ts';
import type { RowIndex } from './row-index.ts';
import type { ScrollLayout } from './scroll-layout.ts';

/** A direction through the log: down or up. */
export type Step = 1 | -1;

type Rows = Pick<RowIndex, 'first' | 'last' | 'collapsedAt'>;

/** The next line that is shown in a row, in a direction; a fold is one row, that of its first line. */
export function nextShown(rows: Rows, line: number, by: Step): number | undefined {
  const beyond = ({ from, to }: Range): number => (by > 0 ? to + 1 : from - 1);
  let at = beyond(rows.collapsedAt(line) ?? { from: line, to: line });
  while (at >= rows.first && at <= rows.last) {
    const range = rows.collapsedAt(at);
    if (range === undefined) return at;
    if (isShown(range)) return range.from;
    at = beyond(range);
  }
  return undefined;
}

/** The line in whose row a line is shown: itself, the first one of its fold, or else the nearest one above, or below. */
export function shownAt(rows: Rows, line: number): number | undefined {
  if (rows.last < rows.first) return undefined;
  const at = Math.min(Math.max(line, rows.first), rows.last);
  const range = rows.collapsedAt(at);
  if (range === undefined) return at;
  return isShown(range) ? range.from : (nextShown(rows, at, -1) ?? nextShown(rows, at, 1));
}

/** Where the rows stand that a reader steps through, as seen from the upper edge of the viewport. */
export class LineSteps {
  readonly #scroll: ScrollLayout;

  constructor(scroll: ScrollLayout) {
    this.#scroll = scroll;
  }

  /** How many screens all rows fill. */
  get screens(): number {
    return this.#scroll.screens;
  }

  /** Pixels from the top of the content to the upper edge of the viewport. */
  get position(): number {
    return this.#scroll.y;
  }

  /** Height of one row, px. */
  get rowHeight(): number {
    return this.#scroll.metrics.rowHeight;
  }

  /** How far to scroll by a page, px: one row stays in view for orientation. */
  get pageHeight(): number {
    return Math.max(this.rowHeight, this.#scroll.metrics.height - this.rowHeight);
  }

  shownAt(line: number): number | undefined {
    return shownAt(this.#scroll.rows, line);
  }

  next(line: number, by: Step): number | undefined {
    return nextShown(this.#scroll.rows, line, by);
  }

  /** From the upper edge of the viewport down to the top of a line, px. */
  offsetOf(line: number): number {
    return this.#scroll.rows.top(line) - this.#scroll.y;
  }

  /** The line so many pixels below the upper edge of the viewport. */
  lineAt(offset: number): number {
    return this.#scroll.rows.lineAt(this.#scroll.y + offset);
  }

  /** How far to scroll until a line is in sight, or fills the viewport if it is taller; px. */
  distanceTo(line: number): number {
    const { above, below } = this.#overhang(line);
    if (above > 0 && below <= 0) return Math.max(-above, below);
    return below > 0 && above <= 0 ? Math.min(below, -above) : 0;
  }

  /** Whether a line is taller than the viewport and continues past its edge in a direction. */
  goesOn(line: number, by: Step): boolean {
    const { above, below } = this.#overhang(line);
    return this.#scroll.rows.heightAt(line) > this.#scroll.metrics.height && (by > 0 ? below : above) > 1;
  }

  /** How far a line reaches beyond the upper and the lower edge of the viewport, px; negative where it does not. */
  #overhang(line: number): { readonly above: number; readonly below: number } {
    const top = this.offsetOf(line);
    const { rows, metrics } = this.#scroll;
    return { above: -top, below: top + rows.heightAt(line) - metrics.height };
  }
}
