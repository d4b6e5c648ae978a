import type { LogStreamAttributes } from '../attributes.ts';
import type { Strings } from '../strings.ts';
import { ExtendedLines, listenForPrinting } from '../viewport/lines/extended-lines.ts';
import { CurrentRow } from '../viewport/rows/current-row.ts';
import { RowGroups } from '../viewport/rows/row-groups.ts';
import type { Viewport } from '../viewport/viewport.ts';

/** Lets the viewport have more in the document than what is on screen, and draw for paper. */
export class Printing {
  readonly #element: LogStreamAttributes;
  #extended: ExtendedLines | undefined;
  #stop = (): void => undefined;

  constructor(element: LogStreamAttributes, viewport: Viewport, scroller: HTMLElement, strings: Strings) {
    this.#element = element;
    viewport.extend({
      extended: (lines, host) => (this.#extended = new ExtendedLines(lines, host)),
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
