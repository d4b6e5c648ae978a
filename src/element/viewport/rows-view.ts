import type { StateRow } from '../state-rows.ts';
import { Row, type RowContent } from './row.ts';
import { StateRowView } from './state-row-view.ts';

/** What stands in the block, from top to bottom. */
export type Item = { readonly content: RowContent } | { readonly key: string; readonly state: StateRow };

/** Rows that leave the window and wait to be used again, at most. */
const SPARE_ROWS = 64;

/**
 * The rows in the document. A row stays with its line as long as the line is in the window, so that a selection, hover
 * or focus in it holds; what leaves is used again for what enters.
 */
export class RowsView {
  readonly #block: HTMLElement;
  readonly #onAction: (state: StateRow) => void;
  #rows = new Map<number, Row>();
  #states = new Map<string, StateRowView>();
  #spare: Row[] = [];

  constructor(block: HTMLElement, onAction: (state: StateRow) => void) {
    this.#block = block;
    this.#onAction = onAction;
  }

  /** Nodes a row has on average; a plain line's as long as there is none. */
  get nodesPerRow(): number {
    let nodes = 0;
    for (const row of this.#rows.values()) nodes += row.nodes;
    return this.#rows.size === 0 ? 4 : Math.max(4, nodes / this.#rows.size);
  }

  /** Characters of the longest line drawn. */
  get longest(): number {
    let longest = 0;
    for (const row of this.#rows.values()) longest = Math.max(longest, row.characters);
    return longest;
  }

  render(items: readonly Item[]): void {
    const kept = this.#takeKept(items);
    // In document order: a row whose place is taken over by a new line need not be moved.
    const leaving = [...this.#rows.values(), ...this.#spare];
    const loose = new Set<ChildNode>(leaving.map((row) => row.element));
    const rows = new Map<number, Row>();
    const states = new Map<string, StateRowView>();
    let taken = 0;
    let cursor: ChildNode | null = this.#block.firstChild;
    for (const item of items) {
      let element: HTMLElement;
      if ('content' in item) {
        const { number } = item.content;
        const row = kept.get(number) ?? leaving[taken++] ?? new Row();
        rows.set(number, row);
        row.update(item.content);
        ({ element } = row);
        loose.delete(element);
      } else {
        const view = this.#states.get(item.key) ?? new StateRowView(this.#onAction);
        states.set(item.key, view);
        view.update(item.state);
        ({ element } = view);
      }
      // What leaves is passed over rather than pushed along: then the rows that stay are not touched.
      while (cursor !== null && cursor !== element && loose.has(cursor)) cursor = cursor.nextSibling;
      if (element === cursor) cursor = cursor.nextSibling;
      else this.#block.insertBefore(element, cursor);
    }
    for (const node of loose) node.remove();
    for (const [key, view] of this.#states) if (!states.has(key)) view.remove();
    this.#spare = leaving.slice(taken, taken + SPARE_ROWS);
    this.#rows = rows;
    this.#states = states;
  }

  /** Takes the rows of lines that stay out of those that leave. */
  #takeKept(items: readonly Item[]): Map<number, Row> {
    const kept = new Map<number, Row>();
    for (const item of items) {
      if (!('content' in item)) continue;
      const { number } = item.content;
      const row = this.#rows.get(number);
      if (row === undefined) continue;
      kept.set(number, row);
      this.#rows.delete(number);
    }
    return kept;
  }
}
