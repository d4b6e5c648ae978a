import type { Line } from '../../protocol/line.ts';
import { STRINGS } from '../strings.ts';
import { lookOf } from '../terminal/look.ts';
import { parseLine } from '../terminal/parse.ts';
import type { TextRun } from '../terminal/runs.ts';

/** Characters of a line that are drawn; the rest is named in a chip, and is in what is copied and downloaded. */
export const SHOWN_CHARACTERS = 4_096;

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
  /** Characters drawn. */
  characters = 0;
  readonly #number = document.createElement('span');
  readonly #text = document.createElement('span');
  #time: HTMLSpanElement | undefined;
  #content: RowContent | undefined;
  #textNodes = 0;

  constructor() {
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
    const only = runs.length === 1 ? runs[0] : undefined;
    const text = this.#text.firstChild;
    if (only !== undefined && isBare(only) && text instanceof Text && this.#text.childNodes.length === 1) {
      // The common case, and the cheapest: one text node that is there already.
      text.data = only.text;
      this.characters = only.text.length;
      this.#textNodes = 1;
      return;
    }
    const drawn = drawRuns(runs);
    this.#text.replaceChildren(...drawn.nodes);
    this.characters = drawn.characters;
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

/** Whether a run needs no element of its own. */
function isBare({ text, style, chip }: TextRun): boolean {
  return !chip && text.length <= SHOWN_CHARACTERS && lookOf(style).bare;
}

function drawRuns(runs: readonly TextRun[]): { nodes: Node[]; count: number; characters: number } {
  const nodes: Node[] = [];
  let count = 0;
  let characters = 0;
  let hidden = 0;
  for (const run of runs) {
    const room = SHOWN_CHARACTERS - characters;
    if (room <= 0) {
      hidden += run.text.length;
      continue;
    }
    const text = run.text.length > room ? cut(run.text, room) : run.text;
    hidden += run.text.length - text.length;
    characters += text.length;
    const node = drawRun(text, run);
    nodes.push(node);
    count += node instanceof Text ? 1 : 2;
  }
  if (hidden > 0) {
    const more = document.createElement('span');
    more.className = 'more';
    more.dataset['more'] = STRINGS.more(hidden);
    nodes.push(more);
    count += 1;
  }
  return { nodes, count, characters };
}

/** Never cuts a surrogate pair in two. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function drawRun(text: string, { style, chip }: TextRun): Node {
  const look = lookOf(style);
  if (!chip && look.bare) return document.createTextNode(text);
  const span = document.createElement('span');
  const className = chip ? `chip ${look.className}`.trimEnd() : look.className;
  if (className !== '') span.className = className;
  if (look.color !== undefined) span.style.setProperty('color', look.color);
  if (look.background !== undefined) span.style.setProperty('background-color', look.background);
  span.append(text);
  return span;
}
