import type { Viewport } from '../../viewport/viewport.ts';
import { selectedBoundaries, type Boundaries } from '../../util/selected-boundaries.ts';
import { drawnLine, isInFields, placeOf, segmentOf } from './dom-places.ts';
import { spanBetween, type TextPlace, type Span } from './places.ts';

export interface TextSelectionHost {
  readonly element: Element;
  /** The element that scrolls, with the rows inside. */
  readonly scroller: HTMLElement;
  readonly viewport: Pick<Viewport, 'pin' | 'visible' | 'leave'>;
}

/** The page's selection, and its ends as places in the log, where they are in the log. */
interface Ends {
  readonly found: Boundaries;
  readonly start: TextPlace | undefined;
  readonly end: TextPlace | undefined;
}

/**
 * The text that the reader selected in the log. It is the browser's own selection, and outlives the rows that scroll away,
 * because the rows that it starts and ends in stay in the document. While it is being drawn, nothing is changed.
 */
export class TextSelection {
  readonly #host: TextSelectionHost;
  /** Set while the reader draws a selection that started in the log; aborting it stops listening for the release. */
  #drag: AbortController | undefined;
  #span: Span | undefined;
  /** What was selected when its rows were kept last. */
  #found: Boundaries | undefined;
  /** Segments of very long lines that keep their text while out of sight. */
  #heldSegments: readonly HTMLElement[] = [];

  constructor(host: TextSelectionHost) {
    this.#host = host;
    host.scroller.addEventListener('pointerdown', (event) => this.#onPress(event));
  }

  connect(): void {
    document.addEventListener('selectionchange', this.#read);
    // The selection may be older than this listener.
    this.#read();
  }

  disconnect(): void {
    document.removeEventListener('selectionchange', this.#read);
    this.#drag?.abort();
    this.#drag = this.#span = undefined;
    this.#hold(undefined);
  }

  /** The selected text; undefined for none. Reads the selection, because its events come late. */
  get span(): Span | undefined {
    this.#read();
    return this.#span;
  }

  /** Whether something in the page is selected that is not, or not only, text of this log. */
  get isElsewhere(): boolean {
    const found = selectedBoundaries(this.#host.element.shadowRoot);
    return this.span === undefined && found !== undefined && !found.collapsed;
  }

  /** Keeps the rows of a selection that is newer than its event. Call before rows are moved or used for other lines. */
  hold(): void {
    const found = selectedBoundaries(this.#host.element.shadowRoot);
    if (!isSame(found, this.#found)) this.#hold(this.#ends());
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

  /** Keeps the rows of both ends in the document. A caret counts, too: a Shift-click extends the selection from it. */
  #hold(ends: Ends | undefined): void {
    const { start, end, found } = ends ?? {};
    this.#found = found;
    const lines = [start && (drawnLine(found?.startContainer) ?? start.line), end && (drawnLine(found?.endContainer) ?? end.line)];
    const caret = found?.collapsed === true && this.#drag === undefined ? found : undefined;
    this.#host.viewport.pin(
      lines.flatMap((line) => line ?? []),
      caret && (() => this.#restoreCaret(caret)),
    );
    const held = [start && found?.startContainer, end && found?.endContainer].flatMap((node) => segmentOf(node) ?? []);
    for (const element of this.#heldSegments) if (!held.includes(element)) element.removeAttribute('data-held');
    for (const element of held) element.toggleAttribute('data-held', true);
    this.#heldSegments = held;
  }

  /** Moving a row in the document leaves its caret between the rows: puts it back. */
  #restoreCaret({ startContainer, startOffset }: Boundaries): void {
    const now = selectedBoundaries(this.#host.element.shadowRoot);
    if (now?.collapsed !== true || now.startContainer === startContainer || !now.startContainer.contains(startContainer)) return;
    document.getSelection()?.collapse(startContainer, startOffset);
  }

  /** Both ends of the page's selection; undefined when neither is in this log. */
  #ends(): Ends | undefined {
    const { element, scroller } = this.#host;
    const found = selectedBoundaries(element.shadowRoot);
    if (found === undefined || isInFields(found)) return undefined;
    const start = placeOf(scroller, found.startContainer, found.startOffset);
    const end = placeOf(scroller, found.endContainer, found.endOffset);
    return start === undefined && end === undefined ? undefined : { found, start, end };
  }

  /** A selection drawn past the edge of the log ends at the last visible line. */
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

  /** Moves an end outside the log to the visible edge, so that what looks selected is what is copied. */
  #onRelease({ type, clientY }: PointerEvent): void {
    const ends = this.#ends();
    if (ends !== undefined && !ends.found.collapsed) {
      const { top, bottom } = this.#host.scroller.getBoundingClientRect();
      if (type === 'pointerup' && (clientY < top || clientY > bottom)) this.#endAtEdge(ends, clientY > bottom);
      else this.#moveInside(ends);
    }
    this.#read();
    this.#drag?.abort();
    this.#drag = undefined;
    this.#hold(this.#ends());
  }

  /** For a release above or below the log: browsers end the selection at the first row, in the header, or at a row out of sight. */
  #endAtEdge({ found, start, end }: Ends, isBelow: boolean): void {
    const selection = document.getSelection();
    const isBackward = selection?.direction === 'backward';
    const { from, to } = this.#host.viewport.visible;
    const text = this.#textOf(isBelow ? to : from, isBelow);
    if ((isBackward ? end : start) === undefined || text === undefined) return;
    const [node, offset] = isBackward ? [found.endContainer, found.endOffset] : [found.startContainer, found.startOffset];
    selection?.setBaseAndExtent(node, offset, text, isBelow ? text.childNodes.length : 0);
  }

  #moveInside({ found, start, end }: Ends): void {
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

  /** The text of a line; of a fold, its first or last row. */
  #textOf(line: number, isLast = false): Element | undefined {
    const texts = this.#host.scroller.querySelectorAll(`:is([data-line="${line}"], [data-fold="${line}"]) .text`);
    return texts[isLast ? texts.length - 1 : 0];
  }
}

function isSame(one: Boundaries | undefined, other: Boundaries | undefined): boolean {
  return (
    one?.startContainer === other?.startContainer &&
    one?.startOffset === other?.startOffset &&
    one?.endContainer === other?.endContainer &&
    one?.endOffset === other?.endOffset
  );
}
