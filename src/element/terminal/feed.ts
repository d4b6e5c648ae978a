import { ESC, readEscape, type EscapeSequence } from '../../protocol/escape.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { isSgr, type SgrState } from '../../protocol/sgr.ts';
import { controlText } from './controls.ts';
import type { Pen } from './runs.ts';
import { nextStyle } from './styles.ts';

/** What a line writes to. */
export interface Sink {
  /** Printable characters and tabs. */
  text(text: string, pen: Pen): void;
  /** What stands for a control character. */
  chip(text: string, pen: Pen): void;
  /** A control character; true if it did something and is not to be shown. */
  control(code: number): boolean;
  /** A whole sequence that sets neither look nor link. */
  sequence(sequence: EscapeSequence): void;
}

/** Takes a line apart, in linear time. Sequences that are cut off by its end are dropped. */
export function feed(text: string, style: SgrState, sink: Sink): void {
  let pen: Pen = { style, link: '' };
  let from = 0;
  const flush = (to: number): void => {
    if (to > from) sink.text(text.slice(from, to), pen);
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
    const chip = controlText(code);
    if (chip === undefined) {
      at += 1;
      continue;
    }
    flush(at);
    if (!sink.control(code) && chip !== '') sink.chip(chip, pen);
    at = from = at + 1;
  }
  flush(text.length);
}

function nextPen(pen: Pen, sequence: EscapeSequence, sink: Sink): Pen {
  if (isSgr(sequence)) return { style: nextStyle(pen.style, sequence.params), link: pen.link };
  if (sequence.kind === 'osc' && sequence.params.startsWith('8;')) {
    // OSC 8 ; key=value:… ; target
    const target = sequence.params.length > LIMITS.escapeLength ? -1 : sequence.params.indexOf(';', 2);
    return { style: pen.style, link: target === -1 ? '' : sequence.params.slice(target + 1) };
  }
  sink.sequence(sequence);
  return pen;
}
