import type { SgrState } from '../../protocol/sgr.ts';

/** Text of one look. A chip stands for one control character. */
export interface TextRun {
  readonly text: string;
  readonly style: SgrState;
  readonly chip: boolean;
}
