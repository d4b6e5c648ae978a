import { ESC, readEscape, type EscapeSequence } from '../../protocol/escape.ts';
import { isSgr } from '../../protocol/sgr.ts';
import { hyperlinkOf } from '../../protocol/terminal/hyperlink.ts';
import { isControl } from './controls.ts';
import { InvisibleReader, isSuspect } from './invisible-reader.ts';
import type { TextPen } from './runs.ts';
import { nextStyle } from './styles.ts';

/** Receives the parts of a line. */
export interface TerminalSink {
  /** Printable characters and tabs. */
  text(text: string, pen: TextPen): void;
  /** Characters shown as a chip: a control character, or invisible ones. */
  chip(text: string, pen: TextPen): void;
  /** A control character; returns whether it had an effect, so that it is not shown. */
  control(code: number): boolean;
  /** A complete sequence that sets neither style nor link. */
  sequence(sequence: EscapeSequence): void;
}

const BELL = 0x07;
const TAB = 0x09;

/** Splits a line into parts, in linear time. A sequence cut off by its end is dropped. `start` is the pen in force before it. */
export function parseEscapes(text: string, start: TextPen, sink: TerminalSink): void {
  let pen = start;
  let from = 0;
  const invisible = isSuspect(text) ? new InvisibleReader() : undefined;
  const flush = (to: number): void => {
    if (to <= from) return;
    sink.text(text.slice(from, to), pen);
    invisible?.after(text.charCodeAt(to - 1));
  };
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    // Nearly everything: printable ASCII.
    if (code >= 0x20 && code < 0x7f) {
      at += 1;
      continue;
    }
    if (text[at] === ESC) {
      flush(at);
      const sequence = readEscape(text, at, true);
      pen = nextPen(pen, sequence, sink);
      at = from = sequence.end;
      continue;
    }
    if (code !== TAB && isControl(code)) {
      flush(at);
      if (!sink.control(code) && code !== BELL) sink.chip(text.charAt(at), pen);
      at = from = at + 1;
      continue;
    }
    // Below the marks only the soft hyphen is invisible.
    const end = invisible !== undefined && (code >= 0x300 || code === 0xad) ? invisible.end(text, at, from) : at;
    if (end === at) {
      at += code >= 0xd800 && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
      continue;
    }
    flush(at);
    sink.chip(text.slice(at, end), pen);
    at = from = end;
  }
  flush(text.length);
}

/** Target of the hyperlink that is open after a text, when `link` was open before it. */
export function linkAfter(text: string, link: string): string {
  const at = text.lastIndexOf(`${ESC}]8;`);
  return at === -1 ? link : (hyperlinkOf(readEscape(text, at, true)) ?? link);
}

function nextPen(pen: TextPen, sequence: EscapeSequence, sink: TerminalSink): TextPen {
  if (isSgr(sequence)) return { style: nextStyle(pen.style, sequence.params), link: pen.link };
  const link = hyperlinkOf(sequence);
  if (link !== undefined) return { style: pen.style, link };
  sink.sequence(sequence);
  return pen;
}
