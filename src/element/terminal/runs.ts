import { SGR_DEFAULT, type SgrState } from '../../protocol/sgr.ts';
import type { CellLine } from '../../protocol/terminal/cell-line.ts';

/** Text of one style. A chip stands for invisible characters, which are its text. */
export interface TextRun {
  readonly text: string;
  readonly style: SgrState;
  /** Target of an OSC 8 sequence, unchecked; empty for none. */
  readonly link: string;
  readonly chip: boolean;
  /** What is drawn in place of the text; empty for nothing. */
  readonly label?: string;
}

/** Style and link of characters. Equal pens need not be the same object. */
export interface TextPen {
  readonly style: SgrState;
  readonly link: string;
}

/** The pen of columns that nothing was written to. */
export const BLANK_PEN: TextPen = { style: SGR_DEFAULT, link: '' };

/** What is left in a row. */
export function runsOf(cells: CellLine<TextPen>): readonly TextRun[] {
  const runs: OpenRun[] = [];
  let last: OpenRun | undefined;
  cells.each((text, { style, link }, chip) => {
    if (last !== undefined && !chip && !last.chip && last.style === style && last.link === link) last.text += text;
    else {
      last = { text, style, link, chip };
      runs.push(last);
    }
  });
  return runs;
}

/** The joined text of runs. */
export function textOf(runs: readonly TextRun[]): string {
  return runs.length === 1 ? (runs[0]?.text ?? '') : runs.map(({ text }) => text).join('');
}

/** The text of runs as it is drawn. */
export function drawnTextOf(runs: readonly TextRun[]): string {
  return runs.map(({ text, label }) => label ?? text).join('');
}

/** A run that is still being written. */
export type OpenRun = { -readonly [K in keyof TextRun]: TextRun[K] };
