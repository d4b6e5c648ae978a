import type { Range } from '../../../worker/api.ts';
import { CURRENT_ID } from '../../viewport/rows/current-row.ts';

/** Links, and the buttons of long lines, folds, groups and state rows. None of them is a tab stop. */
const BUTTONS = 'button:not([hidden], [aria-hidden] *)';
const TARGETS = `a, ${BUTTONS}`;

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowDown', 1],
  ['ArrowRight', 1],
  ['ArrowUp', -1],
  ['ArrowLeft', -1],
]);

/**
 * Moves the focus among the links and buttons in the rows. Tab leaves the log in one step, so that it never lands on a
 * button hundreds of rows away. Instead, Enter acts on the current line, or goes to the first target on screen, arrows to the
 * others, Escape back.
 */
export class RowFocus {
  readonly #scroller: HTMLElement;

  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
  }

  /**
   * Acts on the current line, if it is on screen (`hasCurrent`): presses its first button, else follows its link. Where it has
   * several links or none, focuses the first of them, else of the targets in the `selected` lines, else of those on screen.
   */
  enter(selected: Range | undefined, hasCurrent: boolean): void {
    const row = hasCurrent ? this.#scroller.querySelector(`#${CURRENT_ID}`) : null;
    const [link, another] = row?.querySelectorAll('a') ?? [];
    // Of folded lines all are shown, rather than the text that one of them hides.
    const button = row?.querySelector<HTMLElement>(row.matches('.fold') ? '.more button' : BUTTONS);
    if (button) return button.click();
    if (link !== undefined) return another === undefined ? link.click() : this.leave(link);
    const targets = this.#onScreen();
    const isWithin = ({ from, to }: Range, line = 0): boolean => line >= from && line <= to;
    const target = (selected && targets.find((candidate) => isWithin(selected, lineAround(candidate)))) ?? targets[0];
    target?.focus({ preventScroll: true });
  }

  /** Opens or closes the group that the current line begins. Returns false if there is nothing to do. */
  expand(isOpen: boolean): boolean {
    const button = this.#scroller.querySelector<HTMLElement>(`#${CURRENT_ID} .group-toggle[aria-expanded="${!isOpen}"]`);
    button?.click();
    return button !== null;
  }

  /** Focuses the first button in the open fields of the current line. Returns false where none are open. */
  enterFields(): boolean {
    const button = this.#scroller.querySelector<HTMLElement>(`#${CURRENT_ID} > .fields button`);
    if (button !== null) this.leave(button);
    return button !== null;
  }

  /** Handles a key pressed on a target. Returns false for a key that the log itself handles. */
  move({ key, target }: KeyboardEvent): boolean {
    const step = STEPS.get(key);
    if (key !== 'Escape' && step === undefined) return false;
    const targets = this.#onScreen();
    const index = targets.findIndex((candidate) => candidate === target);
    const next = step === undefined || index === -1 ? undefined : targets[index + step];
    this.leave(next);
    return step === undefined || next !== undefined;
  }

  /** Moves the focus, by default back to the log. */
  leave(to: HTMLElement = this.#scroller): void {
    to.focus({ preventScroll: true });
  }

  /** The targets on screen, top to bottom. */
  #onScreen(): HTMLElement[] {
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    return [...this.#scroller.querySelectorAll<HTMLElement>(TARGETS)].filter((target) => {
      const box = target.getBoundingClientRect();
      return box.height > 0 && box.top >= top - box.height / 2 && box.bottom <= bottom + box.height / 2;
    });
  }
}

/** The line whose row a target is in; undefined for one in a state row. */
export function lineAround(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-line], [data-fold]') : null;
  return row === null ? undefined : Number(row.dataset['line'] ?? row.dataset['fold']);
}
