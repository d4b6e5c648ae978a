import type { Line } from '../../../protocol/line.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import type { Strings } from '../../strings.ts';
import { shownAt } from '../layout/line-steps.ts';
import type { RowIndex } from '../layout/row-index.ts';
import type { RowsView } from './rows-view.ts';

/** Id of the row of the current line, within the shadow root. */
export const CURRENT_ID = 'current-line';
const TEXT_ID = 'current-text';

/** The name of a line for screen readers, which hear it in place of the number that is seen: `Line 412, error`. */
function lineName(number: number, line: Line | undefined, strings: Strings): string {
  const level = line?.[2]?.l ?? 0;
  return strings.line(number, level >= LEVEL.error ? strings.isError : level >= LEVEL.warn ? strings.isWarning : undefined);
}

/** Marks the row that keys act on, and tells screen readers that it is the active one. */
export class CurrentRow {
  readonly #scroller: HTMLElement;
  readonly #strings: Strings;
  #element: HTMLElement | undefined;

  constructor(scroller: HTMLElement, strings: Strings) {
    this.#scroller = scroller;
    this.#strings = strings;
  }

  /** Marks the row that shows line `current`, if it is in the document. */
  mark(current: number | undefined, rows: RowIndex, view: RowsView, lineAt: (line: number) => Line | undefined): void {
    const line = current === undefined ? undefined : shownAt(rows, current);
    const element = line === undefined ? undefined : view.elementOf(line);
    if (element !== this.#element) this.#move(element);
    if (line === undefined || element === undefined) return;
    const name = lineName(line, lineAt(line), this.#strings);
    if (element.ariaLabel !== name) element.ariaLabel = name;
    const { log } = this.#strings;
    if (this.#scroller.getAttribute('aria-roledescription') !== log) this.#scroller.setAttribute('aria-roledescription', log);
  }

  #move(element: HTMLElement | undefined): void {
    const before = this.#element;
    before?.removeAttribute('id');
    before?.removeAttribute('aria-label');
    before?.removeAttribute('aria-describedby');
    before?.querySelector(`#${TEXT_ID}`)?.removeAttribute('id');
    this.#element = element;
    if (element === undefined) return this.#scroller.removeAttribute('aria-activedescendant');
    element.id = CURRENT_ID;
    element.querySelector('.text')?.setAttribute('id', TEXT_ID);
    element.setAttribute('aria-describedby', TEXT_ID);
    // A log has no active descendant, a group may. It stays one, so that it is announced as another element only once.
    this.#scroller.role = 'group';
    this.#scroller.setAttribute('aria-activedescendant', CURRENT_ID);
  }
}
