import type { StateRow } from '../../status/state-rows.ts';
import { setStyle } from '../../util/set-style.ts';

/** Height of what it says, and of such a row as a rule, px: without and with its edges. */
const SAID = 26;
const EDGES = 2;

/** A row that is no line: not numbered, not copied. */
export class StateRowView {
  readonly element = document.createElement('div');
  readonly #text = document.createElement('span');
  readonly #button = document.createElement('button');
  #row: StateRow | undefined;
  #height: number | undefined;

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

  /** `height` in px, where it is another than such rows have. */
  update(row: StateRow, height?: number): void {
    const before = this.#row;
    this.#row = row;
    if (before?.kind !== row.kind) this.element.className = `state ${row.kind}`;
    // In a narrow log it may be cut off.
    if (before?.text !== row.text) this.#text.textContent = this.#text.title = row.text;
    if (this.#height !== height) {
      this.#height = height;
      if (height === undefined) for (const name of ['height', 'padding-block']) this.element.style.removeProperty(name);
      else this.element.style.setProperty('height', `${height}px`);
    }
    if (before?.action === row.action) return;
    if (row.action === undefined) this.#button.remove();
    else {
      this.#button.textContent = row.action;
      this.element.append(this.#button);
    }
  }

  /** Of a row that is high, keeps what it says in the middle of what is seen, which is `middle` px below its top. */
  keepTextInView(middle: number): void {
    const room = Math.max(0, (this.#height ?? 0) - SAID - EDGES);
    const above = Math.round(Math.min(Math.max(middle - SAID / 2, 0), room));
    setStyle(this.element, 'padding-block', `${above}px ${Math.floor(room - above)}px`);
  }
}
