import { ESC } from '../../../protocol/escape.ts';
import type { CarriedText } from '../../live/clip-text.ts';
import { OpenRow, type CellPen } from './open-row.ts';
import type { OpenScreen } from './open-screen.ts';
import { carryWith } from './sgr-effect.ts';

/** The most bytes that moving to a row takes. */
const MOVE_BYTES = 12;

/**
 * A text that makes a terminal show what the line shows, for a viewer that has everything before the line. Of many rows it
 * contains the lowest, as many as fit into `limit` UTF-8 bytes; a single row is not shortened.
 *
 * @param carry - SGR parameters in force where the line begins.
 */
export function textOfScreen(screen: OpenScreen, carry: string, limit: number): CarriedText {
  const { rows, origin } = screen;
  const only = rows[0];
  if (rows.length > 1 || origin !== '' || (only !== undefined && only[0] !== 0))
    return { carry, text: origin + joinRows(rowTexts(screen, carry, limit - Buffer.byteLength(origin)), screen.erasedBelow) };
  if (only === undefined) return { carry, text: '' };
  const pen = only[1].cells[0]?.pen;
  const writer = new PenWriter(carry, pen === undefined ? '' : carryWith(pen.effect, carry));
  return { carry: writer.inForce, text: rowText(only[1], true, writer) };
}

/** A text that repeats what the line has done to a terminal, and leaves the cursor and the colours as the line does. */
export function replayOfScreen(screen: OpenScreen): string {
  const { row, column } = screen.cursor;
  const left = screen.rows.find(([at]) => at === row)?.[1].left ?? 0;
  const forward = Math.max(0, column - left);
  const writer = new PenWriter('', '');
  const end = `\r${forward === 0 ? '' : `${ESC}[${forward}C`}${writer.with(screen.pen)}`;
  return screen.origin + joinRows(rowTexts(screen, '', Infinity), screen.erasedBelow, row) + end;
}

interface RowText {
  readonly row: number;
  readonly text: string;
}

function rowTexts(screen: OpenScreen, carry: string, limit: number): RowText[] {
  const texts: RowText[] = [];
  let bytes = 0;
  for (const [row, content] of withRowsBetween(screen.rows).toReversed()) {
    const writer = new PenWriter(carry, carry);
    // A row begun by the line exists once it holds something.
    const text = rowText(content, screen.isOwn(row), writer) + writer.end() || (row >= 0 ? ' ' : '');
    bytes += Buffer.byteLength(text) + MOVE_BYTES;
    if (bytes > limit) break;
    texts.unshift({ row, text });
  }
  return texts;
}

/** Adds the empty rows between row 0 and the lowest: the text moves down through them. */
function withRowsBetween(rows: readonly (readonly [row: number, content: OpenRow])[]): (readonly [row: number, content: OpenRow])[] {
  const lowest = rows.at(-1)?.[0] ?? 0;
  const own = new Map(rows);
  const below = Array.from({ length: Math.max(0, lowest) }, (_, row) => [row, own.get(row) ?? new OpenRow()] as const);
  return [...rows.filter(([row]) => row < 0), ...below, ...rows.filter(([row]) => row >= below.length)];
}

/** Joins rows from top to bottom, with the erasure of all below `erasedBelow` at its place; ends in row `last`, if given. */
function joinRows(rows: readonly RowText[], erasedBelow: number, last?: number): string {
  let text = '';
  let at = 0;
  const goTo = (row: number): void => {
    if (text !== '') text += '\r';
    if (row !== at) text += `${ESC}[${Math.abs(row - at)}${row < at ? 'A' : 'B'}`;
    at = row;
  };
  // Nothing is below the row the line began in.
  let erases = erasedBelow <= 0;
  for (const row of rows) {
    if (erases && row.row >= erasedBelow) {
      goTo(erasedBelow);
      text += `${ESC}[J`;
      erases = false;
    }
    goTo(row.row);
    text += row.text;
  }
  if (erases) {
    goTo(erasedBelow);
    text += `${ESC}[J`;
  }
  if (last !== undefined && last !== at) goTo(last);
  return text;
}

function rowText(row: OpenRow, isOwn: boolean, writer: PenWriter): string {
  const { cells, left, erasedFrom } = row;
  let text = '';
  let erases = !isOwn && erasedFrom < Infinity;
  const erase = (all: boolean): void => {
    text += all ? `${ESC}[2K` : `${ESC}[K`;
    erases = false;
  };
  if (erases && erasedFrom === 0) erase(true);
  let untouched = isOwn ? 0 : left;
  const pass = (): void => {
    if (untouched > 0) text += isOwn ? writer.blank() + ' '.repeat(untouched) : `${ESC}[${untouched}C`;
    untouched = 0;
  };
  for (const [at, cell] of cells.entries()) {
    if (erases && left + at >= erasedFrom) {
      pass();
      erase(false);
    }
    if (cell === undefined) untouched += 1;
    else {
      pass();
      text += writer.with(cell.pen) + cell.text;
    }
  }
  if (!erases) return text;
  untouched += erasedFrom - left - cells.length;
  pass();
  erase(false);
  return text;
}

/** Writes the sequences that switch from one pen to the next. */
class PenWriter {
  readonly #carry: string;
  readonly #known = new Map<CellPen, string>();
  readonly #before: string;
  #last: CellPen | undefined;
  #link = '';
  inForce: string;

  constructor(carry: string, inForce: string) {
    this.#carry = carry;
    this.#before = inForce;
    this.inForce = inForce;
  }

  with(pen: CellPen): string {
    if (pen === this.#last) return '';
    this.#last = pen;
    let params = this.#known.get(pen);
    if (params === undefined) this.#known.set(pen, (params = carryWith(pen.effect, this.#carry)));
    return this.#set(params) + this.#setLink(pen.link);
  }

  blank(): string {
    this.#last = undefined;
    return this.#set('') + this.#setLink('');
  }

  /** Switches back to the attributes in force before. */
  end(): string {
    return this.#set(this.#before) + this.#setLink('');
  }

  #set(params: string): string {
    if (params === this.inForce) return '';
    const reset = this.inForce === '' ? '' : '0;';
    this.inForce = params;
    return params === '' ? `${ESC}[0m` : `${ESC}[${reset}${params}m`;
  }

  #setLink(link: string): string {
    if (link === this.#link) return '';
    this.#link = link;
    return `${ESC}]8;;${link}${ESC}\\`;
  }
}
