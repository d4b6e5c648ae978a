import { ESC, readEscape, type EscapeSequence } from '../escape.ts';
import { readGlyph } from './clusters.ts';
import { BELL } from './controls.ts';
import { InvisibleReader, isSuspect } from './invisible-reader.ts';
import { actsOnScreen } from './sequences.ts';

/** Receives the parts of a line. `Pen` is what characters are written with, such as their style. */
export interface TerminalSink<Pen> {
  /** Printable characters and tabs. Pens change between characters as a reader sees them: marks have the pen of their letter. */
  text(text: string, pen: Pen): void;
  /** Text to be shown as a chip: a control character, or invisible ones. */
  chip(text: string, pen: Pen): void;
  /** A control character; returns whether it had an effect, so that it is not shown. */
  control(code: number): boolean;
  /** A sequence that acts on the cursor or on text that is there. */
  sequence(sequence: EscapeSequence): void;
}

/** The pen after a sequence that does not act on the screen; the same one where it sets nothing. */
export type NextPen<Pen> = (pen: Pen, sequence: EscapeSequence) => Pen;

/** C0 without the tab, DEL and C1. */
const CONTROL = /[\u0000-\u0008\n-\u001f\u007f-\u009f]/gu;

/**
 * Splits a line into parts, in linear time. A sequence cut off by its end is dropped. `start` is the pen in force before it. Which
 * text the parts have does not depend on sequences that only set the pen.
 */
export function parseEscapes<Pen>(text: string, start: Pen, nextPen: NextPen<Pen>, sink: TerminalSink<Pen>): void {
  const segment = new Segment(start, sink, isSuspect(text) ? new InvisibleReader() : undefined);
  for (let from = 0; from < text.length;) {
    CONTROL.lastIndex = from;
    const at = CONTROL.test(text) ? CONTROL.lastIndex - 1 : text.length;
    if (at > from) segment.add(text.slice(from, at));
    if (at === text.length) break;
    if (text[at] === ESC) {
      const sequence = readEscape(text, at, true);
      from = sequence.end;
      if (!actsOnScreen(sequence)) segment.pen = nextPen(segment.pen, sequence);
      else {
        segment.flush();
        sink.sequence(sequence);
      }
    } else {
      from = at + 1;
      segment.flush();
      const code = text.charCodeAt(at);
      if (!sink.control(code) && code !== BELL) sink.chip(text.charAt(at), segment.pen);
    }
  }
  segment.flush();
}

interface PenChange<Pen> {
  /** Index of the first character that is written with it. */
  readonly from: number;
  readonly pen: Pen;
}

/** Text between control characters and sequences that act on the screen. */
class Segment<Pen> {
  #text = '';
  /** The pen of the next character that is given to the sink, and the changes after it. */
  #given: Pen;
  #changes: PenChange<Pen>[] = [];
  /** Index of the first of these changes. */
  #next = 0;
  /** The pen in force at the end. */
  #pen: Pen;
  readonly #sink: TerminalSink<Pen>;
  readonly #invisible: InvisibleReader | undefined;

  constructor(pen: Pen, sink: TerminalSink<Pen>, invisible: InvisibleReader | undefined) {
    this.#given = this.#pen = pen;
    this.#sink = sink;
    this.#invisible = invisible;
  }

  get pen(): Pen {
    return this.#pen;
  }

  /** Sets the pen of the text that follows. */
  set pen(pen: Pen) {
    if (pen !== this.#pen) this.#changes.push({ from: this.#text.length, pen });
    this.#pen = pen;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** Gives the text to the sink, and begins the next segment. */
  flush(): void {
    if (this.#text === '' && this.#changes.length === 0) return;
    if (this.#invisible === undefined) this.#give(0, this.#text.length);
    else this.#giveParts(this.#invisible);
    this.#given = this.#pen;
    this.#changes = [];
    this.#next = 0;
    this.#text = '';
  }

  /** Gives visible and invisible parts. */
  #giveParts(invisible: InvisibleReader): void {
    const text = this.#text;
    let from = 0;
    for (let at = 0; at < text.length;) {
      const code = text.charCodeAt(at);
      // Below the marks only the soft hyphen is invisible.
      const end = code >= 0x300 || code === 0xad ? invisible.end(text, at, from) : at;
      if (end === at) {
        at += code >= 0xd800 && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
        continue;
      }
      this.#give(from, at);
      if (at > from) invisible.after(text.charCodeAt(at - 1));
      this.#moveTo(at);
      this.#sink.chip(text.slice(at, end), this.#given);
      at = from = end;
    }
    this.#give(from, text.length);
    if (from < text.length) invisible.after(text.charCodeAt(text.length - 1));
  }

  /** Gives a visible part, in pieces of one pen each. */
  #give(from: number, to: number): void {
    for (let at = from; at < to;) {
      this.#moveTo(at);
      const end = this.#pieceEnd(at, to);
      this.#sink.text(this.#text.slice(at, end), this.#given);
      at = end;
    }
  }

  /** Where the piece at `from` ends: at the next pen, or after the character that this one would divide. */
  #pieceEnd(from: number, to: number): number {
    const next = this.#changes[this.#next]?.from ?? to;
    if (next >= to) return to;
    const text = this.#text;
    // Nothing below the marks joins, or is joined to, another character.
    if (text.charCodeAt(next) < 0x300 && text.charCodeAt(next - 1) < 0x300) return next;
    const part = text.slice(from, to);
    let end = 0;
    while (end < next - from) ({ end } = readGlyph(part, end));
    return from + end;
  }

  /** Takes the pen of the character at an index. */
  #moveTo(index: number): void {
    for (let change = this.#changes[this.#next]; change !== undefined && change.from <= index; change = this.#changes[this.#next]) {
      this.#given = change.pen;
      this.#next += 1;
    }
  }
}
