import { LIMITS } from '../protocol/limits.ts';
import type { Line } from '../protocol/line.ts';
import { carryAfter } from '../protocol/sgr.ts';
import { partTail } from './append/part-tail.ts';

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

  /** Takes in what one writer says; returns whether another part is shown now. */
  set(writer: string, line: Line | null): boolean {
    this.#lines.delete(writer);
    if (line !== null) this.#lines.set(writer, clip(line));
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

/** What viewers get of an unfinished line. Writers cut it already; those of another process are not taken at their word. */
function clip(line: Line): Line {
  const [time, text, extra] = line;
  const clipped = partTail(text, LIMITS.partBytes);
  if (clipped.text === text) return line;
  // What was cut off may have set the colour of the rest.
  const carry = carryAfter(extra?.c ?? '', text.slice(0, clipped.start));
  return [time, clipped.text, { ...(extra?.s === undefined ? {} : { s: extra.s }), ...(carry === '' ? {} : { c: carry }) }];
}
