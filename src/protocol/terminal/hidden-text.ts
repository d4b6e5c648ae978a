import { applySgr, isSgr, SGR_DEFAULT, type SgrState } from '../sgr.ts';
import { BACKSPACE, isControl, RETURN } from './controls.ts';
import { isPlain } from './plain.ts';
import { parseEscapes, type NextPen, type TerminalSink } from './parse-escapes.ts';
import { shownText } from './shown-text.ts';

/**
 * Whether a line has text that its viewer does not see: text that it overwrote or erased, that is concealed (SGR 8), or that is
 * invisible by itself. Blanks hide nothing. `carry` holds the SGR parameters in force at its start. In linear time.
 */
export function hidesText(text: string, carry = ''): boolean {
  const style = carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry);
  if (!style.conceal && isPlain(text)) return false;
  const sink = new HiddenSink();
  parseEscapes(text, style, nextStyle, sink);
  return sink.hides || visibleLength(shownText(text)) < sink.written;
}

const nextStyle: NextPen<SgrState> = (style, sequence) => (isSgr(sequence) ? applySgr(style, sequence.params) : style);

/** Adds up what a line writes, wherever its cursor is. */
class HiddenSink implements TerminalSink<SgrState> {
  /** Visible characters written. */
  written = 0;
  /** Whether some of the text cannot be seen where it was written. */
  hides = false;

  text(text: string, { conceal }: SgrState): void {
    const length = visibleLength(text);
    this.written += length;
    this.hides ||= conceal && length > 0;
  }

  chip(text: string): void {
    // A control character may be drawn; invisible text has other characters.
    if (isControl(text.charCodeAt(0))) this.written += visibleLength(text);
    else this.hides = true;
  }

  control(code: number): boolean {
    return code === BACKSPACE || code === RETURN;
  }

  sequence(): void {
    // Moves and erasures show in the result.
  }
}

function visibleLength(text: string): number {
  return text.replace(/\s/gu, '').length;
}
