import type { SgrState } from '../../protocol/sgr.ts';
import { TAB_STOP, joinedLength, readCluster } from './clusters.ts';
import type { TextRun } from './runs.ts';

/** Farthest column that a cursor movement reaches: what is written goes beyond it, a movement alone does not. */
const MAX_MOVE = 4_096;
/**
 * Cells that movements and erasures of one line may fill in together. A line that wants more was made to cost time:
 * what it moves and erases from there on is ignored, its text is not.
 */
const MAX_FILL = 1_000_000;

interface Cell {
  /** Empty for the columns behind the first of a wide glyph or a tab. */
  text: string;
  style: SgrState;
  chip: boolean;
}

/** One line of a terminal: a cursor that moves within it and cells that are overwritten. */
export class CellLine {
  readonly #cells: Cell[] = [];
  readonly #blank: SgrState;
  #column = 0;
  #filled = 0;

  constructor(blank: SgrState) {
    this.#blank = blank;
  }

  moveTo(column: number): void {
    if (this.#filled > MAX_FILL) return;
    this.#column = Math.min(Math.max(column, 0), MAX_MOVE);
  }

  moveBy(columns: number): void {
    if (this.#filled > MAX_FILL) return;
    // Text may have gone beyond the farthest movement; a step back from there has to count from there.
    this.#column = columns < 0 ? Math.max(0, this.#column + columns) : Math.max(this.#column, Math.min(this.#column + columns, MAX_MOVE));
  }

  write(text: string, style: SgrState): void {
    let at = joinedLength(text);
    if (at > 0 && !this.#join(text.slice(0, at))) at = 0;
    while (at < text.length) {
      const from = at;
      let { end, cells } = readCluster(text, at);
      // A format character without anything before it goes with what follows.
      while (cells === 0 && end < text.length && text[end] !== '\t') ({ end, cells } = readCluster(text, end));
      if (text[at] === '\t') this.#put('\t', TAB_STOP - (this.#column % TAB_STOP), style, false);
      else if (cells > 0) this.#put(text.slice(from, end), cells, style, false);
      at = end;
    }
  }

  /** A control character's picture or name: a column for each letter. */
  writeChip(text: string, style: SgrState): void {
    this.#put(text, text.length, style, true);
  }

  /** CSI K: erases to the end (0), from the start (1), or all (2); the cursor stays. */
  erase(mode: number): void {
    if (this.#filled > MAX_FILL) return;
    if (mode === 2) this.#cells.length = 0;
    else if (mode === 0) {
      this.#split(this.#column);
      this.#cells.length = Math.min(this.#cells.length, this.#column);
    } else if (mode === 1) {
      const until = Math.min(this.#column + 1, this.#cells.length);
      this.#split(until);
      for (let at = 0; at < until; at += 1) this.#cells[at] = this.#space();
    }
  }

  runs(): TextRun[] {
    const runs: { text: string; style: SgrState; chip: boolean }[] = [];
    for (const { text, style, chip } of this.#cells) {
      const last = runs.at(-1);
      if (last !== undefined && !chip && !last.chip && last.style === style) last.text += text;
      else if (text !== '') runs.push({ text, style, chip });
    }
    return runs;
  }

  #put(text: string, width: number, style: SgrState, chip: boolean): void {
    while (this.#cells.length < this.#column) this.#cells.push(this.#space());
    this.#split(this.#column);
    this.#split(this.#column + width);
    this.#cells[this.#column] = { text, style, chip };
    for (let at = 1; at < width; at += 1) this.#cells[this.#column + at] = { text: '', style, chip: false };
    this.#column += width;
  }

  /** Adds marks to what was written left of the cursor; false if there is nothing that could bear them. */
  #join(marks: string): boolean {
    let at = Math.min(this.#column, this.#cells.length) - 1;
    while (at > 0 && this.#cells[at]?.text === '') at -= 1;
    const cell = this.#cells[at];
    if (cell === undefined || cell.chip) return false;
    cell.text += marks;
    return true;
  }

  /** A wide glyph or tab that reaches across `column` cannot be halved: it becomes spaces. */
  #split(column: number): void {
    if (this.#cells[column]?.text !== '') return;
    let start = column;
    while (start > 0 && this.#cells[start]?.text === '') start -= 1;
    for (let at = start; at < this.#cells.length && (at === start || this.#cells[at]?.text === ''); at += 1) {
      this.#cells[at] = { text: ' ', style: this.#cells[at]?.style ?? this.#blank, chip: false };
    }
  }

  #space(): Cell {
    this.#filled += 1;
    return { text: ' ', style: this.#blank, chip: false };
  }
}
