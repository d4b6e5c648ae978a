import { markLine, UNMARKED, type MarkState } from '../../protocol/marks/marker.ts';
import type { WholeLine } from '../../protocol/search/whole-lines.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';

/** Marks the lines of a server that does not. They must come in order. */
export class LineMarker {
  #state: MarkState = UNMARKED;

  /** The line with its marks. */
  mark(line: WholeLine): WholeLine {
    const { marks, state } = markLine(this.#state, line.text, shownText(line.text));
    this.#state = state;
    return { ...line, extra: { ...line.extra, ...marks } };
  }
}
