/** Marks on a character, at most: no script has as many, and more of them would hide the text around. */
export const MAX_MARKS = 8;
/** Emoji joined into one, at most. */
const MAX_JOINED = 10;
/** Tags after a flag, at most, including the one that ends them. */
const MAX_TAGS = 7;

/** Characters that have to be examined one by one in a line with other control characters. */
const SUSPECT = /[\p{DI}\u2028\u2029\ufff9-\ufffb\p{M}]/u;

const INVISIBLE = /^[\p{DI}\u2028\u2029\ufff9-\ufffb]/u;
const MARK = /^\p{M}/u;
const SKIN = /^\p{EMod}/u;

/** Whether a line may hold what an {@link InvisibleReader} finds. */
export function isSuspect(text: string): boolean {
  return SUSPECT.test(text);
}

/** What an invisible character has to follow, and to precede, to be part of a visible one. Each pattern is tested on one character. */
const PARTS: readonly (readonly [of: RegExp, before: RegExp, after?: RegExp])[] = [
  // The style of an emoji or a digit; a variant of a letter or a sign, of an ideograph, of a Mongolian letter.
  [/[\ufe0e\ufe0f]/u, /\p{Emoji}/u],
  [/[\ufe00-\ufe0d]/u, /[^\0-\x7f\p{DI}]/u],
  [/[\u{e0100}-\u{e01ef}]/u, /\p{Ideo}/u],
  [/[\u180b-\u180f]/u, /[\u1820-\u18aa]/u],
  // Emoji of several characters.
  [/\u200d/u, /[\p{ExtPict}\p{EMod}\ufe0f]/u, /\p{ExtPict}/u],
  // Joiners between letters of scripts from Arabic to Burmese, Khmer and Mongolian.
  [/[\u200c\u200d]/u, /[\u0620-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af]|[\ua8e0-\uaaff]/u],
  // A flag's tags.
  [/[\u{e0020}-\u{e007f}]/u, /[\u{1f3f4}\u{e0020}-\u{e007e}]/u],
];

/**
 * Finds invisible text in a line, read from start to end: characters that fonts ignore, unless they are part of a visible
 * one, and marks beyond the limit.
 */
export class InvisibleReader {
  /** Marks on the current character, emoji joined to it, and its tags. */
  #marks = 0;
  #joined = 0;
  #tags = 0;

  /**
   * The end of the text to show as a chip from `at` on; `at` itself where the character there is visible. Characters
   * before `from` are no neighbours.
   */
  end(text: string, at: number, from: number): number {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const after = at + character.length;
    if (INVISIBLE.test(character)) return this.#isPart(text, at, from, character) ? at : after;
    this.#tags = 0;
    if (!MARK.test(character)) {
      if (text[at - 1] !== '\u200d' && !SKIN.test(character)) this.#joined = 0;
      this.#marks = 0;
      return at;
    }
    if (at > from) this.after(text.charCodeAt(at - 1));
    this.#marks += 1;
    if (this.#marks <= MAX_MARKS) return at;
    let end = after;
    for (let next = markAt(text, end); next > 0; next = markAt(text, end)) end += next;
    return end;
  }

  /** Call with the last character of a text that was not read here because it has no marks. */
  after(code: number): void {
    if (code < 0x300) this.#marks = 0;
  }

  #isPart(text: string, at: number, from: number, character: string): boolean {
    const before = at > from ? characterBefore(text, at) : '';
    const after = String.fromCodePoint(text.codePointAt(at + character.length) ?? 0);
    const part =
      before !== '' &&
      PARTS.some(([of, preceding, following]) => of.test(character) && preceding.test(before) && following?.test(after) !== false);
    if (character === '\u200d') return part && ++this.#joined <= MAX_JOINED;
    if (character >= '\u{e0020}' && character <= '\u{e007f}') return part && ++this.#tags <= MAX_TAGS;
    return part;
  }
}

/** Length of the mark at an index; 0 where there is none. */
function markAt(text: string, at: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return MARK.test(character) && !INVISIBLE.test(character) ? character.length : 0;
}

function characterBefore(text: string, at: number): string {
  const pair = text.slice(Math.max(0, at - 2), at);
  return pair.length === 2 && (pair.codePointAt(0) ?? 0) > 0xffff ? pair : pair.slice(-1);
}
