import { ESC, readEscape } from '../../protocol/escape.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { isSgr } from '../../protocol/sgr.ts';

/** Control characters except the tab, and characters that reorder text. */
const SPECIAL = /[\0-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

/**
 * Makes the text of a log safe for a terminal: visible characters and colours stay. All other sequences are dropped, wherever the
 * text was cut into pieces, since they could set the clipboard or the title, move the cursor, or make the terminal send input.
 * Text that a carriage return would overwrite stays, on a line of its own.
 */
export class TerminalText {
  readonly #colours: boolean;
  /** The beginning of a sequence that is not complete yet. */
  #pending = '';
  #hasText = false;
  #isReturned = false;

  constructor({ colours = true }: { readonly colours?: boolean } = {}) {
    this.#colours = colours;
  }

  /** Adds the next piece of a line; returns the text that is safe to write. */
  push(text: string): string {
    let rest = this.#pending + text;
    this.#pending = '';
    let written = '';
    for (;;) {
      const at = rest.search(SPECIAL);
      written += this.#plain(at === -1 ? rest : rest.slice(0, at));
      if (at === -1) return written;
      if (rest[at] !== ESC) {
        if (rest[at] === '\r') this.#isReturned = this.#hasText;
        rest = rest.slice(at + 1);
        continue;
      }
      const sequence = readEscape(rest, at);
      if (sequence.kind === 'cut') {
        const cut = rest.slice(at);
        // Too long for a sequence: the rest of it is text.
        if (cut.length <= 2 * LIMITS.escapeLength) this.#pending = cut;
        return written;
      }
      if (this.#colours && isSgr(sequence)) written += rest.slice(at, sequence.end);
      rest = rest.slice(sequence.end);
    }
  }

  /** Ends the line; returns the line break. */
  endLine(): string {
    this.#pending = '';
    this.#hasText = false;
    this.#isReturned = false;
    return '\n';
  }

  #plain(text: string): string {
    if (text === '') return '';
    const start = this.#isReturned ? '\n' : '';
    this.#isReturned = false;
    this.#hasText = true;
    return start + text;
  }
}

/** Removes all control sequences from a message that may quote untrusted text. */
export function plainText(message: string): string {
  return message
    .split('\n')
    .map((line) => new TerminalText({ colours: false }).push(line))
    .join('\n');
}
