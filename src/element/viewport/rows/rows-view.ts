import type { Range } from '../../../worker/api.ts';
import type { StateRow } from '../../status/state-rows.ts';
import { RowGroups, ChildReconciler } from './row-groups.ts';
import { focusedIn } from '../../util/focused.ts';
import { GlyphSpacing } from '../text/glyph-spacing.ts';
import { Row, type RowContent } from './row.ts';
import { innerSize } from '../layout/measure-element.ts';
import { setStyle } from '../../util/set-style.ts';
import { StateRowView } from './state-row-view.ts';

/** What stands in the block, from top to bottom. */
export type Item =
  | { readonly content: RowContent }
  /** Of the usual height of such a row, or as `high` as the lines from `line` on that it stands for, px. */
  | { readonly key: string; readonly state: StateRow; readonly tall?: { readonly line: number; readonly height: number } }
  /** What stands for some lines, of which this is the first. */
  | { readonly number: number; readonly element: HTMLElement };

/** A row, or what stands for some lines, that is kept for what is selected in it, although its line left the window. */
interface PinnedItem {
  readonly pinned: number;
}

/** Nodes of a plain line's row. */
const PLAIN_NODES = 4;
/** Rows that leave the window and wait to be used again, at most. */
const SPARE_ROWS = 64;

/**
 * The rows in the document. A row stays with its line as long as the line is in the window, so that a selection, hover
 * or focus in it holds; what leaves is used again for what enters.
 */
export class RowsView {
  /**
   * Lines whose rows, or what stands for them, stay in the document, in its order, when they leave the window: a
   * selection begins or ends there. Outside of the window they are taken out of the flow by `data-pinned`.
   */
  pinned: ReadonlySet<number> = new Set();
  /** Puts a lone caret back into its row, where that was moved; undefined where the reader is selecting, whose row must not be. */
  restoreCaret: (() => void) | undefined;
  /** A pointer is down: a row that is moved under it is not clicked. */
  isPressed = false;
  readonly #block: HTMLElement;
  readonly #onAction: (state: StateRow) => void;
  readonly #root: HTMLElement | null;
  readonly glyphs: GlyphSpacing;
  /** Nodes a row has on average; a plain line's as long as there is none. */
  nodesPerRow = PLAIN_NODES;
  /** Columns of the longest line drawn until now: widths only ever grow, so that nothing moves sideways as rows come and go. */
  widestColumns = 0;
  #rows = new Map<number, Row>();
  #states = new Map<string, StateRowView>();
  /** State rows that may be higher than the log, with the first line that each stands for. */
  #tall: ReadonlyMap<StateRowView, number> = new Map();
  #others: ReadonlyMap<number, HTMLElement> = new Map();
  #spare: Row[] = [];
  readonly #groups = new RowGroups();
  #isGrouped = false;

  constructor(block: HTMLElement, onAction: (state: StateRow) => void) {
    this.#block = block;
    this.#root = block.closest('.viewport');
    this.glyphs = new GlyphSpacing(block);
    this.#onAction = onAction;
  }

  /** Whether rows must not be moved in the document, for what is selected, focused or pressed in them. */
  get isBusy(): boolean {
    return this.isPressed || (this.pinned.size > 0 && this.restoreCaret === undefined) || this.#block.matches(':focus-within');
  }

