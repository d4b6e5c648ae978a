import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { clipText } from './clip-text.ts';

/** Writers of one log whose unfinished lines are kept; of more, those that changed longest ago are forgotten. */
export const MAX_WRITERS = 64;

/** The unfinished last line of each writer of a log. The one that changed last is shown. */
export class UnfinishedLines {
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

/** The end of a line that is longer than 4 KiB, UTF-8. Another process may have sent it. */
export function clipPart(line: Line): Line {
  const [time, text, extra] = line;
  const clipped = clipText({ text, carry: extra?.c ?? '' }, LIMITS.partBytes);
  if (clipped.text === text) return line;
  return [time, clipped.text, { ...(extra?.s === undefined ? {} : { s: extra.s }), ...(clipped.carry === '' ? {} : { c: clipped.carry }) }];
}
