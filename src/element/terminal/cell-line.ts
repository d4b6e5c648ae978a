import { SGR_DEFAULT } from '../../protocol/sgr.ts';
import type { ClusterBudget } from '../../protocol/terminal/cluster-budget.ts';
import { TAB_STOP, joinedLength, readCluster } from '../../protocol/terminal/clusters.ts';
import { MAX_MOVE, type CursorRow } from '../../protocol/terminal/columns.ts';
import type { TextPen, OpenRun, TextRun } from './runs.ts';

/** Characters of a cell, UTF-16 units, at most: going back again and again puts no more marks on it. */
const MAX_CELL = 64;

/** What stands for a control character. */
interface Chip {
  readonly text: string;
  readonly pen: TextPen;
}

interface Cell {
  /** Empty for the columns behind the first of a wide glyph or a tab. */
  text: string;
  readonly pen: TextPen;
  /** Control characters take no column: they stay behind the cell that they came behind, for as long as that stays. */
  readonly chips?: Chip[];
}

const BLANK_PEN: TextPen = { style: SGR_DEFAULT, link: '' };
const BLANK: Cell = { text: ' ', pen: BLANK_PEN };

/** One row of a terminal: a cursor that moves within it and cells that are overwritten. */
export class CellLine implements CursorRow {
  #cells: Cell[] = [];
  /** Control characters before the first cell, and whether the cursor has gone elsewhere since they came. */
  #head: Chip[] = [];
  #headLeft = false;
  #column = 0;
  readonly #budget: ClusterBudget;

  constructor(budget: ClusterBudget) {
    this.#budget = budget;
  }

  get column(): number {
    return this.#column;
  }

  /** Nothing stands in it, or all of it was erased. */
  get isEmpty(): boolean {
    return this.#cells.length === 0 && this.#head.length === 0;
  }

  /** Puts the cursor where it was in another row. */
  enter(column: number): void {
    this.#column = column;
    this.#headLeft = true;
  }

