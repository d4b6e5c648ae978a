import type { Line } from '../../protocol/line.ts';
import type { WholeLine } from '../../protocol/search/whole-lines.ts';
import { TerminalText } from '../terminal/terminal-text.ts';
import { recordOf } from './line-record.ts';

/** How lines are printed. */
export interface PrintOptions {
  /** A JSON object for each line. */
  readonly json?: boolean | undefined;
  /** To a terminal: only text and its colours. */
  readonly isFiltered?: boolean | undefined;
  /** With its number before each line. */
  readonly isNumbered?: boolean | undefined;
}

/** Turns whole lines into what is printed. */
export function linePrinter({ json = false, isFiltered = false, isNumbered = false }: PrintOptions): (line: WholeLine) => string {
  if (json) return (line) => `${JSON.stringify(recordOf(line))}\n`;
  const terminal = new TerminalText();
  return ({ from, text }) => {
    const printed = isFiltered ? terminal.push(text) + terminal.endLine() : `${text}\n`;
    return isNumbered ? `${from}:${printed}` : printed;
  };
}

/** Turns lines into what is printed as they come, pieces of long lines apart. */
export function piecePrinter(isFiltered: boolean): (lines: readonly Line[]) => string {
  if (!isFiltered) return (lines) => lines.map(([, text, extra]) => (extra?.p === 1 ? text : `${text}\n`)).join('');
  const terminal = new TerminalText();
  return (lines) => lines.map(([, text, extra]) => terminal.push(text) + (extra?.p === 1 ? '' : terminal.endLine())).join('');
}
