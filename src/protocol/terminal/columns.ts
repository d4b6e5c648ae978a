import type { EscapeSequence } from '../escape.ts';
import { parameter } from './sequences.ts';

/** Farthest column that a cursor movement reaches; text may go beyond it. */
export const MAX_MOVE = 4_096;

/** A row of a terminal, with a cursor in it. */
export interface CursorRow {
  /** Columns count from 0. */
  moveTo(column: number): void;
  moveBy(columns: number): void;
  /** CSI K: erases to the end (0), from the start (1), or all (2); the cursor stays. */
  erase(mode: number): void;
  /** CSI X: writes that many blanks from the cursor on. */
  eraseCells(count: number): void;
  /** CSI P: removes cells; the cells after them move up to the cursor. */
  deleteCells(count: number): void;
  /** CSI @: inserts blanks; the cells from the cursor on make room. */
  insertCells(count: number): void;
}

/** Applies a sequence to its row: movements between columns and erasures; all others do nothing. */
export function moveInRow(line: CursorRow, { kind, params, final }: EscapeSequence): void {
  if (kind !== 'csi' || !/^[\d;]*$/u.test(params)) return;
  const count = Math.max(1, parameter(params, 0, 1));
  switch (final) {
    case '@':
      line.insertCells(count);
      break;
    case 'C':
    case 'a':
      line.moveBy(count);
      break;
    case 'D':
      line.moveBy(-count);
      break;
    case 'E':
    case 'F':
      line.moveTo(0);
      break;
    case 'G':
    case '`':
      line.moveTo(count - 1);
      break;
    case 'H':
    case 'f':
      line.moveTo(parameter(params, 1, 1) - 1);
      break;
    case 'J':
    case 'K':
      line.erase(parameter(params, 0, 0));
      break;
    case 'P':
      line.deleteCells(count);
      break;
    case 'X':
      line.eraseCells(count);
      break;
  }
}
