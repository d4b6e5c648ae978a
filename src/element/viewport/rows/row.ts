import type { Line } from '../../../protocol/line.ts';
import { parseLine } from '../../terminal/parse.ts';
import { mutedRuns } from '../../terminal/muted-runs.ts';
import { withLinks } from '../../terminal/text-links.ts';
import { cellCount } from '../../terminal/wrap.ts';
import { bareText, drawRuns } from '../text/draw-runs.ts';
import { focusedIn } from '../../util/focused.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import type { LongView } from '../long-lines/long-lines.ts';
import { LongText } from '../long-lines/long-text.ts';
import type { RowLevel } from '../levels/row-level.ts';
import { LevelLabel } from '../levels/level-label.ts';
import { ExpandChip } from '../long-lines/expand-chip.ts';
import { HiddenSign } from './hidden-sign.ts';

/** What a line's row shows. A row is redrawn only when one of these differs. */
export interface RowContent {
  readonly number: number;
  /** Undefined while the line is not held: the row is a placeholder of the same height. */
  readonly line: Line | undefined;
  /** How it is drawn if it is too long to be drawn like others. */
  readonly long: LongView | undefined;
  /** How many open groups the line is in, as far as that is drawn. */
  readonly depth: number;
  /** Whether it has text that a terminal does not show, and whether that is shown. */
  readonly hiding: 'hidden' | 'shown' | undefined;
  /** A part of the line before: no number, no time. */
  readonly continuation: boolean;
  /** The unfinished last line. */
  readonly partial: boolean;
  /** Height of a placeholder, px, where rows differ in height. */
  readonly height: number | undefined;
  readonly selected: boolean;
  readonly level: RowLevel | undefined;
  /** Text of the time column; undefined for no column. */
  readonly time: string | undefined;
  /** Whether another day begins with it, as times are shown. */
  readonly newDay: boolean;
  readonly setSize: number;
  /** Structured lines are drawn as they are, rather than with all but their message muted. */
  readonly raw: boolean;
  /** The page's template for links to places in files; empty for none. */
  readonly sourceUrl: string;
}

/** The row of one line, with text nodes only. Reused for other lines. */
export class Row {
  readonly element = document.createElement('div');
  /** Columns drawn. */
  columns = 0;
  readonly #number = document.createElement('span');
  readonly #text = document.createElement('span');
  readonly #glyphs: GlyphSpacing;
  #time: HTMLSpanElement | undefined;
  readonly #label: LevelLabel;
  #content: RowContent | undefined;
  #textNodes = 0;
  /** Version of the glyph spacing that the text was drawn with; undefined where it needed none. */
  #drawnVersion: number | undefined;
  readonly #root: Element | null;
  #chip: ExpandChip | undefined;
  #sign: HiddenSign | undefined;
  #longText: LongText | undefined;

  /** `root` is the scroller. */
  constructor(glyphs: GlyphSpacing, root: Element | null) {
    this.#glyphs = glyphs;
    this.#root = root;
    this.element.setAttribute('role', 'listitem');
    this.#number.className = 'num';
    this.#number.setAttribute('part', 'number');
    this.#number.setAttribute('aria-hidden', 'true');
    this.#text.className = 'text';
    this.#text.setAttribute('part', 'text');
    this.#label = new LevelLabel(this.#number);
    this.element.append(this.#number, this.#text);
  }

  /** Number of nodes of this row. */
  get nodes(): number {
    return this.#textNodes + this.#label.nodes + (this.#time === undefined ? 3 : 4);
  }

  /** What it shows; undefined before the first update. */
  get content(): RowContent | undefined {
    return this.#content;
  }

  /** The text of a `pinned` row, which has a selection in it, is not redrawn as long as it is the same. */
  update(content: RowContent, pinned = false): void {
    const before = this.#content;
    const isOutdated = !pinned && this.#drawnVersion !== undefined && this.#drawnVersion !== this.#glyphs.version;
    this.#content = content;
    if (before === undefined || before.number !== content.number || before.setSize !== content.setSize) this.#drawPosition(content);
    if (before === undefined || before.number !== content.number || before.continuation !== content.continuation) {
      if (content.continuation) delete this.#number.dataset['n'];
      else this.#number.dataset['n'] = String(content.number);
    }
    if (before?.height !== content.height) {
      if (content.height === undefined) this.element.style.removeProperty('height');
      else this.element.style.setProperty('height', `${content.height}px`);
    }
    if (before === undefined || before.time !== content.time || before.continuation !== content.continuation) this.#drawTime(content);
    if (
      before === undefined ||
      before.line !== content.line ||
      before.long !== content.long ||
      before.sourceUrl !== content.sourceUrl ||
      before.raw !== content.raw ||
      isOutdated
    )
      this.#drawText(content, before?.number === content.number);
    this.#label.update(content.level?.label);
    if (before?.hiding !== content.hiding) this.#drawSign(content);
    this.#drawClass(content, before);
  }

  /** Frees a very long line while the row waits to be reused. */
  release(): void {
    if (this.#content?.long === undefined) return;
    this.#longText?.dispose();
    this.#longText = this.#content = undefined;
    this.#text.replaceChildren();
  }

  #drawPosition({ number, setSize }: RowContent): void {
    this.element.setAttribute('aria-posinset', String(number));
    this.element.setAttribute('aria-setsize', String(setSize));
    this.element.dataset['line'] = String(number);
  }

  #drawClass(content: RowContent, before: RowContent | undefined): void {
    const name = classOf(content);
    if (before !== undefined && classOf(before) === name) return;
    this.element.className = name;
    this.element.setAttribute('aria-level', String(content.depth + 1));
    this.element.setAttribute('part', content.selected ? 'row row-selected' : 'row');
  }