  moveTo(column: number): void {
    if (this.#budget.isSpent) return;
    this.#headLeft = true;
    this.#column = Math.min(Math.max(column, 0), MAX_MOVE);
  }

  moveBy(columns: number): void {
    if (this.#budget.isSpent) return;
    this.#headLeft = true;
    // Text may have gone beyond the farthest movement; a step back from there has to count from there.
    this.#column = columns < 0 ? Math.max(0, this.#column + columns) : Math.max(this.#column, Math.min(this.#column + columns, MAX_MOVE));
  }

  write(text: string, pen: TextPen): void {
    let at = joinedLength(text);
    if (at > 0 && !this.#join(text.slice(0, at))) at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      // Nearly everything: printable ASCII without a mark on it.
      if (code >= 0x20 && code < 0x7f && !(text.charCodeAt(at + 1) >= 0x300)) {
        this.#put(text.charAt(at), 1, pen);
        at += 1;
        continue;
      }
      const from = at;
      let { end, cells } = readCluster(text, at);
      // A format character without anything before it goes with what follows.
      while (cells === 0 && end < text.length && text[end] !== '\t') ({ end, cells } = readCluster(text, end));
      if (text[at] === '\t') this.#tab(pen);
      else if (cells > 0) this.#put(text.slice(from, end), cells, pen);
      at = end;
    }
  }

  /** What stands for a control character. */
  writeChip(text: string, pen: TextPen): void {
    const chip: Chip = { text, pen };
    if (this.#column === 0) {
      if (this.#headLeft) this.#head = [];
      this.#headLeft = false;
      this.#head.push(chip);
      return;
    }
    this.#pad(this.#column);
    const cell = this.#cells[this.#column - 1] ?? BLANK;
    if (cell.chips !== undefined) cell.chips.push(chip);
    else this.#cells[this.#column - 1] = { ...cell, chips: [chip] };
  }

  /** CSI K: erases to the end (0), from the start (1), or all (2); the cursor stays. */
  erase(mode: number): void {
    if (this.#budget.isSpent) return;
    if (mode === 2 || this.#column === 0) this.#head = [];
    if (mode === 2) this.#cells = [];
    else if (mode === 0) {
      this.#split(this.#column);
      this.#cells.length = Math.min(this.#cells.length, this.#column);
    } else if (mode === 1) this.#blank(0, this.#column + 1);
  }

  /** CSI X: as many blanks from the cursor on. */
  eraseCells(count: number): void {
    if (!this.#budget.isSpent) this.#blank(this.#column, this.#column + count);
  }

  /** CSI P: takes cells out; what stands behind them moves up to the cursor. */
  deleteCells(count: number): void {
    if (this.#budget.isSpent) return;
    this.#split(this.#column);
    this.#split(this.#column + count);
    this.#budget.spend(Math.max(0, this.#cells.length - this.#column));
    this.#cells.splice(this.#column, count);
  }

  /** CSI @: puts blanks in; what stands behind the cursor makes room. */
  insertCells(count: number): void {
    const behind = this.#cells.length - this.#column;
    if (this.#budget.isSpent || behind <= 0 || this.#cells.length >= MAX_MOVE) return;
    this.#split(this.#column);
    const room = Math.min(count, MAX_MOVE);
    this.#budget.spend(behind + room);
    this.#cells.splice(this.#column, 0, ...Array.from({ length: room }, () => BLANK));
  }

  runs(): TextRun[] {
    const runs: OpenRun[] = [];
    let last: OpenRun | undefined;
    const add = (text: string, { style, link }: TextPen, chip: boolean): void => {
      if (last !== undefined && !chip && !last.chip && last.style === style && last.link === link) last.text += text;
      else if (text !== '') {
        last = { text, style, link, chip };
        runs.push(last);
      }
    };
    for (const { text, pen } of this.#head) add(text, pen, true);
    for (const { text, pen, chips } of this.#cells) {
      add(text, pen, false);
      for (const chip of chips ?? []) add(chip.text, chip.pen, true);
    }
    return runs;
  }

  /** Moves to the next stop, over what stands there; where nothing does the tab is kept as it was written. */
  #tab(pen: TextPen): void {
    const width = TAB_STOP - (this.#column % TAB_STOP);
    if (this.#column < this.#cells.length) this.#column += width;
    else this.#put('\t', width, pen);
  }

  #put(text: string, width: number, pen: TextPen): void {
    const start = this.#column;
    if (start === 0 && this.#headLeft) this.#head = [];
    this.#pad(start);
    this.#split(start);
    this.#split(start + width);
    this.#cells[start] = { text, pen };
    for (let at = 1; at < width; at += 1) this.#cells[start + at] = { text: '', pen };
    this.#column = start + width;
  }

  /** Adds marks to what was written left of the cursor; false if there is nothing that could bear them. */
  #join(marks: string): boolean {
    let at = Math.min(this.#column, this.#cells.length) - 1;
    while (at > 0 && this.#cells[at]?.text === '' && this.#cells[at]?.chips === undefined) at -= 1;
    const cell = this.#cells[at];
    if (cell === undefined || cell.chips !== undefined) return false;
    if (cell.text.length + marks.length <= MAX_CELL) this.#cells[at] = { ...cell, text: cell.text + marks };
    return true;
  }

  /** A wide glyph or tab that reaches across `column` cannot be halved: it becomes spaces. */
  #split(column: number): void {
    if (this.#cells[column]?.text !== '') return;
    let start = column;
    while (start > 0 && this.#cells[start]?.text === '') start -= 1;
    for (let at = start; at < this.#cells.length && (at === start || this.#cells[at]?.text === ''); at += 1) {
      this.#cells[at] = { ...this.#cells[at], text: ' ', pen: this.#cells[at]?.pen ?? BLANK_PEN };
    }
  }

  #pad(column: number): void {
    this.#budget.spend(Math.max(0, column - this.#cells.length));
    while (this.#cells.length < column) this.#cells.push(BLANK);
  }

  #blank(from: number, to: number): void {
    const until = Math.min(to, this.#cells.length);
    if (until <= from) return;
    this.#split(from);
    this.#split(until);
    this.#budget.spend(until - from);
    this.#cells.fill(BLANK, from, until);
  }
}
