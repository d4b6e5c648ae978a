import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { clipText } from './clip-text.ts';

/** How many writers of one log have their unfinished line kept; of more, those that changed longest ago are dropped. */
export const MAX_WRITERS = 64;

/** The unfinished last line of each writer of a log. The current one is the one that changed last. */
export class UnfinishedLines {
  /** By writer, in the order of their last change. */
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

  /** Sets the line of one writer, or repeats it; returns whether the current part changed. */
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

  /** Drops the lines of all writers; returns whether the current part changed. */
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

/** The last 4 KiB of a line. A line from another process may be longer. */
export function clipPart(line: Line): Line {
  const [time, text, extra] = line;
  const clipped = clipText({ text, carry: extra?.c ?? '' }, LIMITS.partBytes);
  if (clipped.text === text) return line;
  return [time, clipped.text, { ...(extra?.s === undefined ? {} : { s: extra.s }), ...(clipped.carry === '' ? {} : { c: clipped.carry }) }];
}
