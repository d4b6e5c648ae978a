import type { EscapeSequence } from '../../protocol/escape.ts';
import { ClusterBudget } from '../../protocol/terminal/cluster-budget.ts';
import { CellLine } from './cell-line.ts';
import { moveInRow } from '../../protocol/terminal/columns.ts';
import type { TerminalSink } from './parse-escapes.ts';
import type { TextPen, TextRun } from './runs.ts';
import { isPlace, isRestore, isSave } from '../../protocol/terminal/sequences.ts';

export const BACKSPACE = 0x08;
export const RETURN = 0x0d;

/** For lines that overwrite themselves. */
export class RowSink implements TerminalSink {
  readonly #line: CellLine;
  #saved = 0;
  /** Between saving the cursor and restoring it. */
  #isSaved = false;
  /** Behind a jump in between: what is written stands elsewhere, as apt's progress bar does. */
  #isElsewhere = false;

  constructor(length: number) {
    const budget = new ClusterBudget();
    budget.earn(length);
    this.#line = new CellLine(budget);
  }

  text(text: string, pen: TextPen): void {
    if (!this.#isElsewhere) this.#line.write(text, pen);
  }

  chip(text: string, pen: TextPen): void {
    if (!this.#isElsewhere) this.#line.writeChip(text, pen);
  }

  control(code: number): boolean {
    if (code !== RETURN && code !== BACKSPACE) return false;
    if (this.#isElsewhere) return true;
    if (code === RETURN) this.#line.moveTo(0);
    else this.#line.moveBy(-1);
    return true;
  }

  sequence(sequence: EscapeSequence): void {
    if (isSave(sequence)) {
      if (!this.#isElsewhere) this.#saved = this.#line.column;
      this.#isSaved = true;
    } else if (isRestore(sequence)) {
      this.#line.enter(this.#saved);
      this.#isSaved = this.#isElsewhere = false;
    } else if (isPlace(sequence) && this.#isSaved) this.#isElsewhere = true;
    else if (!this.#isElsewhere) moveInRow(this.#line, sequence);
  }

  runs(): readonly TextRun[] {
    return this.#line.runs();
  }
}
