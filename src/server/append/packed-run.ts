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
}

const NEWLINE = 0x0a;

/** The texts of all runs, joined by `\n`. */
export function bodyOf(runs: readonly PackedRun[]): Buffer {
  const [first] = runs;
  if (first !== undefined && runs.length === 1) return first.body;
  const body = Buffer.allocUnsafe(
    Math.max(
      0,
      runs.reduce((sum, run) => sum + run.body.length + 1, -1),
    ),
  );
  let length = 0;
  for (const run of runs) {
    if (length > 0) body[length - 1] = NEWLINE;
    length += run.body.copy(body, length) + 1;
  }
  return body;
}
