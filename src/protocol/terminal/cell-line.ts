import type { ClusterBudget } from './cluster-budget.ts';
import { TAB_STOP, joinedLength, readGlyph } from './clusters.ts';
import { MAX_MOVE, type CursorRow } from './columns.ts';

/** Characters of a cell, UTF-16 units, at most: marks beyond that are dropped. */
const MAX_CELL = 64;

/** Stands for a control character. */
interface Chip<Pen> {
  readonly text: string;
  readonly pen: Pen;
}

interface Cell<Pen> {
  /** Empty for the columns after the first of a wide glyph or a tab. */
  readonly text: string;
  readonly pen: Pen;
  /** Control characters take no column: they follow the cell they came after, as long as it stays. */
  readonly chips?: Chip<Pen>[];
}

/** One row of a terminal: a cursor that moves within it and cells that are overwritten. The last cell is never an erased one. */
export class CellLine<Pen> implements CursorRow {
  #cells: Cell<Pen>[] = [];
  /** Control characters before the first cell, and whether the cursor has moved since they came. */
  #head: Chip<Pen>[] = [];
  #headLeft = false;
  #column = 0;
  readonly #budget: ClusterBudget;
  /** Stands in all columns that were erased, or passed over and not written to. */
  readonly #blank: Cell<Pen>;

  /** @param blank - The pen of columns that nothing was written to. */
  constructor(budget: ClusterBudget, blank: Pen) {
    this.#budget = budget;
    this.#blank = { text: ' ', pen: blank };
  }

  get column(): number {
    return this.#column;
  }

  /** Whether nothing was written, or all was erased. */
  get isEmpty(): boolean {
    return this.#cells.length === 0 && this.#head.length === 0;
  }

