import { MAX_LINE } from './redraw-scanner.ts';
import { textOf } from './runs.ts';
import { Screen, type FrameRow } from './screen.ts';

/** The rows of a terminal that are left of lines of which some wrote over others, each with the line that wrote it. */
export class Survivors {
  readonly #from: number;
  readonly #to: number;
  #screen = new Screen();
  #done: FrameRow[] = [];

  /** Collects the rows that the lines `from` … `to` wrote. */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  /** Whether no later line can change the rows. */
  get isDecided(): boolean {
    return !this.#screen.holds(this.#from, this.#to);
  }

  /** Reads the next line; begin some lines before `from`, since the range may write over them. */
  push(line: number, text: string): void {
    if (text.length > MAX_LINE) {
      this.#done = this.#rows();
      this.#screen = new Screen();
    }
    this.#screen.write(line, text, '');
    for (let row = this.#screen.scroll(); row !== undefined; row = this.#screen.scroll()) {
      if (this.#isInRange(row.line)) this.#done.push(row.left());
    }
  }

  /** The present rows, in the order of their lines. */
  texts(): { readonly line: number; readonly text: string }[] {
    return this.#rows()
      .map(({ line, runs }) => ({ line, text: textOf(runs) }))
      .sort((a, b) => a.line - b.line);
  }

  #rows(): FrameRow[] {
    return [...this.#done, ...this.#screen.rows(0, Infinity).filter(({ line }) => this.#isInRange(line))];
  }

  #isInRange(line: number): boolean {
    return line >= this.#from && line <= this.#to;
  }
}
