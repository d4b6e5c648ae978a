import type { EscapeSequence } from '../escape.ts';
import { parameter } from './sequences.ts';

/** Farthest column that a cursor movement reaches; writing may go beyond. */
export const MAX_MOVE = 4_096;

/** A row of a terminal, with a cursor in it. */
export interface CursorRow {
  /** Columns count from 0. */
  moveTo(column: number): void;
  moveBy(columns: number): void;
  /** CSI K: erases to the end (0), from the start (1), or all (2); the cursor stays. */
  erase(mode: number): void;
  /** CSI X: replaces this many cells from the cursor on by blanks. */
  eraseCells(count: number): void;
  /** CSI P: removes cells; the rest of the row moves left to the cursor. */
  deleteCells(count: number): void;
  /** CSI @: inserts blanks; the rest of the row moves right. */
  insertCells(count: number): void;
}

/** Applies a sequence that moves, erases, inserts or deletes within a row; ignores all others. */
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
