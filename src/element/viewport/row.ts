import type { Line } from '../../protocol/line.ts';
import { parseLine } from '../terminal/parse.ts';
import { cellCount } from '../terminal/wrap.ts';
import { SHOWN_CHARACTERS, bareText, drawRuns } from './draw.ts';
import type { GlyphFit } from './glyph-fit.ts';

/** What a line's row shows. A row is drawn anew only when one of these differs. */
export interface RowContent {
  readonly number: number;
  /** Undefined while the line is not held: the row is a placeholder of the same height. */
  readonly line: Line | undefined;
  /** The line before goes on in this one: no number, no time. */
  readonly continuation: boolean;
  /** The unfinished last line. */
  readonly partial: boolean;
  /** Of a placeholder, px, where rows differ in height. */
  readonly height: number | undefined;
  readonly selected: boolean;
  /** Text of the time column; undefined for no column. */
  readonly time: string | undefined;
  readonly setSize: number;
}

/** The row of one line: built by hand, with text nodes only. Reused for other lines. */
export class Row {
  readonly element = document.createElement('div');
  /** Columns drawn. */
  columns = 0;
  readonly #number = document.createElement('span');
  readonly #text = document.createElement('span');
  readonly #fit: GlyphFit;
  #time: HTMLSpanElement | undefined;
  #content: RowContent | undefined;
  #textNodes = 0;

  constructor(fit: GlyphFit) {
    this.#fit = fit;
    this.element.setAttribute('role', 'listitem');
    this.#number.className = 'num';
    this.#number.setAttribute('part', 'number');
    this.#number.setAttribute('aria-hidden', 'true');
    this.#text.className = 'text';
    this.#text.setAttribute('part', 'text');
    this.element.append(this.#number, this.#text);
  }

  /** Nodes in the document because of this row. */
  get nodes(): number {
    return this.#textNodes + (this.#time === undefined ? 3 : 4);
  }

  /** What it shows; undefined before that is known. */
  get content(): RowContent | undefined {
    return this.#content;
  }

  update(content: RowContent): void {
    const before = this.#content;
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
    if (before === undefined || before.line !== content.line) this.#drawText(content.line);
    this.#drawClass(content, before);
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
    this.element.setAttribute('part', content.selected ? 'row row-selected' : 'row');
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
      this.#number.after(this.#time);
    }
    this.#time.dataset['t'] = continuation ? '' : time;
  }

  #drawText(line: Line | undefined): void {
    const runs = line === undefined ? [] : parseLine(line[1], line[2]?.c);
    this.columns = Math.min(line === undefined ? 0 : cellCount(line[1]), SHOWN_CHARACTERS);
    const only = runs.length === 1 ? runs[0] : undefined;
    const bare = only && bareText(only);
    const text = this.#text.firstChild;
    if (bare !== undefined && text instanceof Text && this.#text.childNodes.length === 1) {
      // The common case, and the cheapest: one text node that is there already.
      text.data = bare;
      this.#textNodes = 1;
      return;
    }
    const drawn = drawRuns(runs, this.#fit);
    this.#text.replaceChildren(...drawn.nodes);
    this.#textNodes = drawn.count;
  }
}

function classOf({ line, partial, selected }: RowContent): string {
  let name = 'row';
  if (line === undefined) name += ' wait';
  else if (line[2]?.s === 'err') name += ' stderr';
  if (partial) name += ' partial';
  if (selected) name += ' selected';
  return name;
}
