import type { TextRun } from '../../terminal/runs.ts';
import { layOutRows, type GridLayout } from './long-line.ts';
import { cutRuns } from './run-cutter.ts';
import type { StoredLine } from './stored-pieces.ts';

/** Text of a later piece at the end of a piece's last row. */
export interface LentText {
  readonly line: number;
  readonly runs: readonly TextRun[];
}

/** How the text of a piece is read; undefined where its line is not held, or has to wait for the next frame. */
export interface PieceReader {
  /** All that a piece shows. */
  whole(number: number): readonly TextRun[] | undefined;
  /** At least so many characters of what it shows from its start, or all of it. */
  head(number: number, characters: number): readonly TextRun[] | undefined;
}

interface Flow {
  readonly columns: number;
  readonly start: number | undefined;
  /** Rows that begin in the piece. */
  readonly rows: number;
  /** Columns that are filled of the row in which it ends. */
  readonly column: number;
}

/**
 * Lets the pieces of a long line flow into one grid: a row belongs to the piece in which it begins, and is filled up with
 * the start of the next pieces. What a piece starts with is remembered, so that it stays known when earlier pieces are no
 * longer held.
 */
export class PieceFlow {
  readonly #reader: PieceReader;
  readonly #maxPieces: number;
  readonly #flows = new Map<number, Flow>();

  constructor(reader: PieceReader, maxPieces: number) {
    this.#reader = reader;
    this.#maxPieces = maxPieces;
  }

  /**
   * Columns that earlier pieces fill of the row in which a piece starts. Undefined for the first piece, and where the piece
   * before could not be read: then it begins a row of its own.
   */
  startOf(number: number, { from }: StoredLine, columns: number): number | undefined {
    let start: number | undefined;
    for (let piece = from; piece < number; piece += 1) {
      const known = this.#known(piece, start, columns);
      if (known !== undefined) start = known.column;
      else {
        const runs = this.#reader.whole(piece);
        start = runs && this.layOut(piece, runs, start, columns).column;
      }
    }
    return start;
  }

  /** Lays a piece out on the grid. */
  layOut(number: number, runs: readonly TextRun[], start: number | undefined, columns: number): GridLayout {
    const layout = layOutRows(runs, columns, start);
    this.#flows.delete(number);
    this.#flows.set(number, { columns, start, rows: layout.rows.length, column: layout.column });
    if (this.#flows.size > this.#maxPieces) this.#forgetOldest();
    return layout;
  }

  /** What fills up the last row of a piece; `isComplete` is false where a piece that could lend was not read. */
  lentTo(number: number, { to }: StoredLine, columns: number): { readonly lent: readonly LentText[]; readonly isComplete: boolean } {
    const lent: LentText[] = [];
    const flow = this.#flows.get(number);
    let column = flow?.column ?? columns;
    // No row begins in a piece that is lent as a whole, and one that is full takes no more.
    if (flow === undefined || flow.rows === 0) return { lent, isComplete: true };
    for (let piece = number + 1; piece <= to && column < columns; piece += 1) {
      const head = this.#headFor(piece, column, columns);
      if (head === undefined) return { lent, isComplete: false };
      const { rows, length, column: end } = layOutRows(head, columns, column);
      const lead = rows[0]?.from ?? length;
      if (lead > 0) lent.push({ line: piece, runs: cutRuns(head, 0, lead) });
      if (rows.length > 0) break;
      column = end;
    }
    return { lent, isComplete: true };
  }

  /** Pieces of an expanded line in which no row begins: all of their text is in rows of earlier pieces. */
  lentAway({ from, to }: StoredLine, columns: number): number[] {
    const pieces: number[] = [];
    let start: number | undefined;
    for (let piece = from; piece < to; piece += 1) {
      const known = this.#known(piece, start, columns);
      if (known?.rows === 0) pieces.push(piece);
      start = known?.column;
    }
    return pieces;
  }

  clear(): void {
    this.#flows.clear();
  }

  /** Enough of a piece's start to fill a row. */
  #headFor(piece: number, column: number, columns: number): readonly TextRun[] | undefined {
    for (let characters = 4 * columns; ; characters *= 4) {
      const head = this.#reader.head(piece, characters);
      if (head === undefined) return undefined;
      const { rows, length } = layOutRows(head, columns, column);
      if (rows.length > 0 || length < characters) return head;
    }
  }

  #known(piece: number, start: number | undefined, columns: number): Flow | undefined {
    const flow = this.#flows.get(piece);
    return flow?.columns === columns && flow.start === start ? flow : undefined;
  }

  #forgetOldest(): void {
    for (const piece of this.#flows.keys()) {
      this.#flows.delete(piece);
      return;
    }
  }
}
