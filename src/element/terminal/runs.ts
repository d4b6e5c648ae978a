import type { SgrState } from '../../protocol/sgr.ts';

/** Text of one look. A chip stands for what cannot be seen as it is, which is its text. */
export interface TextRun {
  readonly text: string;
  readonly style: SgrState;
  /** Target that an OSC 8 sequence gave, as it stands there; empty for none. */
  readonly link: string;
  readonly chip: boolean;
}

/** What characters are written with. Equal pens need not be the same object. */
export interface TextPen {
  readonly style: SgrState;
  readonly link: string;
}

/** The text of runs, one behind the other. */
export function textOf(runs: readonly TextRun[]): string {
  return runs.length === 1 ? (runs[0]?.text ?? '') : runs.map(({ text }) => text).join('');
}

/** A run that is still being written. */
export type OpenRun = { -readonly [K in keyof TextRun]: TextRun[K] };
