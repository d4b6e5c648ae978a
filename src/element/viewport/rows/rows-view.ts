import type { Range } from '../../../worker/api.ts';
import type { StateRow } from '../../status/state-rows.ts';
import type { Strings } from '../../strings.ts';
import { ChildReconciler } from './child-reconciler.ts';
import type { RowGroups } from './row-groups.ts';
import { focusedIn } from '../../util/focused.ts';
import type { LineText } from './line-text.ts';
import { Row, type RowContent } from './row.ts';
import { innerSize } from '../layout/measure-element.ts';
import { setStyle } from '../../util/set-style.ts';
import { StateRowView } from './state-row-view.ts';

/** What stands in the block, from top to bottom. */
export type Item =
  | { readonly content: RowContent }
  /** A state row of the usual height, or as `tall` as the lines from `line` on that it is shown in place of, px. */
  | { readonly key: string; readonly state: StateRow; readonly tall?: { readonly line: number; readonly height: number } }
  /** An element shown in place of some lines, of which `number` is the first. */
  | { readonly number: number; readonly element: HTMLElement };

/** A row or an element kept for what is selected in it, although its line left the window. */
interface PinnedItem {
  readonly pinned: number;
}

/** Nodes of a plain line's row. */
const PLAIN_NODES = 4;
/** Rows that left the window and wait to be reused, at most. */
const SPARE_ROWS = 64;

/**
 * The rows in the document. A row stays with its line as long as the line is in the window, so that a selection, hover
 * or focus in it holds; rows that leave are reused for lines that enter.
 */
export class RowsView {
  /**
   * Lines whose rows, or the elements in their place, stay in the document in order when they leave the window: a
   * selection begins or ends there. Outside the window `data-pinned` takes them out of the flow.
   */
  pinned: ReadonlySet<number> = new Set();
  /** Puts a lone caret back into a row that was moved; undefined while the reader selects, when no row may be moved. */
  restoreCaret: (() => void) | undefined;
  /** Present once more may be in the document than what is on screen. */
  groups: RowGroups | undefined;
  /** A pointer is down: a row moved under it would not be clicked. */
  isPressed = false;
  readonly #block: HTMLElement;
  readonly #onAction: (state: StateRow) => void;
  readonly #root: HTMLElement | null;
  readonly #text: LineText;
  readonly #strings: Strings;
  /** Average number of nodes in a row; that of a plain line while there is none. */
  nodesPerRow = PLAIN_NODES;
  /** Columns of the widest line drawn so far: the width only grows, so that nothing moves sideways as rows come and go. */
  widestColumns = 0;
  #rows = new Map<number, Row>();
  #states = new Map<string, StateRowView>();
  /** State rows that may be taller than the viewport, with the first line that each is shown in place of. */
  #tall: ReadonlyMap<StateRowView, number> = new Map();
  #others: ReadonlyMap<number, HTMLElement> = new Map();
  #spare: Row[] = [];
  #isGrouped = false;

  constructor(block: HTMLElement, text: LineText, strings: Strings, onAction: (state: StateRow) => void) {
    this.#block = block;
    this.#strings = strings;
    this.#root = block.closest('.viewport');
    this.#text = text;
    this.#onAction = onAction;
  }

  /** Whether rows must not be moved in the document, since something in them is selected, focused or pressed. */
  get isBusy(): boolean {
    return this.isPressed || (this.pinned.size > 0 && this.restoreCaret === undefined) || this.#block.matches(':focus-within');
  }

  /** What a line is shown as; undefined while that is not in the document. */
  elementOf(line: number): HTMLElement | undefined {
    return this.#rows.get(line)?.element ?? this.#others.get(line);
  }

