import type { Viewport } from '../../viewport/viewport.ts';
import { drawnLine, placeOf, segmentOf, selectedBoundaries, type Boundaries } from './dom-places.ts';
import { spanBetween, type TextPlace, type Span } from './places.ts';

export interface TextSelectionHost {
  readonly element: Element;
  /** What scrolls, and what the rows are in. */
  readonly scroller: HTMLElement;
  readonly viewport: Pick<Viewport, 'pin' | 'visible' | 'leave'>;
}

/** What is selected in the page, and the places of its ends as far as they are in the log. */
interface Ends {
  readonly found: Boundaries;
  readonly start: TextPlace | undefined;
  readonly end: TextPlace | undefined;
}

/**
 * The text that the reader selected in the log: the browser's own selection, which lives on while its lines leave the
 * window, since the rows it begins and ends in stay in the document. Nothing is put back by force while it is drawn.
 */
export class TextSelection {
  readonly #host: TextSelectionHost;
  /** While the reader draws a selection that began in the log: ends listening for the release. */
  #drag: AbortController | undefined;
  #span: Span | undefined;
  /** Parts of very long lines that keep their text although they are out of sight. */
  #held: readonly HTMLElement[] = [];

  constructor(host: TextSelectionHost) {
    this.#host = host;
    host.scroller.addEventListener('pointerdown', (event) => this.#onPress(event));
  }

  connect(): void {
    document.addEventListener('selectionchange', this.#read);
    // It may have been made before anybody listened.
    this.#read();
  }

  disconnect(): void {
    document.removeEventListener('selectionchange', this.#read);
    this.#drag?.abort();
    this.#drag = this.#span = undefined;
    this.#hold(undefined);
  }

  /** What is selected; undefined for nothing. Events tell of it only later. */
  get span(): Span | undefined {
    this.#read();
    return this.#span;
  }

  /** Whether something in the page is selected that is not, or not only, text of this log. */
  get elsewhere(): boolean {
    const found = selectedBoundaries(this.#host.element);
    return this.span === undefined && found !== undefined && !found.collapsed;
  }

  clear(): void {
    if (this.#ends() !== undefined) document.getSelection()?.removeAllRanges();
    this.#span = undefined;
    this.#hold(undefined);
  }

  readonly #read = (): void => {
    const { viewport } = this.#host;
    const ends = this.#ends();
    const { start, end } = ends ?? {};
    this.#hold(ends);
    const before = this.#span;
    this.#span = ends === undefined || ends.found.collapsed ? undefined : this.#spanOf(start, end);
    if (before === undefined && this.#span !== undefined) viewport.leave();
  };

  /** Keeps in the document what a selection begins and ends in. A lone caret, too, is where a click with shift begins. */
  #hold(ends: Ends | undefined): void {
    const { start, end, found } = ends ?? {};
    const lines = [start && (drawnLine(found?.startContainer) ?? start.line), end && (drawnLine(found?.endContainer) ?? end.line)];
    const caret = found?.collapsed === true && this.#drag === undefined ? found : undefined;
    this.#host.viewport.pin(
      lines.flatMap((line) => line ?? []),
      caret && (() => this.#putBack(caret)),
    );
    const held = [start && found?.startContainer, end && found?.endContainer].flatMap((node) => segmentOf(node) ?? []);
    for (const element of this.#held) if (!held.includes(element)) element.removeAttribute('data-held');
    for (const element of held) element.toggleAttribute('data-held', true);
    this.#held = held;
  }

  /** A row that is moved in the document leaves its caret behind, between the rows. */
  #putBack({ startContainer, startOffset }: Boundaries): void {
    const now = selectedBoundaries(this.#host.element);
    if (now?.collapsed !== true || now.startContainer === startContainer || !now.startContainer.contains(startContainer)) return;
    document.getSelection()?.collapse(startContainer, startOffset);
  }

  /** Both ends of what is selected in the page, as far as they are in this log; undefined when none is. */
  #ends(): Ends | undefined {
    const { element, scroller } = this.#host;
    const found = selectedBoundaries(element);
    if (found === undefined) return undefined;
    const start = placeOf(scroller, found.startContainer, found.startOffset);
    const end = placeOf(scroller, found.endContainer, found.endOffset);
    return start === undefined && end === undefined ? undefined : { found, start, end };
  }

  /** A selection that is drawn beyond the edge of the log goes as far as can be seen of it. */
  #spanOf(start: TextPlace | undefined, end: TextPlace | undefined): Span | undefined {
    const { from, to } = this.#host.viewport.visible;
    if (start !== undefined && end !== undefined) return spanBetween(start, end);
    if (this.#drag === undefined) return undefined;
    if (end !== undefined) return spanBetween({ line: Math.min(from, end.line), column: 0 }, end);
    return start && spanBetween(start, { line: Math.max(to, start.line), column: Infinity });
  }

  #onPress({ target, button }: PointerEvent): void {
    // A press on the scrollbar has the scroller itself as its target.
    if (button !== 0 || target === this.#host.scroller) return;
    this.#drag?.abort();
    this.#drag = new AbortController();
    for (const type of ['pointerup', 'pointercancel'] as const)
      window.addEventListener(type, (event) => this.#onRelease(event), { capture: true, signal: this.#drag.signal });
  }

  /** Now that it is drawn, an end outside of the log becomes the edge that was seen: what shows as selected is what is copied. */
  #onRelease({ type, clientY }: PointerEvent): void {
    const ends = this.#ends();
    if (ends !== undefined && !ends.found.collapsed) {
      const { top, bottom } = this.#host.scroller.getBoundingClientRect();
      if (type === 'pointerup' && (clientY < top || clientY > bottom)) this.#endAtEdge(ends, clientY > bottom);
      else this.#comeBack(ends);
    }
    this.#read();
    this.#drag?.abort();
    this.#drag = undefined;
    this.#hold(this.#ends());
  }

  /** Above or below the log each browser ends the selection elsewhere: at the first row there is, in the header, at a row out of sight. */
  #endAtEdge({ found, start, end }: Ends, below: boolean): void {
    const selection = document.getSelection();
    const backward = selection?.direction === 'backward';
    const { from, to } = this.#host.viewport.visible;
    const text = this.#textOf(below ? to : from, below);
    if ((backward ? end : start) === undefined || text === undefined) return;
    const [node, offset] = backward ? [found.endContainer, found.endOffset] : [found.startContainer, found.startOffset];
    selection?.setBaseAndExtent(node, offset, text, below ? text.childNodes.length : 0);
  }

  #comeBack({ found, start, end }: Ends): void {
    const { from, to } = this.#host.viewport.visible;
    if (end !== undefined && start === undefined) {
      const text = this.#textOf(from);
      if (text !== undefined) document.getSelection()?.setBaseAndExtent(found.endContainer, found.endOffset, text, 0);
    } else if (start !== undefined && end === undefined) {
      const text = this.#textOf(to, true);
      if (text !== undefined)
        document.getSelection()?.setBaseAndExtent(found.startContainer, found.startOffset, text, text.childNodes.length);
    }
  }

  /** What shows a line, or of what is left of redrawn lines the first or last row. */
  #textOf(line: number, last = false): Element | undefined {
    const texts = this.#host.scroller.querySelectorAll(`:is([data-line="${line}"], [data-fold="${line}"]) .text`);
    return texts[last ? texts.length - 1 : 0];
  }
}
