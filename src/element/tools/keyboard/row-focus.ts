import type { Range } from '../../../worker/api.ts';

/** Links, and the buttons of long lines, folds, groups and state rows. None of them is a tab stop. */
const TARGETS = 'a, button:not([hidden], [aria-hidden] *)';

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowDown', 1],
  ['ArrowRight', 1],
  ['ArrowUp', -1],
  ['ArrowLeft', -1],
]);

/**
 * Moves the focus among the links and buttons in the rows. Tab leaves the log in one step, so that it never lands on a
 * button hundreds of rows away. Instead, Enter goes to the first target on screen, arrows to the others, Escape back.
 */
export class RowFocus {
  readonly #scroller: HTMLElement;

  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
  }

  /** Focuses the first target in the `selected` lines, if one is on screen, else the first target on screen. */
  enter(selected: Range | undefined): void {
    const targets = this.#onScreen();
    const isWithin = ({ from, to }: Range, line: number): boolean => line >= from && line <= to;
    const target = (selected && targets.find((candidate) => isWithin(selected, lineOf(candidate)))) ?? targets[0];
    target?.focus({ preventScroll: true });
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

function lineOf(target: Element): number {
  const { line, fold } = target.closest<HTMLElement>('[data-line], [data-fold]')?.dataset ?? {};
  return Number(line ?? fold);
}
