import type { Strings } from '../../strings.ts';

/** What the reader can do with a line that is not shown whole; `raw` shows the text that it hides, or hides it again. */
export type LineAction = 'toggle' | 'copy' | 'raw';

/** The chip after the head of a long line: how much is left out, and buttons. It has no text, so that it is in no selection. */
export class ExpandChip {
  readonly element = document.createElement('span');
  readonly #count = document.createElement('span');
  readonly #toggle = button('toggle');
  readonly #copy = button('copy');
  readonly #strings: Strings;

  constructor(strings: Strings) {
    this.#strings = strings;
    this.element.className = 'more';
    this.element.append(this.#count, this.#toggle, this.#copy);
  }

  /** `hidden`: characters left out; 0 for an expanded line. */
  update(hidden: number): void {
    const { more, expand, collapse, copyLine } = this.#strings;
    const label = hidden > 0 ? more(hidden) : '';
    this.#count.dataset['label'] = label;
    named(this.#toggle, hidden > 0 ? expand : collapse, label);
    named(this.#copy, copyLine);
    this.#toggle.ariaExpanded = String(hidden === 0);
    this.#copy.hidden = false;
  }

  /** For folded lines, which the label counts; `shown`: they are shown one by one. */
  fold(label: string, shown: boolean): void {
    this.#count.dataset['label'] = label;
    named(this.#toggle, shown ? this.#strings.hide : this.#strings.show, label);
    this.#toggle.ariaExpanded = String(shown);
    this.#copy.hidden = true;
  }
}

function button(action: LineAction): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.dataset['act'] = action;
  // Tab leaves the log in one step; Enter in the log reaches what is on screen.
  element.tabIndex = -1;
  return element;
}

/** `what` it is about is in its name only: it stands beside it. */
function named(element: HTMLButtonElement, label: string, what = ''): void {
  element.dataset['label'] = label;
  element.ariaLabel = what === '' ? label : `${label}: ${what}`;
}
