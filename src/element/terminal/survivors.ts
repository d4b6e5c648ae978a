import { MAX_LINE } from './redraw-scanner.ts';
import { textOf } from './runs.ts';
import { Screen, type FrameRow } from './screen.ts';

/** What is left of lines of which a tool wrote some over others: the rows of a terminal, each with the line that wrote it. */
export class Survivors {
  readonly #from: number;
  readonly #to: number;
  #screen = new Screen();
  #done: FrameRow[] = [];

  /** Those that the lines `from` … `to` wrote. */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  /** Whether no later line can change what is left. */
  get isDecided(): boolean {
    return !this.#screen.holds(this.#from, this.#to);
  }

  /** Takes one line after the other, with some before those that are asked for: they may be what is written over. */
  push(line: number, text: string): void {
    if (text.length > MAX_LINE) {
      this.#done = this.#rows();
      this.#screen = new Screen();
    }
    this.#screen.write(line, text, '');
    for (let row = this.#screen.scroll(); row !== undefined; row = this.#screen.scroll()) {
      if (this.#isAsked(row.line)) this.#done.push(row.left());
    }
  }

  /** The rows as they stand now, by their lines. */
  texts(): { readonly line: number; readonly text: string }[] {
    return this.#rows()
      .map(({ line, runs }) => ({ line, text: textOf(runs) }))
      .sort((a, b) => a.line - b.line);
  }

  #rows(): FrameRow[] {
    return [...this.#done, ...this.#screen.rows(0, Infinity).filter(({ line }) => this.#isAsked(line))];
  }

  #isAsked(line: number): boolean {
    return line >= this.#from && line <= this.#to;
  }
}