  /** Puts the cursor into a column, coming from another row. */
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
    // Text may have gone beyond the farthest movement; a step back counts from there.
    this.#column = columns < 0 ? Math.max(0, this.#column + columns) : Math.max(this.#column, Math.min(this.#column + columns, MAX_MOVE));
  }

  write(text: string, pen: Pen): void {
    let at = this.#join(text, 0);
    while (at < text.length) {
      // Nearly everything.
      const simple = simpleEnd(text, at);
      if (simple > at) {
        this.#putSimple(text, at, simple, pen);
        at = simple;
      } else if (text[at] === '\t') {
        this.#tab(pen);
        at = this.#join(text, at + 1);
      } else {
        const { end, cells } = readGlyph(text, at);
        // A format character that is left alone gets a column, so that it is not lost.
        this.#put(text.slice(at, end), Math.max(1, cells), pen);
        at = end;
      }
    }
  }

  /** Writes a chip for a control character. */
  writeChip(text: string, pen: Pen): void {
    const chip: Chip<Pen> = { text, pen };
    if (this.#column === 0) {
      if (this.#headLeft) this.#head = [];
      this.#headLeft = false;
      this.#head.push(chip);
      return;
    }
    this.#pad(this.#column);
    const cell = this.#cells[this.#column - 1] ?? this.#blank;
    if (cell.chips !== undefined) cell.chips.push(chip);
    else this.#cells[this.#column - 1] = { ...cell, chips: [chip] };
  }

  /** CSI K: erases to the end (0), from the start (1), or all (2); the cursor stays. */
  erase(mode: number): void {
    if (this.#budget.isSpent) return;
    if (mode === 2 || this.#column === 0) this.#head = [];
    if (mode === 2) this.#cells = [];
    else if (mode === 0) {
      this.#split(this.#column, true);
      this.#cells.length = Math.min(this.#cells.length, this.#column);
      this.#trim();
    } else if (mode === 1) this.#eraseRange(0, this.#column + 1);
  }

  /** CSI X: writes that many blanks from the cursor on. */
  eraseCells(count: number): void {
    if (!this.#budget.isSpent) this.#eraseRange(this.#column, this.#column + count);
  }

  /** CSI P: removes cells; the cells after them move up to the cursor. */
  deleteCells(count: number): void {
    if (this.#budget.isSpent) return;
    this.#split(this.#column, true);
    this.#split(this.#column + count, true);
    this.#budget.spend(Math.max(0, this.#cells.length - this.#column));
    this.#cells.splice(this.#column, count);
    this.#trim();
  }

  /** CSI @: inserts blanks; the cells from the cursor on make room. */
  insertCells(count: number): void {
    const after = this.#cells.length - this.#column;
    if (this.#budget.isSpent || after <= 0 || this.#cells.length >= MAX_MOVE) return;
    this.#split(this.#column);
    const room = Math.min(count, MAX_MOVE);
    this.#budget.spend(after + room);
    this.#cells.splice(this.#column, 0, ...Array.from({ length: room }, () => this.#blank));
  }

  /** Calls `part` with what is left in the row, from left to right. */
  each(part: (text: string, pen: Pen, isChip: boolean) => void): void {
    for (const { text, pen } of this.#head) part(text, pen, true);
    let texts: string[] = [];
    let last = this.#blank.pen;
    const end = (): void => {
      if (texts.length > 0) part(texts.join(''), last, false);
      texts = [];
    };
    for (const { text, pen, chips } of this.#cells) {
      if (pen !== last) end();
      last = pen;
      if (text !== '') texts.push(text);
      if (chips === undefined) continue;
      end();
      for (const chip of chips) part(chip.text, chip.pen, true);
    }
    end();
  }

  /** Moves to the next tab stop over existing cells; after the last cell the tab itself is written. */
  #tab(pen: Pen): void {
    const width = TAB_STOP - (this.#column % TAB_STOP);
    if (this.#column < this.#cells.length) this.#column += width;
    else this.#put('\t', width, pen);
  }

  #put(text: string, width: number, pen: Pen): void {
    const start = this.#occupy(width);
    this.#cells[start] = { text, pen };
    for (let at = 1; at < width; at += 1) this.#cells[start + at] = { text: '', pen };
  }

  /** Writes characters of one column each. */
  #putSimple(text: string, from: number, to: number, pen: Pen): void {
    const start = this.#occupy(to - from);
    const cells = this.#cells;
    for (let at = from; at < to; at += 1) {
      cells[start + at - from] = { text: text.charAt(at), pen };
    }
  }

  /** Prepares this many columns to be written, and moves the cursor beyond them; returns the first. */
  #occupy(width: number): number {
    const start = this.#column;
    if (start === 0 && this.#headLeft) this.#head = [];
    this.#pad(start);
    this.#split(start);
    this.#split(start + width);
    this.#column = start + width;
    return start;
  }

  /** Adds marks at an index of a text to the character left of the cursor; returns the index after those that have found one. */
  #join(text: string, from: number): number {
    const length = joinedLength(text, from);
    if (length === 0) return from;
    let at = Math.min(this.#column, this.#cells.length) - 1;
    while (at > 0 && this.#cells[at]?.text === '' && this.#cells[at]?.chips === undefined) at -= 1;
    const cell = this.#cells[at];
    if (cell === undefined || cell.chips !== undefined) return from;
    const joined = cell.text + text.slice(from, from + length);
    if (joined.length <= MAX_CELL) this.#cells[at] = { ...cell, text: joined };
    return from + length;
  }

  /** A wide glyph or tab that spans `column` cannot be halved: it becomes spaces, or erased cells. */
  #split(column: number, erases = false): void {
    if (this.#cells[column]?.text !== '') return;
    let start = column;
    while (start > 0 && this.#cells[start]?.text === '') start -= 1;
    for (let at = start; at < this.#cells.length && (at === start || this.#cells[at]?.text === ''); at += 1) {
      const cell = this.#cells[at] ?? this.#blank;
      const { pen } = erases ? this.#blank : cell;
      this.#cells[at] = cell.chips === undefined && erases ? this.#blank : { ...cell, text: ' ', pen };
    }
  }

  #pad(column: number): void {
    this.#budget.spend(Math.max(0, column - this.#cells.length));
    while (this.#cells.length < column) this.#cells.push(this.#blank);
  }

  #eraseRange(from: number, to: number): void {
    const until = Math.min(to, this.#cells.length);
    if (until <= from) return;
    this.#split(from, true);
    this.#split(until, true);
    this.#budget.spend(until - from);
    this.#cells.fill(this.#blank, from, until);
    this.#trim();
  }

  /** Removes erased cells at the end: only written ones are text. */
  #trim(): void {
    while (this.#cells.length > 0 && this.#cells.at(-1) === this.#blank) this.#cells.pop();
  }
}

/** Where the printable ASCII from `at` on ends, without a character that marks join. */
function simpleEnd(text: string, at: number): number {
  let end = at;
  for (let code = text.charCodeAt(end); code >= 0x20 && code < 0x7f; code = text.charCodeAt(end)) end += 1;
  return end > at && text.charCodeAt(end) >= 0x300 ? end - 1 : end;
}
