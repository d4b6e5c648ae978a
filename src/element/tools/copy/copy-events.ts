import type { Span } from '../selection/places.ts';
import type { Copier } from './copier.ts';

const TYPES = ['beforecopy', 'copy'] as const;

export interface CopyEventsHost {
  readonly element: Element;
  readonly scroller: HTMLElement;
  readonly copier: Copier;
  /** What is selected in the log. */
  span(): Span | undefined;
}

/**
 * Answers the browser's own copy command with the text of the log. Listens on the document, because an engine without a
 * selection of its own dispatches the event on the body, wherever the focus is. Cancelling `beforecopy` tells WebKit that
 * there is something to copy.
 */
export class CopyEvents {
  readonly #host: CopyEventsHost;

  constructor(host: CopyEventsHost) {
    this.#host = host;
  }

  connect(): void {
    for (const type of TYPES) document.addEventListener(type, this.#onCopy);
  }

  disconnect(): void {
    for (const type of TYPES) document.removeEventListener(type, this.#onCopy);
  }

  readonly #onCopy = (event: Event): void => {
    const { element, scroller, copier, span } = this.#host;
    const selected = span();
    if (selected === undefined || !(element.shadowRoot?.activeElement === scroller || event.composedPath().includes(scroller))) return;
    if (event instanceof ClipboardEvent && event.type === 'copy') copier.intoEvent(event, selected);
    else event.preventDefault();
  };
}
