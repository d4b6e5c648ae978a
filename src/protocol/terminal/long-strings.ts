import { openSequence } from '../cut.ts';
import { ESC } from '../escape.ts';
import { LIMITS } from '../limits.ts';

/** A piece of a text as far as it can be read. */
export interface ReadablePiece {
  readonly text: string;
  /** The start of a sequence that the piece leaves open, to be read before the next piece. At most 4 KiB and three characters. */
  readonly open: string;
}

/** Start of a string sequence: OSC, DCS, SOS, PM or APC. */
const START = new RegExp(`${ESC}[\\]PX^_]`, 'gu');
/** Terminates or cancels a string sequence. */
const END = new RegExp(`[\\x07\\x9c${ESC}]`, 'gu');
/** Stands for a long string that is open: a DCS shows nothing, however it continues. */
const OPEN_STRING = `${ESC}P`;

/**
 * Reads a text piece by piece, wherever it is cut: drops string sequences of more than 4 KiB, such as pictures, and
 * holds back a sequence that the piece leaves open. `open` is what the piece before left open.
 */
export function withoutLongStrings(piece: string, open = ''): ReadablePiece {
  const text = open + piece;
  if (!text.includes(ESC)) return { text, open: '' };
  let kept = '';
  let from = 0;
  for (let start = indexOf(START, text, 0); start < text.length;) {
    const end = indexOf(END, text, start + 2);
    const isLong = end - start - 2 >= LIMITS.escapeLength;
    const isEscape = text[end] === ESC;
    if (end === text.length || (isEscape && end === text.length - 1)) {
      return { text: kept + text.slice(from, start), open: isLong ? OPEN_STRING + text.slice(end) : text.slice(start) };
    }
    // ESC \ terminates; any other ESC begins a sequence of its own.
    const next = isEscape ? (text[end + 1] === '\\' ? end + 2 : end) : end + 1;
    // A DCS that began in an earlier piece may stand for a long string.
    if (isLong || (start === 0 && open.startsWith(OPEN_STRING))) {
      kept += text.slice(from, start);
      from = next;
    }
    start = indexOf(START, text, next);
  }
  const cut = Math.max(from, openSequence(text));
  return { text: kept + text.slice(from, cut), open: text.slice(cut) };
}

/** What {@link withoutLongStrings} gives as `open`; looks only at the end of the piece. */
export function openAfter(piece: string, open = ''): string {
  const text = open + piece;
  const last = text.lastIndexOf(ESC);
  // The last ESC may be half of the terminator of the string that the one before it began.
  const before = last > 0 ? text.lastIndexOf(ESC, last - 1) : -1;
  return last === -1 ? '' : withoutLongStrings(text.slice(before === -1 ? last : before)).open;
}

/** The first index from `from` on at which a pattern matches; the length of the text where it does not. */
function indexOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
