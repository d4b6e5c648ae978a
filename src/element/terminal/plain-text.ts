import type { Line } from '../../protocol/line.ts';
import { isPlain } from '../../protocol/terminal/plain.ts';

/** Tabs, and characters of one column that every font has. */
const PLAIN = /^[\t -~\u00a0-\u00ac\u00ae-\u02ff]*$/u;
const COLOUR = /\x1b\[[0-9;:]*m/gu;
const TAB_STOP = 8;

/** What may be an address, a place in a file, and a structured line, so that most texts are not read further. */
export const ADDRESS = /:\/\/|mailto:/iu;
export const POSITION = /:\d/u;
export const STRUCTURED = /\{[\s,]*"|=[^=]*=/u;

/** Whether a line is drawn as one text node that holds its text as it is. `sourceUrl`: the page's template for places in files. */
export function isPlainLine([, text, extra]: Line, sourceUrl: string): boolean {
  if (extra?.c !== undefined || !PLAIN.test(text)) return false;
  return !ADDRESS.test(text) && !STRUCTURED.test(text) && !(sourceUrl !== '' && POSITION.test(text));
}

/** Whether a line says what it says without what draws the rest of it: nothing in it is invisible but colours and tabs. */
export function isReadable([, text]: Line): boolean {
  return isPlain(withoutColours(text));
}

export function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOUR, '') : text;
}

/** The columns of a text in which each character but a tab takes one. */
export function plainColumns(text: string): number {
  if (!text.includes('\t')) return text.length;
  const parts = text.split('\t');
  const last = parts.pop() ?? '';
  const tabs = parts.reduce((column, part) => column + part.length + TAB_STOP - ((column + part.length) % TAB_STOP), 0);
  return tabs + last.length;
}
