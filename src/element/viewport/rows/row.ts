import type { Line } from '../../../protocol/line.ts';
import { isPlainLine, plainColumns, withoutColours } from '../../terminal/plain-text.ts';
import { SHOWN_CHARACTERS } from '../long-lines/limits.ts';
import type { LongView } from '../long-lines/long-view.ts';
import type { Strings } from '../../strings.ts';
import type { RowFields } from '../layout/field-source.ts';
import type { RowLevel } from '../levels/row-level.ts';
import { LevelLabel } from '../levels/level-label.ts';
import type { LineText } from './line-text.ts';
import type { RichRow } from './rich-row.ts';

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
  /** What shows its fields; undefined for a line that has none. */
  readonly fields: RowFields | undefined;
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
  readonly #source: LineText;
  readonly #strings: Strings;
  #time: HTMLSpanElement | undefined;
  readonly #label: LevelLabel;
  #content: RowContent | undefined;
  #textNodes = 0;
  /** The version that the text was drawn with; undefined where none draws it in another way. */
  #drawnVersion: number | undefined;
  readonly #root: Element | null;
  /** Present once the row had more than plain text. */
  #rich: RichRow | undefined;

  /** `root` is the scroller. */
  constructor(source: LineText, strings: Strings, root: Element | null) {
    this.#source = source;
    this.#strings = strings;
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
    return this.#textNodes + this.#label.nodes + (this.#time === undefined ? 3 : 4) + (this.#content?.fields === undefined ? 0 : 1);
  }

  /** What it shows; undefined before the first update. */
  get content(): RowContent | undefined {
    return this.#content;
  }

  /** The text of a `pinned` row, which has a selection in it, is not redrawn as long as it is the same. */
  update(content: RowContent, pinned = false): void {
    const before = this.#content;
    const isOutdated = !pinned && this.#drawnVersion !== undefined && this.#drawnVersion !== this.#source.version;
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
    this.#label.update(content.level, this.#strings);
    if (before?.hiding !== content.hiding) this.#richRow()?.drawSign(content.hiding);
    if (before?.fields !== content.fields) this.#drawFields(content.fields, before?.fields);
    this.#drawClass(content, before);
  }

  /** Frees a very long line while the row waits to be reused. */
  release(): void {
    if (this.#content?.long === undefined) return;
    this.#rich?.dispose();
    this.#content = undefined;
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

  /** What belonged to the line before may be in the row of that line by now. */
  #drawFields(fields: RowFields | undefined, before: RowFields | undefined): void {
    for (const element of [before?.toggle, before?.panel])
      if (element !== fields?.toggle && element !== fields?.panel && element?.parentElement === this.element) element.remove();
    if (fields === undefined) return;
    if (this.#number.nextSibling !== fields.toggle) this.#number.after(fields.toggle);
    if (fields.panel !== undefined) this.element.append(fields.panel);
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

  #drawText({ line, long, partial, raw, sourceUrl }: RowContent, sameLine: boolean): void {
    this.#rich?.dispose();
    this.#drawnVersion = undefined;
    if (line === undefined) return this.#drawBare('', 0);
    const isPlain = long === undefined && isPlainLine(line, sourceUrl);
    const rich = isPlain ? undefined : this.#richRow();
    if (!isPlain) this.#drawnVersion = this.#source.version;
    if (rich === undefined) {
      if (!isPlain) this.#source.request();
      // A longer line is drawn in another way, unless what does that cannot be loaded.
      const text = withoutColours(line[1]).slice(0, partial ? undefined : SHOWN_CHARACTERS);
      return this.#drawBare(text, plainColumns(text));
    }
    const { bare, nodes, columns } =
      long === undefined ? rich.draw(line, raw, sourceUrl, sameLine) : rich.drawLong(long, raw, sourceUrl, sameLine);
    if (bare !== undefined) {
      this.#drawnVersion = undefined;
      return this.#drawBare(bare, columns);
    }
    this.#textNodes = nodes;
    this.columns = columns;
  }

  /** The common case, and the cheapest: one text node, which often exists already. Setting it would undo a selection in it. */
  #drawBare(text: string, columns: number): void {
    const node = this.#text.firstChild;
    if (node instanceof Text && this.#text.childNodes.length === 1) {
      if (node.data !== text) node.data = text;
    } else this.#text.replaceChildren(text);
    this.#textNodes = 1;
    this.columns = columns;
  }

  /** What draws more than plain text; undefined while that is not loaded. */
  #richRow(): RichRow | undefined {
    return (this.#rich ??= this.#source.kit?.row({ number: this.#number, text: this.#text, root: this.#root }));
  }
}

function classOf({ line, long, fields, depth, partial, selected, level, newDay }: RowContent): string {
  let name = 'row';
  if (long !== undefined) name += long.whole === undefined ? ' long' : ' long whole';
  if (line === undefined) name += ' wait';
  else if (line[2]?.s === 'err') name += ' stderr';
  if (level !== undefined) name += ` ${level.className}`;
  if (depth > 0) name += ` in${depth}`;
  if (fields?.panel !== undefined) name += ' opened';
  if (partial) name += ' partial';
  if (selected) name += ' selected';
  if (newDay) name += ' new-day';
  return name;
}
