import { ESC } from '../escape.ts';
import { RowSink } from './row-sink.ts';
import { parseEscapes, type NextPen, type TerminalSink } from './parse-escapes.ts';

/**
 * Whether a line moves its cursor or erases what it wrote: a carriage return, a backspace, or a sequence for columns,
 * erasure or positions. Erasing to the end alone (gcc and grep do it all the time) erases nothing.
 */
const MOVES = new RegExp(`[\\b\\r]|${ESC}(?:[78]|\\[[0-9;]*(?:[@CDEFGHPXafsu\`]|[1-9][JK]))`, 'u');

/** What a terminal does not show as it is: a bell, backspace, carriage return, or a sequence. */
const UNSHOWN = /[\u0007\b\r\u001b]/u;

/** Sequences that only set the style of what follows; longer ones are rare. */
const COLOURS = new RegExp(`${ESC}\\[[0-9;:]{0,64}m`, 'gu');

/** Whether a line overwrites or erases text of its own, so that it has to be read cell by cell. */
export function movesInRow(text: string): boolean {
  return MOVES.test(text);
}

/**
 * The text of a line as a terminal shows it by itself: what is searched, classified and copied. Sequences and bells leave nothing,
 * text that the line overwrote or erased is gone, and so are blanks at its end that only erasing left. Moves to other rows are
 * ignored. Other control characters, and invisible ones, stay: how they are drawn is up to the viewer. Accepts any text, in linear
 * time; the result gives itself.
 */
export function shownText(text: string): string {
  if (!UNSHOWN.test(text)) return text;
  // Most lines have no sequences but colours.
  const bare = text.replace(COLOURS, '');
  if (!UNSHOWN.test(bare)) return bare;
  if (!movesInRow(text)) {
    const sink = new TextSink();
    parseEscapes(text, undefined, SAME_PEN, sink);
    return sink.shown;
  }
  const sink = new RowSink<undefined>(undefined);
  parseEscapes(text, undefined, SAME_PEN, sink);
  let shown = '';
  sink.cells.each((part) => (shown += part));
  return shown;
}

const SAME_PEN: NextPen<undefined> = (pen) => pen;

/** Collects the text of a line whose cursor only moves forward. */
class TextSink implements TerminalSink<undefined> {
  shown = '';

  text(text: string): void {
    this.shown += text;
  }

  chip(text: string): void {
    this.shown += text;
  }

  control(): boolean {
    return false;
  }

  sequence(): void {
    // Neither writes nor moves here.
  }
}
