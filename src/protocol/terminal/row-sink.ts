import type { EscapeSequence } from '../escape.ts';
import { CellLine } from './cell-line.ts';
import { ClusterBudget } from './cluster-budget.ts';
import { moveInRow } from './columns.ts';
import { BACKSPACE, RETURN } from './controls.ts';
import type { TerminalSink } from './parse-escapes.ts';
import { isPlace, isRestore, isSave } from './sequences.ts';

/** Collects the row of a line that overwrites itself. Moves to other rows are ignored. */
export class RowSink<Pen> implements TerminalSink<Pen> {
  readonly cells: CellLine<Pen>;
  readonly #budget = new ClusterBudget();
  /** Characters since the last movement: the work that the next one may do depends on text alone, not on sequences that set pens. */
  #read = 0;
  #saved = 0;
  /** The cursor was saved and not restored yet. */
  #isSaved = false;
  /** It jumped in between: text is written to another row, as apt's progress bar is. */
  #isElsewhere = false;

  /** @param blank - The pen of columns that nothing was written to. */
  constructor(blank: Pen) {
    this.cells = new CellLine(this.#budget, blank);
  }

  text(text: string, pen: Pen): void {
    this.#read += text.length;
    if (!this.#isElsewhere) this.cells.write(text, pen);
  }

  chip(text: string, pen: Pen): void {
    this.#read += text.length;
    if (!this.#isElsewhere) this.cells.writeChip(text, pen);
  }

  control(code: number): boolean {
    if (code !== RETURN && code !== BACKSPACE) return false;
    if (this.#isElsewhere) return true;
    this.#earn(1);
    if (code === RETURN) this.cells.moveTo(0);
    else this.cells.moveBy(-1);
    return true;
  }

  sequence(sequence: EscapeSequence): void {
    this.#earn(2 + sequence.params.length + sequence.final.length);
    if (isSave(sequence)) {
      if (!this.#isElsewhere) this.#saved = this.cells.column;
      this.#isSaved = true;
    } else if (isRestore(sequence)) {
      this.cells.enter(this.#saved);
      this.#isSaved = this.#isElsewhere = false;
    } else if (isPlace(sequence) && this.#isSaved) this.#isElsewhere = true;
    else if (!this.#isElsewhere) moveInRow(this.cells, sequence);
  }

  #earn(characters: number): void {
    this.#budget.earn(this.#read + characters);
    this.#read = 0;
  }
}
