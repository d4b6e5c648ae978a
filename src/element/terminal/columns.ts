import type { EscapeSequence } from '../../protocol/escape.ts';
import type { CellLine } from './cells.ts';
import { parameter } from './sequences.ts';

/** Does what a sequence does within its row. Others than those of columns and erasure do nothing. */
export function moveInRow(line: CellLine, { kind, params, final }: EscapeSequence): void {
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
