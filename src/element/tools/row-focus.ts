import type { Range } from '../../worker/api.ts';

/** Links, and the buttons of long lines, folds and state rows: none of them is a tab stop. */
const TARGETS = 'a, button:not([hidden])';

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowDown', 1],
  ['ArrowRight', 1],
  ['ArrowUp', -1],
  ['ArrowLeft', -1],
]);

/**
 * The keyboard's way to what can be pressed in the rows. Tab leaves the log in one step, so that it never goes to a
 * button hundreds of rows away: Enter goes to the first one on screen, arrows to the others, and Escape back to the log.
 */
export class RowFocus {
  readonly #scroller: HTMLElement;

  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
  }

  /** Goes from the log to what can be pressed in the `selected` lines, if they are on screen, else to the first there is. */
  enter(selected: Range | undefined): void {
    const targets = this.#onScreen();
    const within = ({ from, to }: Range, line: number): boolean => line >= from && line <= to;
    const target = (selected && targets.find((candidate) => within(selected, lineOf(candidate)))) ?? targets[0];
    target?.focus({ preventScroll: true });
  }

  /** Takes a key of what has the focus in the rows. Returns whether it was used; any other key is the log's. */
  move({ key, target }: KeyboardEvent): boolean {
    const step = STEPS.get(key);
    if (key !== 'Escape' && step === undefined) return false;
    const targets = this.#onScreen();
    const at = targets.findIndex((candidate) => candidate === target);
    const next = step === undefined || at === -1 ? undefined : targets[at + step];
    this.leave(next);
    return step === undefined || next !== undefined;
  }

  /** Gives the focus back to the log. */
  leave(to: HTMLElement = this.#scroller): void {
    to.focus({ preventScroll: true });
  }

  /** What can be pressed on screen, top to bottom. */
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
