import { lengthTo, type Boundaries } from '../../util/selected-boundaries.ts';
import type { TextPlace } from './places.ts';

/** The place in the log of a point in the document; undefined for a point outside the rows. */
export function placeOf(log: Element, node: Node, offset: number): TextPlace | undefined {
  if (!log.contains(node)) return undefined;
  const at = node instanceof Element ? node : node.parentElement;
  const fold = at?.closest<HTMLElement>('[data-fold]') ?? undefined;
  if (fold !== undefined) return { line: lineOf(fold), column: columnInFold(fold, node, offset) };
  const row = at?.closest<HTMLElement>('[data-line]') ?? undefined;
  const text = row?.querySelector('.text') ?? undefined;
  if (row === undefined || text === undefined) return placeBetween(log, node, offset);
  return placeInLent(text, node, offset) ?? { line: lineOf(row), column: columnIn(text, node, offset) };
}

/** Whether a selection is within the fields of a structured line, which are not text of the log. */
export function isInFields({ startContainer, endContainer }: Boundaries): boolean {
  const fieldsOf = (node: Node): Element | null => (node instanceof Element ? node : node.parentElement)?.closest('.fields') ?? null;
  const fields = fieldsOf(startContainer);
  return fields !== null && fields === fieldsOf(endContainer);
}

/** The line of the row or fold that a node is drawn in; undefined between them. */
export function drawnLine(node: Node | undefined): number | undefined {
  const row = (node instanceof Element ? node : node?.parentElement)?.closest<HTMLElement>('[data-line], [data-fold]') ?? undefined;
  return row && lineOf(row);
}

/** The segment of a very long line that contains a node. */
export function segmentOf(node: Node | undefined): HTMLElement | undefined {
  return (node instanceof Element ? node : node?.parentElement)?.closest<HTMLElement>('.segment') ?? undefined;
}

function lineOf(row: HTMLElement): number {
  return Number(row.dataset['line'] ?? row.dataset['fold']);
}

/** Each row of a fold has, as data, its offset in the text of the whole fold. */
function columnInFold(fold: HTMLElement, node: Node, offset: number): number {
  const texts = [...fold.querySelectorAll<HTMLElement>('.text')];
  const from = (at: number): number => Number(texts[at]?.dataset['from'] ?? Infinity);
  const at = texts.findIndex((text) => text.parentElement?.contains(node));
  const text = texts[at];
  // Between its rows, or after them.
  if (text === undefined) return from(node === fold ? offset : texts.length);
  const column = columnIn(text, node, offset);
  return column === Infinity ? from(at + 1) - 1 : from(at) + column;
}

/** The place of a point in, or after, text of a later part that fills up the last row of a long line; undefined for others. */
function placeInLent(text: Element, node: Node, offset: number): TextPlace | undefined {
  const point = document.createRange();
  point.setStart(node, offset);
  const lent = [...text.querySelectorAll<HTMLElement>('[data-lent]')].findLast((element) => point.comparePoint(element, 0) <= 0);
  return lent && { line: Number(lent.dataset['lent']), column: Number(lent.dataset['from']) + lengthTo(lent, node, offset) };
}

/** The first column that is drawn in a row: the start of a long line's part may fill up the row before. */
function firstColumn(row: Element): number {
  return Number(row.querySelector<HTMLElement>('.segment')?.dataset['from'] ?? 0);
}

function columnIn(text: Element, node: Node, offset: number): number {
  // Only some segments of a very long line are in the document; each has its offset as data.
  const segment = segmentOf(node);
  if (segment !== undefined) return Number(segment.dataset['from']) + lengthTo(segment, node, offset);
  const drawn = document.createRange();
  drawn.selectNodeContents(text);
  const where = drawn.comparePoint(node, offset);
  const length = drawn.toString().length;
  // A line that has not arrived yet has no text.
  if (where < 0 || length === 0) return firstColumn(text);
  if (where > 0) return Infinity;
  const column = lengthTo(text, node, offset);
  // A selection up to the end of the drawn text includes the part of a long line that is not drawn.
  return column < length ? column : Infinity;
}

/** A point between lines stands for the start of the next one. */
function placeBetween(log: Element, node: Node, offset: number): TextPlace | undefined {
  const point = document.createRange();
  point.setStart(node, offset);
  let last: HTMLElement | undefined;
  for (const row of log.querySelectorAll<HTMLElement>('[data-line], [data-fold]')) {
    if (point.comparePoint(row, 0) >= 0) return { line: lineOf(row), column: firstColumn(row) };
    last = row;
  }
  return last && { line: lineOf(last), column: Infinity };
}
