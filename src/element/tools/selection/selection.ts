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

/** What is selected: whole lines (by number, or all of them), or text as the browser selects it. */
export class Selection {
  readonly #host: SelectionHost;
  readonly #text: TextSelection;
  /** The line that a range was started at. */
  #anchor: number | undefined;
  #lines: Range | undefined;
  /** All lines were selected by key. As with text, a press anywhere ends that. */
  #isAll = false;

  constructor(host: SelectionHost) {
    this.#host = host;
    const { scroller } = host;
    this.#text = new TextSelection(host);
    scroller.addEventListener('pointerdown', ({ target }) => {
      if (this.#isAll && target !== scroller) this.lines = undefined;
    });
  }

  connect(): void {
    this.#text.connect();
  }

  disconnect(): void {
    this.#text.disconnect();
  }

  /** Keeps the rows of what is selected in the document, also before its event has come. */
  hold(): void {
    this.#text.hold();
  }

  /** The lines that are selected as a whole. */
  get lines(): Range | undefined {
    return this.#lines;
  }

  set lines(range: Range | undefined) {
    this.#isAll = false;
    this.#anchor = range?.from;
    this.#select(range);
  }

  /** What there is to copy; undefined when nothing is selected here, or something else in the page is. */
  get span(): Span | undefined {
    const { span, isElsewhere } = this.#text;
    return this.#lines === undefined || isElsewhere ? span : (span ?? spanOfLines(this.#lines));
  }

  /** Selects a line, or with `extend` the range from the line picked before to this one. */
  pick(line: number, extend: boolean): Range {
    const from = extend ? (this.#anchor ?? line) : line;
    const range = { from: Math.min(from, line), to: Math.max(from, line) };
    this.#text.clear();
    this.lines = range;
    this.#anchor = from;
    return range;
  }

  /** Selects all lines that exist now, held or not. */
  selectAll(range: Range): void {
    this.#text.clear();
    this.lines = range;
    this.#isAll = true;
  }

  /** Returns false if nothing was selected. */
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
