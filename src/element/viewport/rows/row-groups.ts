import type { Range } from '../../../worker/api.ts';

/** Lines in a group. */
const SIZE = 32;

interface RowGroup {
  readonly element: HTMLElement;
  height: number;
}

/**
 * Containers of consecutive rows of known height, which the browser lays out only when they come into sight. With them
 * a log of some thousand rows costs as much as its visible part.
 */
export class RowGroups {
  readonly #groups = new Map<number, RowGroup>();

  /** The container of a line. */
  of(line: number): HTMLElement {
    const index = Math.floor(line / SIZE);
    const known = this.#groups.get(index);
    if (known !== undefined) return known.element;
    const element = document.createElement('div');
    element.className = 'chunk';
    element.setAttribute('role', 'presentation');
    this.#groups.set(index, { element, height: -1 });
    return element;
  }

  /** Removes containers without rows, and sets the heights of the others. */
  finish(entered: ReadonlyMap<HTMLElement, Range>, topOf: (line: number) => number): void {
    for (const [index, { element }] of this.#groups) {
      if (entered.has(element)) continue;
      element.remove();
      this.#groups.delete(index);
    }
    const ranges = [...entered.values()];
    let at = 0;
    for (const [element, { from, to }] of entered) {
      at += 1;
      // A state row between two groups is in the first.
      this.#size(element, from, topOf(ranges[at]?.from ?? to + 1) - topOf(from));
    }
  }

  #size(element: HTMLElement, line: number, height: number): void {
    const group = this.#groups.get(Math.floor(line / SIZE));
    if (group === undefined || group.height === height) return;
    group.height = height;
    element.style.setProperty('contain-intrinsic-block-size', `${height}px`);
  }
}
