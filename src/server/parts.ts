import { LIMITS } from '../protocol/limits.ts';
import type { Line } from '../protocol/line.ts';
import { carryAfter } from '../protocol/sgr.ts';

/** Writers of one log whose unfinished lines are kept; of more, those that changed longest ago are forgotten. */
export const MAX_WRITERS = 64;

/** The unfinished last line of each writer of a log. The one that changed last is shown. */
export class Parts {
  /** In the order of their last change. */
  readonly #lines = new Map<string, Line>();
  #current: Line | null = null;
  #version = 0;

  get current(): Line | null {
    return this.#current;
  }

  /** Grows with each change of `current`. */
  get version(): number {
    return this.#version;
  }

  /** Takes in what one writer says, now or again; returns whether another part is shown now. */
  set(writer: string, line: Line | null): boolean {
    const part = line === null ? null : clipPart(line);
    const known = this.#lines.get(writer);
    if (part !== null && known !== undefined && looksLike(part, known)) return false;
    this.#lines.delete(writer);
    if (part !== null) this.#lines.set(writer, part);
    if (this.#lines.size > MAX_WRITERS) {
      for (const oldest of this.#lines.keys()) {
        this.#lines.delete(oldest);
        break;
      }
    }
    return this.#show();
  }

  /** Forgets all writers; returns whether a part was shown. */
  clear(): boolean {
    this.#lines.clear();
    return this.#show();
  }

  #show(): boolean {
    const newest = [...this.#lines.values()].at(-1) ?? null;
    if (newest === this.#current) return false;
    this.#current = newest;
    this.#version += 1;
    return true;
  }
}

/** Whether two unfinished lines look the same. */
export function looksLike([, text, extra]: Line, [, otherText, otherExtra]: Line): boolean {
  return text === otherText && extra?.c === otherExtra?.c && extra?.s === otherExtra?.s;
}

/** What is shown of an unfinished line: what stands behind its last `\r`, and of that the last 4 KiB, UTF-8. */
export function clipPart(line: Line): Line {
  const [time, text, extra] = line;
  const shown = tail(text, writtenOver(text), LIMITS.partBytes);
  if (shown.text === text) return line;
  // What is cut off may have set the colour of the rest.
  const carry = carryAfter(extra?.c ?? '', text.slice(0, shown.start));
  return [time, shown.text, { ...(extra?.s === undefined ? {} : { s: extra.s }), ...(carry === '' ? {} : { c: carry }) }];
}

/** What of a text a terminal has on screen. A `\r` at the very end overwrites nothing yet, and may be the half of `\r\n`. */
function writtenOver(text: string): { readonly start: number; readonly end: number } {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\r') end -= 1;
  return { start: end === 0 ? 0 : text.lastIndexOf('\r', end - 1) + 1, end };
}

/** The last `limit` bytes between `start` and `end`, from a character on, and where in `text` they begin. */
function tail(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  limit: number,
): { start: number; text: string } {
  // A code unit takes a byte at least, so that more of them never fit.
  const bytes = Buffer.from(text.slice(Math.max(start, end - limit), end));
  let from = Math.max(0, bytes.length - limit);
  while (((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  const shown = bytes.toString('utf8', from);
  return { start: end - shown.length, text: shown };
}
