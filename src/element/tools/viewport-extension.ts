import type { LogStreamAttributes } from '../attributes.ts';
import type { Strings } from '../strings.ts';
import { LineSteps } from '../viewport/layout/line-steps.ts';
import { ExtendedLines, listenForPrinting } from '../viewport/lines/extended-lines.ts';
import { CurrentRow } from '../viewport/rows/current-row.ts';
import { RowGroups } from '../viewport/rows/row-groups.ts';
import type { Viewport } from '../viewport/viewport.ts';

/** Gives the viewport what it needs only once the log is shown: a current row, more lines than are on screen, and paper. */
export class ViewportExtension {
  readonly #element: LogStreamAttributes;
  #extended: ExtendedLines | undefined;
  #stop = (): void => undefined;

  /** `beforeFrame` is called before a frame decides which lines are in the document. */
  constructor(element: LogStreamAttributes, viewport: Viewport, scroller: HTMLElement, strings: Strings, beforeFrame: () => void) {
    this.#element = element;
    viewport.extend({
      extended: (lines, host) => (this.#extended = new ExtendedLines(lines, host, beforeFrame)),
      steps: (scroll) => new LineSteps(scroll),
      groups: new RowGroups(),
      currentRow: new CurrentRow(scroller, strings),
    });
  }

  connect(): void {
    this.#stop();
    this.#stop = listenForPrinting((isPrinting) => {
      if (this.#extended !== undefined) this.#extended.printing = isPrinting;
      this.#element.requestUpdate();
    });
  }

  disconnect(): void {
    this.#stop();
  }
}
