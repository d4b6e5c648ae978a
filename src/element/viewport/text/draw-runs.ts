import { chipName, chipPicture } from '../../terminal/chips.ts';
import { linkTarget } from '../../terminal/link-target.ts';
import { cellStyleOf, type CellStyle, type Themed } from '../../terminal/cell-style.ts';
import { glyphRuns, type GlyphRun } from '../../terminal/glyph-runs.ts';
import type { TextRun } from '../../terminal/runs.ts';
import type { GlyphSpacing } from './glyph-spacing.ts';

/** The nodes of a line's text. */
export interface Drawn {
  readonly nodes: readonly Node[];
  /** Number of those nodes with all their descendants. */
  readonly count: number;
}

/** Makes the nodes of a line: text nodes, in elements where they have a style. */
export function drawRuns(runs: readonly TextRun[], glyphs: GlyphSpacing): Drawn {
  const nodes: Node[] = [];
  let count = 0;
  let link: HTMLAnchorElement | undefined;
  let linked = '';
  for (const run of runs) {
    const drawn = drawRun(run, glyphs);
    count += drawn.count;
    const target = linkTarget(run.link);
    if (target === undefined) {
      link = undefined;
      nodes.push(...drawn.nodes);
      continue;
    }
    // One link, however many styles its text has.
    if (link === undefined || run.link !== linked) {
      nodes.push((link = anchor(target)));
      count += 1;
    }
    linked = run.link;
    link.append(...drawn.nodes);
  }
  return { nodes, count };
}

/** The text of a run that needs no element. */
export function bareText(run: TextRun): string | undefined {
  const { text, style, chip, link } = run;
  if (chip || link !== '' || !cellStyleOf(style).bare) return undefined;
  const pieces = glyphRuns(text);
  return pieces.length === 1 && pieces[0]?.cells === 0 ? text : undefined;
}

function drawRun({ text, style, chip, label }: TextRun, glyphs: GlyphSpacing): Drawn {
  if (label !== undefined) {
    const cut = element('cut');
    cut.dataset['label'] = label;
    cut.append(element('', text));
    return { nodes: [cut], count: 3 };
  }
  const cellStyle = cellStyleOf(style, glyphs.background);
  if (chip) {
    const span = element(`chip ${cellStyle.className}`.trimEnd());
    const name = chipName(text);
    span.style.setProperty('--name', String(name.length));
    span.dataset['name'] = name;
    span.append(chipPicture(text));
    return { nodes: [span], count: 2 };
  }
  const inner = drawPieces(text, style.bold, glyphs);
  if (cellStyle.bare) return inner;
  const outer = element(cellStyle.className);
  paint(outer, cellStyle);
  outer.append(...inner.nodes);
  return { nodes: [outer], count: inner.count + 1 };
}

function drawPieces(text: string, bold: boolean, glyphs: GlyphSpacing): Drawn {
  const nodes: Node[] = [];
  let count = 0;
  for (const piece of glyphRuns(text)) {
    const added = drawPiece(piece, bold, glyphs);
    nodes.push(...added);
    for (const node of added) count += node instanceof Text ? 1 : 2;
  }
  return { nodes, count };
}

function drawPiece({ text, cells, cluster }: GlyphRun, bold: boolean, glyphs: GlyphSpacing): Node[] {
  if (cells === 0) return [document.createTextNode(text)];
  if (cluster) return [box(text, cells)];
  const nodes: Node[] = [];
  let from = 0;
  let space: number | undefined;
  let at = 0;
  const flush = (): void => {
    if (at > from) nodes.push(...spaced(text.slice(from, at), cells, space));
    from = at;
  };
  for (const character of text) {
    const wanted = glyphs.spacing(character, cells, bold);
    if (wanted !== space) {
      flush();
      space = wanted;
    }
    at += character.length;
  }
  flush();
  return nodes;
}

/** Characters with the same space after each, or in boxes where space does not help. */
function spaced(text: string, cells: 1 | 2, space: number | undefined): Node[] {
  if (space === 0) return [document.createTextNode(text)];
  if (space === undefined) return Array.from(text, (character) => box(character, cells));
  const span = element('');
  span.style.setProperty('letter-spacing', `${space.toFixed(5)}em`);
  span.append(text);
  return [span];
}

/** A character in a box of its columns: a font may make one glyph of its code points, or several. */
function box(text: string, cells: 1 | 2): HTMLSpanElement {
  const span = element(cells === 1 ? 'w1' : 'w2');
  span.append(text);
  return span;
}

function element(className: string, text = ''): HTMLSpanElement {
  const span = document.createElement('span');
  if (text !== '') span.append(text);
  if (className !== '') span.className = className;
  return span;
}

function anchor(target: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.className = 'href';
  link.href = link.title = target;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  // Tab leaves the log in one step.
  link.tabIndex = -1;
  return link;
}

/** Sets what classes cannot. */
function paint(target: HTMLElement, { color, background, line }: CellStyle): void {
  if (background !== undefined) target.style.setProperty('background-color', background);
  if (color !== undefined) setThemed(target, 'color', color, 'f');
  if (line !== undefined) setThemed(target, 'text-decoration-color', line, 'l');
}

/** The browser picks the theme's colour by the class, so that nothing is redrawn when the theme changes. */
function setThemed({ style, classList }: HTMLElement, property: string, { dark, light, paper }: Themed, name: string): void {
  if (paper !== undefined) style.setProperty(`--${name}p`, paper);
  else if (dark === light) {
    style.setProperty(property, dark);
    return;
  }
  style.setProperty(`--${name}d`, dark);
  style.setProperty(`--${name}l`, light);
  classList.add(name);
}
