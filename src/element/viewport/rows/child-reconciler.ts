import type { RowGroups } from './row-groups.ts';

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
