import type { StateRow } from '../../status/state-rows.ts';
import { setStyle } from '../../util/set-style.ts';

/** Height of its text, and of its two edges, px. */
const TEXT_HEIGHT = 26;
const EDGES = 2;

/** A row that is not a line: without a number, and never copied. */
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
    this.#text.dir = this.#button.dir = 'auto';
    this.#button.type = 'button';
    this.#button.className = 'link';
    // Tab leaves the log in one step; Enter in the log reaches what is on screen.
    this.#button.tabIndex = -1;
    this.#button.addEventListener('click', () => {
      if (this.#row !== undefined) onAction(this.#row);
    });
    this.element.append(this.#text);
  }

  /** `height` in px, where it differs from that of other state rows. */
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

  /** Keeps the text of a tall row in the middle of the viewport, which is `middle` px below the row's top. */
  keepTextInView(middle: number): void {
    const room = Math.max(0, (this.#height ?? 0) - TEXT_HEIGHT - EDGES);
    const above = Math.round(Math.min(Math.max(middle - TEXT_HEIGHT / 2, 0), room));
    setStyle(this.element, 'padding-block', `${above}px ${Math.floor(room - above)}px`);
  }
}