  #drawSign({ hiding }: RowContent): void {
    if (hiding === undefined) return this.#sign?.element.remove();
    this.#sign ??= new HiddenSign();
    this.#sign.update(hiding === 'shown');
    if (this.#sign.element.parentElement === null) this.#number.after(this.#sign.element);
  }

  #drawTime({ time, continuation }: RowContent): void {
    if (time === undefined) {
      this.#time?.remove();
      this.#time = undefined;
      return;
    }
    if (this.#time === undefined) {
      this.#time = document.createElement('span');
      this.#time.className = 'time';
      this.#time.setAttribute('part', 'time');
      this.#text.before(this.#time);
    }
    this.#time.dataset['t'] = continuation ? '' : time;
  }

  #drawText({ line, long, raw, sourceUrl }: RowContent, sameLine: boolean): void {
    this.#longText?.dispose();
    this.#longText = undefined;
    this.#drawnVersion = this.#glyphs.version;
    if (long !== undefined) return this.#drawLong(long, sourceUrl, sameLine);
    const shown = line === undefined ? [] : parseLine(line[1], line[2]?.c);
    const runs = withLinks(raw ? shown : mutedRuns(shown), sourceUrl, line?.[2]?.p === 1);
    this.columns = line === undefined ? 0 : cellCount(line[1]);
    const only = runs.length === 1 ? runs[0] : undefined;
    const bare = only && bareText(only);
    const text = this.#text.firstChild;
    if (bare !== undefined && text instanceof Text && this.#text.childNodes.length === 1) {
      // The common case, and the cheapest: one text node that exists already.
      text.data = bare;
      this.#textNodes = 1;
      this.#drawnVersion = undefined;
      return;
    }
    const drawn = drawRuns(runs, this.#glyphs);
    this.#text.replaceChildren(...drawn.nodes);
    this.#textNodes = drawn.count;
  }

  /** A focused button keeps the focus, but not for another line. */
  #drawLong(view: LongView, sourceUrl: string, sameLine: boolean): void {
    const { head, whole, segments, hidden } = view;
    const focused = this.#chip && focusedIn(this.#chip.element);
    const chip = hidden === undefined ? undefined : (this.#chip ??= new ExpandChip());
    if (view.label === undefined) chip?.update(hidden ?? 0);
    else chip?.fold(view.label, true);
    let nodes: readonly Node[];
    if (whole === undefined) {
      const drawn = drawRuns(withLinks(head?.runs ?? [], sourceUrl, hidden !== 0), this.#glyphs);
      ({ nodes } = drawn);
      this.#textNodes = drawn.count + 4;
      this.columns = cellCount(head?.text ?? '');
    } else {
      this.#longText = new LongText(view, { glyphs: this.#glyphs, root: this.#root, sourceUrl });
      ({ nodes } = this.#longText);
      this.#textNodes = nodes.length + 4;
      this.columns = segments.reduce((sum, { cells }) => sum + cells, 0);
    }
    this.#text.replaceChildren(...nodes, ...(chip === undefined ? [] : [chip.element]));
    if (sameLine) focused?.focus({ preventScroll: true });
  }
}

function classOf({ line, long, depth, partial, selected, level, newDay }: RowContent): string {
  let name = 'row';
  if (long !== undefined) name += long.whole === undefined ? ' long' : ' long whole';
  if (line === undefined) name += ' wait';
  else if (line[2]?.s === 'err') name += ' stderr';
  if (level !== undefined) name += ` ${level.className}`;
  if (depth > 0) name += ` in${depth}`;
  if (partial) name += ' partial';
  if (selected) name += ' selected';
  if (newDay) name += ' new-day';
  return name;
}
