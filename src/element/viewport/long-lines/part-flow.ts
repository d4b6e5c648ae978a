import type { TextRun } from '../../terminal/runs.ts';
import { cutRuns, layOutRows, type GridLayout } from './long-line.ts';
import type { Group } from './stored-parts.ts';

/** Text of a later part at the end of a part's last row. */
export interface LentText {
  readonly line: number;
  readonly runs: readonly TextRun[];
}

/** How the text of a part is read; undefined where its line is not held, or has to wait for the next frame. */
export interface PartReader {
  /** All that a part shows. */
  whole(number: number): readonly TextRun[] | undefined;
  /** At least so many characters of what it shows from its start, or all of it. */
  head(number: number, characters: number): readonly TextRun[] | undefined;
}

interface Flow {
  readonly columns: number;
  readonly start: number | undefined;
  /** Rows that begin in the part. */
  readonly rows: number;
  /** Columns that are filled of the row in which it ends. */
  readonly column: number;
}

/**
 * Lets the parts of a long line flow into one grid: a row belongs to the part in which it begins, and is filled up with
 * the start of the next parts. What a part starts with is remembered, so that it stays known when earlier parts are no
 * longer held.
 */
export class PartFlow {
  readonly #reader: PartReader;
  readonly #maxParts: number;
  readonly #flows = new Map<number, Flow>();

  constructor(reader: PartReader, maxParts: number) {
    this.#reader = reader;
    this.#maxParts = maxParts;
  }

  /**
   * Columns that earlier parts fill of the row in which a part starts. Undefined for the first part, and where the part
   * before could not be read: then it begins a row of its own.
   */
  startOf(number: number, { from }: Group, columns: number): number | undefined {
    let start: number | undefined;
    for (let part = from; part < number; part += 1) {
      const known = this.#known(part, start, columns);
      if (known !== undefined) start = known.column;
      else {
        const runs = this.#reader.whole(part);
        start = runs && this.layOut(part, runs, start, columns).column;
      }
    }
    return start;
  }

  /** Lays a part out on the grid. */
  layOut(number: number, runs: readonly TextRun[], start: number | undefined, columns: number): GridLayout {
    const layout = layOutRows(runs, columns, start);
    this.#flows.delete(number);
    this.#flows.set(number, { columns, start, rows: layout.rows.length, column: layout.column });
    if (this.#flows.size > this.#maxParts) this.#forgetOldest();
    return layout;
  }

  /** What fills up the last row of a part; `isComplete` is false where a part that could lend was not read. */
  lentTo(number: number, { to }: Group, columns: number): { readonly lent: readonly LentText[]; readonly isComplete: boolean } {
    const lent: LentText[] = [];
    const flow = this.#flows.get(number);
    let column = flow?.column ?? columns;
    // No row begins in a part that is lent as a whole, and one that is full takes no more.
    if (flow === undefined || flow.rows === 0) return { lent, isComplete: true };
    for (let part = number + 1; part <= to && column < columns; part += 1) {
      const head = this.#headFor(part, column, columns);
      if (head === undefined) return { lent, isComplete: false };
      const { rows, length, column: end } = layOutRows(head, columns, column);
      const lead = rows[0]?.from ?? length;
      if (lead > 0) lent.push({ line: part, runs: cutRuns(head, 0, lead) });
      if (rows.length > 0) break;
      column = end;
    }
    return { lent, isComplete: true };
  }

  /** Parts of an expanded line in which no row begins: all of their text is in rows of earlier parts. */
  lentAway({ from, to }: Group, columns: number): number[] {
    const parts: number[] = [];
    let start: number | undefined;
    for (let part = from; part < to; part += 1) {
      const known = this.#known(part, start, columns);
      if (known?.rows === 0) parts.push(part);
      start = known?.column;
    }
    return parts;
  }

  clear(): void {
    this.#flows.clear();
  }

  /** Enough of a part's start to fill a row. */
  #headFor(part: number, column: number, columns: number): readonly TextRun[] | undefined {
    for (let characters = 4 * columns; ; characters *= 4) {
      const head = this.#reader.head(part, characters);
      if (head === undefined) return undefined;
      const { rows, length } = layOutRows(head, columns, column);
      if (rows.length > 0 || length < characters) return head;
    }
  }

  #known(part: number, start: number | undefined, columns: number): Flow | undefined {
    const flow = this.#flows.get(part);
    return flow?.columns === columns && flow.start === start ? flow : undefined;
  }

  #forgetOldest(): void {
    for (const part of this.#flows.keys()) {
      this.#flows.delete(part);
      return;
    }
  }
}
