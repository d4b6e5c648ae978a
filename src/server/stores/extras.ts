import { ExtraRuns, type ExtraRun } from '../lines/extra-runs.ts';
import type { NewLine } from '../store.ts';

export type { ExtraRun } from '../lines/extra-runs.ts';

/** The extras of lines, in runs. */
export function extraRuns(lines: readonly NewLine[]): readonly ExtraRun[] {
  const runs = new ExtraRuns();
  for (const [at, [, extra]] of lines.entries()) if (extra !== undefined) runs.add(at, 1, extra);
  return runs.runs;
}
