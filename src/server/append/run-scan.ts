import { nextMarked } from '../../protocol/marks/mark-scan.ts';

const NEWLINE = 0x0a;
const ESCAPE = 0x1b;
const BRACKET = 0x5b;
const ZERO = 0x30;
const ERASE = 0x4b;
const RENDITION = 0x6d;

/**
 * Finds the lines of a run that have to be read, without decoding any: in their bytes. Places are offsets of bytes; one after the
 * end means that there is none.
 */
export class RunScan {
  readonly #body: Buffer;
  readonly #count: number;
  readonly #coloured = new Found();
  readonly #unreset = new Found();
  readonly #marked = new Found();
  /** The last place whose line was asked for, and the index of that line. */
  #place = 0;
  #index = 0;

  /** @param count Lines of the run. */
  constructor(body: Buffer, count: number) {
    this.#body = body;
    this.#count = count;
  }

  /** The index of the line that begins at a place. Places are asked for in order. */
  indexOf(start: number): number {
    if (start > this.#body.length) return this.#count;
    for (let at = this.#place; at < start; at = this.endOfLine(at) + 1) this.#index += 1;
    this.#place = start;
    return this.#index;
  }

  endOfLine(start: number): number {
    const at = this.#body.indexOf(NEWLINE, start);
    return at === -1 ? this.#body.length : at;
  }

  /** The line that ends before the one at `start`. */
  lineBefore(start: number): Buffer {
    const end = start - 1;
    return this.#body.subarray(end === 0 ? 0 : this.#body.lastIndexOf(NEWLINE, end - 1) + 1, end);
  }

  /** The first line, from the one at `at` on, with an escape sequence. */
  nextEscape(at: number): number {
    return this.#coloured.from(at, () => this.#startOfLine(this.#body.indexOf(ESCAPE, at)));
  }

  /** The first line, from the one at `at` on, that may leave colours in force if none are at its start. */
  nextUnreset(at: number): number {
    return this.#unreset.from(at, () => this.#startOfLine(this.#findUnreset(at)));
  }

  /** The first line, from the one at `at` on, that may have marks. */
  nextMarked(at: number): number {
    return this.#marked.from(at, () => {
      const start = nextMarked(this.#body, at);
      return start === -1 ? this.#body.length + 1 : start;
    });
  }

  #findUnreset(at: number): number {
    const body = this.#body;
    for (let escape = body.indexOf(ESCAPE, at); escape !== -1;) {
      const end = this.endOfLine(escape);
      // Whether the line leaves colours depends on its last sequence, unless that erases.
      let last = body.lastIndexOf(ESCAPE, end);
      while (last > escape && isErasure(body, last)) last = body.lastIndexOf(ESCAPE, last - 1);
      if (!isReset(body, last) && !isErasure(body, last)) return last;
      escape = body.indexOf(ESCAPE, end);
    }
    return -1;
  }

  #startOfLine(place: number): number {
    return place === -1 ? this.#body.length + 1 : this.#body.lastIndexOf(NEWLINE, place) + 1;
  }
}

/** The place found last, which is not searched for again before it was passed. */
class Found {
  #from = 0;
  #place = -1;

  from(at: number, find: () => number): number {
    if (at < this.#from || at > this.#place) {
      this.#from = at;
      this.#place = find();
    }
    return this.#place;
  }
}

/** `ESC [ 0 m` and `ESC [ m`, which count wherever they are: an ESC ends any sequence before it. */
function isReset(body: Buffer, escape: number): boolean {
  if (body[escape + 1] !== BRACKET) return false;
  return body[body[escape + 2] === ZERO ? escape + 3 : escape + 2] === RENDITION;
}

/** `ESC [ K`, which gcc and grep write after each colour. */
function isErasure(body: Buffer, escape: number): boolean {
  return body[escape + 1] === BRACKET && body[escape + 2] === ERASE;
}