  /** Keeps in sight what high state rows say; `middleOf` gives how far below the top of a line the middle of what is seen is, px. */
  keepTextInView(middleOf: (line: number) => number): void {
    for (const [view, line] of this.#tall) view.keepTextInView(middleOf(line));
  }

  /** The lines of a range that are drawn, and how high, px. Lets the browser lay out. */
  *heights({ from, to }: Range): Generator<{ readonly line: number; readonly height: number }> {
    for (const [line, { element, content }] of this.#rows) {
      if (line < from || line > to) continue;
      if (content?.line !== undefined && !content.partial && !element.hasAttribute('data-pinned'))
        yield { line, height: innerSize(element).height };
    }
  }

  /**
   * Shows the items. Where they are more than what is looked at (`many`) they are put into chunks that the browser lays
   * out when they come into sight, and stay in them until none is busy. `topOf` a line is in px.
   */
  render(shown: readonly Item[], many: boolean, topOf: (line: number) => number): void {
    const focused = focusedIn(this.#block);
    const line = focused === undefined ? undefined : lineAround(focused);
    const before = this.#isGrouped;
    this.#isGrouped = many || (before && this.isBusy);
    const items = this.#withPinned(shown);
    const kept = this.#separateKept(items);
    // In document order: a row whose place is taken over by a new line need not be moved.
    const leaving = [...this.#rows.values(), ...this.#spare];
    const loose = new Set<ChildNode>(leaving.map((row) => row.element));
    const gone = this.#leavingStates(items);
    for (const { element } of gone) loose.add(element);
    const rows = new Map<number, Row>();
    const states = new Map<string, StateRowView>();
    const high = new Map<StateRowView, number>();
    const others = this.#othersOf(items);
    for (const [number, element] of this.#others) if (others.get(number) !== element) loose.add(element);
    let taken = 0;
    const place = new ChildReconciler(this.#block, this.#isGrouped ? this.#groups : undefined, loose);
    for (const item of items) {
      let element: HTMLElement;
      const other = 'state' in item ? undefined : others.get(numberOf(item));
      if ('state' in item) {
        const view = this.#states.get(item.key) ?? new StateRowView(this.#onAction);
        states.set(item.key, view);
        view.update(item.state, item.tall?.height);
        if (item.tall !== undefined) high.set(view, item.tall.line);
        ({ element } = view);
      } else if (other !== undefined) {
        element = other;
        element.toggleAttribute('data-pinned', 'pinned' in item);
        place.enter(numberOf(item));
      } else {
        const number = numberOf(item);
        const row = kept.get(number) ?? leaving[taken++] ?? new Row(this.glyphs, this.#root);
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
    this.#groups.finish(place.entered, topOf);
    this.#spare = leaving.slice(taken, taken + SPARE_ROWS);
    for (const row of this.#spare) row.release();
    this.#rows = rows;
    this.#states = states;
    this.#tall = high;
    this.#others = others;
    if (before || this.#isGrouped) this.restoreCaret?.();
    // What had the focus is gone, or shows another line: it must not fall to the page, whose first element Tab would go to.
    if (focused !== undefined && focusedIn(this.#block) === undefined) this.#focus(line);
    this.#measure();
  }

  /** Focuses the button of a line, as it is drawn now, where it has one; else the log. */
  #focus(line: number | undefined): void {
    const row = line === undefined ? undefined : (this.#rows.get(line)?.element ?? this.#others.get(line));
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

  /** The items, and around them the rows that are there only for what is selected in them. */
  #withPinned(items: readonly Item[]): readonly (Item | PinnedItem)[] {
    if (this.pinned.size === 0) return items;
    const shown = items.flatMap((item) => ('state' in item ? [] : [numberOf(item)]));
    const first = shown[0] ?? Infinity;
    const last = shown.at(-1) ?? Infinity;
    const pinned = [...this.pinned].filter((number) => this.#rows.has(number) || this.#others.has(number)).sort((a, b) => a - b);
    const outside = (lies: (number: number) => boolean): PinnedItem[] => pinned.filter(lies).map((number) => ({ pinned: number }));
    return [...outside((number) => number < first), ...items, ...outside((number) => number > last)];
  }

  /** The text of a row with a selection in it is left as it is: it was forgotten and fetched again, but never changed. */
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

  /** Takes the rows of lines that stay out of those that leave. */
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

/** The line whose row an element is in; undefined for a row that is no line. */
function lineAround(element: Element): number | undefined {
  const { line, fold } = element.closest<HTMLElement>('[data-line], [data-fold]')?.dataset ?? {};
  return line === undefined && fold === undefined ? undefined : Number(line ?? fold);
}

function numberOf(item: Exclude<Item, { readonly state: StateRow }> | PinnedItem): number {
  if ('pinned' in item) return item.pinned;
  return 'element' in item ? item.number : item.content.number;
}
