import type { Range } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import { LogStreamSelectEvent } from '../../events.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { spanOfLines, type Span } from './places.ts';
import { TextSelection } from './text-selection.ts';

export interface SelectionHost {
  readonly element: LogStreamAttributes;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
}

/** What is selected: lines as a whole, by their numbers or all of them, or text as the browser selects it. */
export class Selection {
  readonly #host: SelectionHost;
  readonly #text: TextSelection;
  /** Where a range of lines was begun. */
  #picked: number | undefined;
  #lines: Range | undefined;
  /** All lines were selected by key, as text is: a press somewhere ends it. */
  #all = false;

  constructor(host: SelectionHost) {
    this.#host = host;
    const { scroller } = host;
    this.#text = new TextSelection(host);
    scroller.addEventListener('pointerdown', ({ target }) => {
      if (this.#all && target !== scroller) this.lines = undefined;
    });
  }

  connect(): void {
    this.#text.connect();
  }

  disconnect(): void {
    this.#text.disconnect();
  }

  /** The lines that are selected as a whole. */
  get lines(): Range | undefined {
    return this.#lines;
  }

  set lines(range: Range | undefined) {
    this.#all = false;
    this.#picked = range?.from;
    this.#select(range);
  }

  /** What there is to copy; undefined when nothing is selected here, or something elsewhere in the page. */
  get span(): Span | undefined {
    const { span, elsewhere } = this.#text;
    return this.#lines === undefined || elsewhere ? span : (span ?? spanOfLines(this.#lines));
  }

  /** Selects the line, or with `extend` all from the one picked before to it. */
  pick(line: number, extend: boolean): Range {
    const from = extend ? (this.#picked ?? line) : line;
    const range = { from: Math.min(from, line), to: Math.max(from, line) };
    this.#text.clear();
    this.lines = range;
    this.#picked = from;
    return range;
  }

  /** Selects all lines there are by now, held or not. */
  selectAll(range: Range): void {
    this.#text.clear();
    this.lines = range;
    this.#all = true;
  }

  /** Returns whether anything was selected. */
  clear(): boolean {
    const before = this.#lines ?? this.#text.span;
    this.#text.clear();
    this.lines = undefined;
    return before !== undefined;
  }

  #select(range: Range | undefined): void {
    if (range === this.#lines) return;
    this.#lines = range;
    this.#host.viewport.selected = range;
    this.#host.element.dispatchEvent(new LogStreamSelectEvent({ range }));
  }
}
