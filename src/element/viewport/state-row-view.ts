import type { StateRow } from '../state-rows.ts';
import { setStyle } from './set-style.ts';

/** Height of what it says, px. */
const SAID = 26;

/** A row that is no line: not numbered, not copied. */
export class StateRowView {
  readonly element = document.createElement('div');
  readonly #said = document.createElement('span');
  readonly #text = document.createElement('span');
  readonly #button = document.createElement('button');
  #row: StateRow | undefined;
  #height: number | undefined;

  constructor(onAction: (row: StateRow) => void) {
    this.element.setAttribute('role', 'listitem');
    this.element.setAttribute('part', 'state-row');
    this.#said.className = 'said';
    this.#text.className = 'state-text';
    this.#button.type = 'button';
    this.#button.className = 'link';
    // Tab leaves the log in one step; Enter in the log goes to what is on screen.
    this.#button.tabIndex = -1;
    this.#button.addEventListener('click', () => {
      if (this.#row !== undefined) onAction(this.#row);
    });
    this.#said.append(this.#text);
    this.element.append(this.#said);
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
      if (height === undefined) {
        this.element.style.removeProperty('height');
        this.#said.style.removeProperty('transform');
      } else this.element.style.setProperty('height', `${height}px`);
    }
    if (before?.action === row.action) return;
    if (row.action === undefined) this.#button.remove();
    else {
      this.#button.textContent = row.action;
      this.#said.append(this.#button);
    }
  }

  /** Of a row that is high, keeps what it says in the middle of what is seen, which is `middle` px below its top. */
  stay(middle: number): void {
    const most = Math.max(0, (this.#height ?? 0) - SAID);
    setStyle(this.#said, 'transform', `translateY(${Math.round(Math.min(Math.max(middle - SAID / 2, 0), most))}px)`);
  }
}
