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

/** Puts nodes in order, into groups or not, and moves only those that are not where they belong. */
export class ChildReconciler {
  /** The lines that went into each container. */
  readonly entered = new Map<HTMLElement, { from: number; to: number }>();
  readonly #block: HTMLElement;
  readonly #groups: RowGroups | undefined;
  readonly #loose: ReadonlySet<ChildNode>;
  #outer: ChildNode | null;
  #into: HTMLElement;
  #cursor: ChildNode | null;

  /** `loose` are nodes about to be removed. */
  constructor(block: HTMLElement, groups: RowGroups | undefined, loose: ReadonlySet<ChildNode>) {
    this.#block = block;
    this.#groups = groups;
    this.#loose = loose;
    this.#into = block;
    this.#cursor = this.#outer = block.firstChild;
  }

  /** Nodes added from now on belong to this line. */
  enter(line: number): void {
    if (this.#groups === undefined) return;
    const group = this.#groups.of(line);
    if (group === this.#into) {
      const range = this.entered.get(group);
      if (range !== undefined) range.to = line;
      return;
    }
    this.entered.set(group, { from: line, to: line });
    this.#outer = this.#put(this.#block, group, this.#into === this.#block ? this.#cursor : this.#outer);
    this.#into = group;
    this.#cursor = group.firstChild;
  }

  add(element: HTMLElement): void {
    // It may stand where the next group goes.
    if (this.#into !== this.#block && this.#outer === element) this.#outer = element.nextSibling;
    this.#cursor = this.#put(this.#into, element, this.#cursor);
  }

  /** Returns the node after it. */
  #put(parent: HTMLElement, element: HTMLElement, cursor: ChildNode | null): ChildNode | null {
    let at = cursor;
    // Nodes about to be removed are skipped rather than pushed along, so that those that stay are not moved.
    while (at !== null && at !== element && this.#loose.has(at)) at = at.nextSibling;
    if (at === element) return at.nextSibling;
    parent.insertBefore(element, at);
    return at;
  }
}
