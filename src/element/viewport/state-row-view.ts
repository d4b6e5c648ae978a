import type { StateRow } from '../state-rows.ts';

/** A row that is no line: not numbered, not copied. */
export class StateRowView {
  readonly element = document.createElement('div');
  readonly #text = document.createElement('span');
  readonly #button = document.createElement('button');
  #row: StateRow | undefined;

  constructor(onAction: (row: StateRow) => void) {
    this.element.setAttribute('role', 'listitem');
    this.element.setAttribute('part', 'state-row');
    this.#text.className = 'state-text';
    this.#button.type = 'button';
    this.#button.className = 'link';
    // Tab leaves the log in one step; Enter in the log goes to what is on screen.
    this.#button.tabIndex = -1;
    this.#button.addEventListener('click', () => {
      if (this.#row !== undefined) onAction(this.#row);
    });
    this.element.append(this.#text);
  }

  update(row: StateRow): void {
    const before = this.#row;
    this.#row = row;
    if (before?.kind !== row.kind) this.element.className = `state ${row.kind}`;
    // In a narrow log it may be cut off.
    if (before?.text !== row.text) this.#text.textContent = this.#text.title = row.text;
    if (before?.action === row.action) return;
    if (row.action === undefined) this.#button.remove();
    else {
      this.#button.textContent = row.action;
      this.element.append(this.#button);
    }
  }
}
