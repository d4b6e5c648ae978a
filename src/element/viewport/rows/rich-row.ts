import type { Line } from '../../../protocol/line.ts';
import type { Strings } from '../../strings.ts';
import { mutedRuns } from '../../terminal/muted-runs.ts';
import { parseLine } from '../../terminal/parse.ts';
import { withLinks } from '../../terminal/text-links.ts';
import { cellCount } from '../../terminal/wrap.ts';
import { focusedIn } from '../../util/focused.ts';
import { ExpandChip } from '../long-lines/expand-chip.ts';
import { LongText } from '../long-lines/long-text.ts';
import type { LongView } from '../long-lines/long-view.ts';
import { bareText, drawRuns } from '../text/draw-runs.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import { keepSelection } from '../text/keep-selection.ts';
import { HiddenSign } from '../long-lines/hidden-sign.ts';

/** The elements of a row that are drawn into. */
export interface RowParts {
  readonly number: HTMLElement;
  readonly text: HTMLElement;
  /** The scroller. */
  readonly root: Element | null;
}

/** What was drawn. */
export interface RowText {
  /** The text, where it is one node that needs no element; undefined where nodes were put into the row. */
  readonly bare: string | undefined;
  readonly nodes: number;
  readonly columns: number;
}

/** Draws the text of a row that is more than plain text, and the sign that it hides some. */
export class RichRow {
  readonly #parts: RowParts;
  readonly #glyphs: GlyphSpacing;
  readonly #strings: Strings;
  #chip: ExpandChip | undefined;
  #sign: HiddenSign | undefined;
  #longText: LongText | undefined;

  constructor(parts: RowParts, glyphs: GlyphSpacing, strings: Strings) {
    this.#parts = parts;
    this.#glyphs = glyphs;
    this.#strings = strings;
  }

  /** What is selected in it stays selected, but not for another line. */
  draw(line: Line, raw: boolean, sourceUrl: string, sameLine: boolean): RowText {
    const shown = parseLine(line[1], line[2]?.c);
    const runs = withLinks(raw ? shown : mutedRuns(shown), sourceUrl, line[2]?.p === 1);
    const columns = cellCount(line[1]);
    const only = runs.length === 1 ? runs[0] : undefined;
    const bare = only && bareText(only);
    if (bare !== undefined) return { bare, nodes: 1, columns };
    const drawn = drawRuns(runs, this.#glyphs);
    this.#replace(drawn.nodes, sameLine);
    return { bare, nodes: drawn.count, columns };
  }

  /** A focused button keeps the focus, and what is selected stays selected, but not for another line. */
  drawLong(view: LongView, raw: boolean, sourceUrl: string, sameLine: boolean): RowText {
    const { head, whole, segments, hidden } = view;
    const focused = this.#chip && focusedIn(this.#chip.element);
    const chip = hidden === undefined ? undefined : (this.#chip ??= new ExpandChip(this.#strings));
    if (view.label === undefined) chip?.update(hidden ?? 0);
    else chip?.fold(view.label, true);
    let nodes: readonly Node[];
    let count: number;
    let columns: number;
    if (whole === undefined) {
      const runs = head?.runs ?? [];
      // The first line of an expanded fold is like those after it.
      const shown = raw || view.label === undefined ? runs : mutedRuns(runs);
      ({ nodes, count } = drawRuns(withLinks(shown, sourceUrl, hidden !== 0), this.#glyphs));
      columns = cellCount(head?.text ?? '');
    } else {
      this.#longText = new LongText(view, { glyphs: this.#glyphs, root: this.#parts.root, sourceUrl });
      ({ nodes } = this.#longText);
      count = nodes.length;
      columns = segments.reduce((sum, { cells }) => sum + cells, 0);
    }
    this.#replace([...nodes, ...(chip === undefined ? [] : [chip.element])], sameLine && whole === undefined);
    if (sameLine) focused?.focus({ preventScroll: true });
    return { bare: undefined, nodes: count + 4, columns };
  }

  /** Shows whether the line has text that a terminal does not show, and whether that is shown. */
  drawSign(hiding: 'hidden' | 'shown' | undefined): void {
    if (hiding === undefined) return this.#sign?.element.remove();
    this.#sign ??= new HiddenSign();
    this.#sign.update(hiding === 'shown', this.#strings.hiddenText);
    if (this.#sign.element.parentElement === null) this.#parts.number.after(this.#sign.element);
  }

  #replace(nodes: readonly Node[], isSelectionKept: boolean): void {
    const { text } = this.#parts;
    if (isSelectionKept) keepSelection(text, () => text.replaceChildren(...nodes));
    else text.replaceChildren(...nodes);
  }

  /** Stops drawing the text of a long line. */
  dispose(): void {
    this.#longText?.dispose();
    this.#longText = undefined;
  }
}
