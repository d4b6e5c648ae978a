import type { Line, LineExtra } from '../line.ts';
import { utf8Length } from './utf8-length.ts';

/** A long line is taken together up to this many bytes, then begins again. */
const MAX_WHOLE_LINE = 4 * 1_024 * 1_024;

/** A line with all its pieces, or as many as are taken together. */
export interface WholeLine {
  /** The numbers of its first and its last piece. */
  readonly from: number;
  readonly to: number;
  /** When its first piece was written, unix ms. */
  readonly time: number;
  /** As stored. */
  readonly text: string;
  /** Of its first piece. */
  readonly extra: LineExtra | undefined;
  /** It begins in the middle of a line. */
  readonly isRest: boolean;
}

/** A place where a line begins, or its text is taken together again. */
export interface LineStart {
  readonly from: number;
  /** It continues the line before it. */
  readonly isInside: boolean;
}

/** Whether a piece is taken together with the bytes before it. */
export function fitsInWhole(before: number, piece: number): boolean {
  return before + piece <= MAX_WHOLE_LINE;
}

interface OpenLine {
  readonly from: number;
  readonly time: number;
  readonly extra: LineExtra | undefined;
  readonly isRest: boolean;
  readonly pieces: string[];
  bytes: number;
}

/** Joins the pieces of lines that were longer than the limit. Lines are added in order, without gaps. */
export class WholeLines {
  readonly #emit: (line: WholeLine) => void;
  #open: OpenLine | undefined;
  #isInside = false;

  /** `emit` receives each line once it is whole. `isInside`: the first line continues one that is not looked at. */
  constructor(emit: (line: WholeLine) => void, isInside = false) {
    this.#emit = emit;
    this.#isInside = isInside;
  }

  /** Whether a line is not whole yet. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Where another instance has to begin to go on: after the last whole line. `next`: the number of the next line to add. */
  resumeAt(next: number): LineStart {
    if (this.#open === undefined) return { from: next, isInside: this.#isInside };
    return { from: this.#open.from, isInside: this.#open.isRest };
  }

  add(number: number, line: Line): void {
    const [time, text, extra] = line;
    const continues = extra?.p === 1;
    if (!continues && this.#open === undefined) {
      this.#emit({ from: number, to: number, time, text, extra, isRest: this.#isInside });
    } else {
      this.#addPiece(number, line);
      if (!continues) this.flush(number);
    }
    this.#isInside = continues;
  }

  /** Emits the line that is not whole yet, as far as it has come. @param to The last line that was added. */
  flush(to: number): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { from, time, extra, isRest } = open;
    this.#emit({ from, to, time, text: open.pieces.join(''), extra, isRest });
  }

  #addPiece(number: number, [time, text, extra]: Line): void {
    const bytes = utf8Length(text);
    if (this.#open !== undefined && !fitsInWhole(this.#open.bytes, bytes)) this.flush(number - 1);
    this.#open ??= { from: number, time, extra, isRest: this.#isInside, pieces: [], bytes: 0 };
    this.#open.pieces.push(text);
    this.#open.bytes += bytes;
  }
}
