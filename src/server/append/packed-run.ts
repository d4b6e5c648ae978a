import type { Level } from '../../protocol/marks/level.ts';

/** Consecutive complete lines, or one piece of a line that is longer than the limit. */
export interface PackedRun {
  /** The texts joined by `\n`, in well-formed UTF-8. */
  readonly body: Buffer;
  /** How many lines, or 1 for a piece. */
  readonly count: number;
  /** The run is a piece of a line that continues in the next run. */
  readonly continued: boolean;
  /** The level that their writer gave them. */
  readonly level?: Level | undefined;
  /** From this line of the run on, each continues the entry above it, whatever its text says. @default as the text says */
  readonly continuesFrom?: number | undefined;
}
