import { isControl } from '../../../protocol/terminal/controls.ts';
import { parseEscapes, type TerminalSink } from '../../../protocol/terminal/parse-escapes.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';

/** Characters of a line that an agent is given. */
const MAX_LENGTH = 2_000;

/**
 * The text of a line as an agent is given it: what a reader sees, without a single control character. Control characters and
 * invisible ones, which could say something that no reader sees, are named instead, as in `[U+202E]`.
 */
export function agentText(text: string): string {
  const shown = shownText(text);
  const cut = shown.length > MAX_LENGTH ? shown.slice(0, MAX_LENGTH) : shown;
  const sink = new NamingSink();
  parseEscapes(cut, undefined, (pen) => pen, sink);
  return cut.length < shown.length ? `${sink.named}… (${shown.length - MAX_LENGTH} more characters)` : sink.named;
}

class NamingSink implements TerminalSink<undefined> {
  named = '';

  text(text: string): void {
    this.named += text;
  }

  chip(text: string): void {
    for (const character of text) this.named += nameOf(character);
  }

  control(code: number): boolean {
    this.named += nameOf(String.fromCharCode(code));
    return isControl(code);
  }

  sequence(): void {
    // None is left in the text as shown.
  }
}

function nameOf(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
