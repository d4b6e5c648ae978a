import type { Range } from '../../../worker/api.ts';

/** Lines in a chunk. */
const SIZE = 32;

interface RowGroup {
  readonly element: HTMLElement;
  height: number;
}

/**
 * Containers of consecutive rows that the browser lays out only when they come into sight: their height is known
 * before. With them a log of some thousand rows costs as much as what is seen of it.
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

  /** Takes the containers out that have no rows any more, and tells the others how high they are. */
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
      // A state row that stands between two chunks is in the first.
      this.#size(element, from, topOf(ranges[at]?.from ?? to + 1) - topOf(from));
    }
  }

  #size(element: HTMLElement, line: number, height: number): void {
    const chunk = this.#groups.get(Math.floor(line / SIZE));
    if (chunk === undefined || chunk.height === height) return;
    chunk.height = height;
    element.style.setProperty('contain-intrinsic-block-size', `${height}px`);
  }
}

/** Puts nodes below each other, into chunks or not, touching only those that are not where they belong. */
export class ChildReconciler {
  /** The lines that went into each container. */
  readonly entered = new Map<HTMLElement, { from: number; to: number }>();
  readonly #block: HTMLElement;
  readonly #groups: RowGroups | undefined;
  readonly #loose: ReadonlySet<ChildNode>;
  #outer: ChildNode | null;
  #into: HTMLElement;
  #cursor: ChildNode | null;

  /** `loose` are nodes that are about to leave. */
  constructor(block: HTMLElement, chunks: RowGroups | undefined, loose: ReadonlySet<ChildNode>) {
    this.#block = block;
    this.#groups = chunks;
    this.#loose = loose;
    this.#into = block;
    this.#cursor = this.#outer = block.firstChild;
  }

  /** What is added from now on belongs to a line. */
  enter(line: number): void {
    if (this.#groups === undefined) return;
    const chunk = this.#groups.of(line);
    if (chunk === this.#into) {
      const range = this.entered.get(chunk);
      if (range !== undefined) range.to = line;
      return;
    }
    this.entered.set(chunk, { from: line, to: line });
    this.#outer = this.#put(this.#block, chunk, this.#into === this.#block ? this.#cursor : this.#outer);
    this.#into = chunk;
    this.#cursor = chunk.firstChild;
  }

  add(element: HTMLElement): void {
    // It may stand where the next chunk is to go.
    if (this.#into !== this.#block && this.#outer === element) this.#outer = element.nextSibling;
    this.#cursor = this.#put(this.#into, element, this.#cursor);
  }

  /** Returns what stands behind it. */
  #put(parent: HTMLElement, element: HTMLElement, cursor: ChildNode | null): ChildNode | null {
    let at = cursor;
    // What leaves is passed over rather than pushed along: then what stays is not touched.
    while (at !== null && at !== element && this.#loose.has(at)) at = at.nextSibling;
    if (at === element) return at.nextSibling;
    parent.insertBefore(element, at);
    return at;
  }
}