  /** Keeps the text of tall state rows in sight; `middleOf` gives the distance from a line's top to the middle of the viewport, px. */
  keepTextInView(middleOf: (line: number) => number): void {
    for (const [view, line] of this.#tall) view.keepTextInView(middleOf(line));
  }

  /** The drawn lines of a range with their heights, px. Forces the browser to lay out. */
  *heights({ from, to }: Range): Generator<{ readonly line: number; readonly height: number }> {
    for (const [line, { element, content }] of this.#rows) {
      if (line < from || line > to) continue;
      if (content?.line !== undefined && content.fields?.panel === undefined && !content.partial && !element.hasAttribute('data-pinned'))
        yield { line, height: innerSize(element).height };
    }
  }

  /**
   * Shows the items. If they are more than what is on screen (`isExtended`) they are put into groups that the browser lays
   * out when they come into sight, and stay there while rows must not be moved. `topOf` a line is in px.
   */
  render(shown: readonly Item[], isExtended: boolean, topOf: (line: number) => number): void {
    const focused = focusedIn(this.#block);
    const line = focused === undefined ? undefined : lineAround(focused);
    const wasGrouped = this.#isGrouped;
    this.#isGrouped = isExtended || (wasGrouped && this.isBusy);
    const items = this.#withPinned(shown);
    const kept = this.#separateKept(items);
    // In document order: a row reused for a line in the same place need not be moved.
    const leaving = [...this.#rows.values(), ...this.#spare];
    const loose = new Set<ChildNode>(leaving.map((row) => row.element));
    const gone = this.#leavingStates(items);
    for (const { element } of gone) loose.add(element);
    const rows = new Map<number, Row>();
    const states = new Map<string, StateRowView>();
    const tall = new Map<StateRowView, number>();
    const others = this.#othersOf(items);
    for (const [number, element] of this.#others) if (others.get(number) !== element) loose.add(element);
    let reused = 0;
    const place = new ChildReconciler(this.#block, this.#isGrouped ? this.groups : undefined, loose);
    for (const item of items) {
      let element: HTMLElement;
      const other = 'state' in item ? undefined : others.get(numberOf(item));
      if ('state' in item) {
        const view = this.#states.get(item.key) ?? new StateRowView(this.#onAction);
        states.set(item.key, view);
        view.update(item.state, item.tall?.height);
        if (item.tall !== undefined) tall.set(view, item.tall.line);
        ({ element } = view);
      } else if (other !== undefined) {
        element = other;
        element.toggleAttribute('data-pinned', 'pinned' in item);
        place.enter(numberOf(item));
      } else {
        const number = numberOf(item);
        const row = kept.get(number) ?? leaving[reused++] ?? new Row(this.#text, this.#strings, this.#root);
        rows.set(number, row);
        if ('content' in item) row.update(this.#keepPinnedText(row, item.content), this.pinned.has(number));
        ({ element } = row);
        element.toggleAttribute('data-pinned', 'pinned' in item);
        loose.delete(element);
        place.enter(number);
      }
      place.add(element);
    }
    for (const node of loose) node.remove();
    this.groups?.finish(place.entered, topOf);
    this.#spare = leaving.slice(reused, reused + SPARE_ROWS);
    for (const row of this.#spare) row.release();
    this.#rows = rows;
    this.#states = states;
    this.#tall = tall;
    this.#others = others;
    if (wasGrouped || this.#isGrouped) this.restoreCaret?.();
    // The focused element is gone or shows another line: if the page had the focus, Tab would go to its first element.
    if (focused !== undefined && focusedIn(this.#block) === undefined) this.#focus(line);
    this.#measure();
  }

  /** Focuses the button of a line if it has one, else the log. */
  #focus(line: number | undefined): void {
    const row = line === undefined ? undefined : this.elementOf(line);
    const button = row?.querySelector<HTMLElement>('[data-act="toggle"]') ?? this.#root;
    button?.focus({ preventScroll: true });
  }

  #measure(): void {
    let nodes = 0;
    for (const row of this.#rows.values()) {
      nodes += row.nodes;
      this.widestColumns = Math.max(this.widestColumns, row.columns);
    }
    this.nodesPerRow = Math.max(PLAIN_NODES, nodes / Math.max(1, this.#rows.size));
    setStyle(this.#block, '--cells', String(this.widestColumns));
  }

  /** The items, with pinned rows outside the window before and after them. */
  #withPinned(items: readonly Item[]): readonly (Item | PinnedItem)[] {
    if (this.pinned.size === 0) return items;
    const shown = items.flatMap((item) => ('state' in item ? [] : [numberOf(item)]));
    const first = shown[0] ?? Infinity;
    const last = shown.at(-1) ?? Infinity;
    const pinned = [...this.pinned].filter((number) => this.#rows.has(number) || this.#others.has(number)).sort((a, b) => a - b);
    const outside = (lies: (number: number) => boolean): PinnedItem[] => pinned.filter(lies).map((number) => ({ pinned: number }));
    return [...outside((number) => number < first), ...items, ...outside((number) => number > last)];
  }

  /** The text of a pinned row stays as it is: its line may have been dropped and fetched again, but never changes. */
  #keepPinnedText(row: Row, content: RowContent): RowContent {
    const { content: before } = row;
    if (before === undefined || before.partial || before.number !== content.number || !this.pinned.has(content.number)) return content;
    if (before.line === undefined) return content;
    return { ...content, line: before.line, long: content.line === undefined ? before.long : content.long };
  }

  #othersOf(items: readonly (Item | PinnedItem)[]): Map<number, HTMLElement> {
    const others = new Map<number, HTMLElement>();
    for (const item of items) {
      if ('element' in item) others.set(item.number, item.element);
      const pinned = 'pinned' in item ? this.#others.get(item.pinned) : undefined;
      if ('pinned' in item && pinned !== undefined) others.set(item.pinned, pinned);
    }
    return others;
  }

  #leavingStates(items: readonly (Item | PinnedItem)[]): StateRowView[] {
    const keys = new Set(items.flatMap((item) => ('state' in item ? [item.key] : [])));
    return [...this.#states].flatMap(([key, view]) => (keys.has(key) ? [] : [view]));
  }

  /** Separates the rows of lines that stay from those that leave. */
  #separateKept(items: readonly (Item | PinnedItem)[]): Map<number, Row> {
    const kept = new Map<number, Row>();
    for (const item of items) {
      if (!('pinned' in item || 'content' in item)) continue;
      const number = numberOf(item);
      const row = this.#rows.get(number);
      if (row === undefined) continue;
      kept.set(number, row);
      this.#rows.delete(number);
    }
    return kept;
  }
}

/** The line whose row an element is in; undefined for a state row. */
function lineAround(element: Element): number | undefined {
  const { line, fold } = element.closest<HTMLElement>('[data-line], [data-fold]')?.dataset ?? {};
  return line === undefined && fold === undefined ? undefined : Number(line ?? fold);
}

function numberOf(item: Exclude<Item, { readonly state: StateRow }> | PinnedItem): number {
  if ('pinned' in item) return item.pinned;
  return 'element' in item ? item.number : item.content.number;
}
