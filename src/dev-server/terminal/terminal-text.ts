import { ESC, readEscape } from '../../protocol/escape.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { isSgr } from '../../protocol/sgr.ts';

/** Control characters but the tab, and what makes a terminal show text in another order than it was written. */
const SPECIAL = /[\0-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

/**
 * Text of others as it may be written to a terminal: what can be seen, and its colours. A log may hold any sequence that a
 * terminal obeys: one that sets the clipboard or the title, moves the cursor, has it answer. All of it is dropped,
 * however the text was cut into pieces. What a carriage return would write over stays, on a line of its own.
 */
export class TerminalText {
  readonly #colours: boolean;
  /** A sequence whose end is still to come. */
  #held = '';
  #hasText = false;
  #isReturned = false;

  constructor({ colours = true }: { readonly colours?: boolean } = {}) {
    this.#colours = colours;
  }

  /** Takes the next piece of a line; returns what of it may be written. */
  push(text: string): string {
    let rest = this.#held + text;
    this.#held = '';
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
        // One that is longer than any is none: what follows of it is text.
        if (cut.length <= 2 * LIMITS.escapeLength) this.#held = cut;
        return written;
      }
      if (this.#colours && isSgr(sequence)) written += rest.slice(at, sequence.end);
      rest = rest.slice(sequence.end);
    }
  }

  /** The line ends here: returns its end. */
  endLine(): string {
    this.#held = '';
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

/** A message that may quote others, without anything that a terminal obeys. */
export function plainText(message: string): string {
  return message
    .split('\n')
    .map((line) => new TerminalText({ colours: false }).push(line))
    .join('\n');
}
