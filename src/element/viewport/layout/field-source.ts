import type { Line } from '../../../protocol/line.ts';
import type { CollapsedRange } from '../lines/collapsed-range.ts';

/** What the row of a structured line has besides its text. The same object as long as nothing changed. */
export interface RowFields {
  /** The button that opens and closes the fields. */
  readonly toggle: HTMLElement;
  /** The fields, while they are open. */
  readonly panel: HTMLElement | undefined;
}

/** The structured lines whose fields open below them, as the viewport sees them. Heights are px. */
export interface FieldSource {
  /** Undefined for a line that has no fields. `sourceUrl` is the page's template for links to places in files. */
  of(number: number, line: Line, sourceUrl: string): RowFields | undefined;
  /** The lines with open fields, each with the height of its row: ascending. */
  opened(first: number, last: number, rowHeight: number): readonly CollapsedRange[];
  /** Takes over the heights that rows with open fields were drawn with. Returns whether any differs. Forces the browser to lay out. */
  measure(): boolean;
  clear(): void;
}
