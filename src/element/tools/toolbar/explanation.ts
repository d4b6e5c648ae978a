import { isNoteworthy } from '../../outcome.ts';
import { QUIET_AFTER, type ChipInput } from '../../status/chip.ts';
import { problemOf, type Strings } from '../../strings.ts';
import type { ToolStrings } from '../strings.ts';

/** What the status chip stands for, in a sentence: its tooltip. */
export function explanationOf({ status, quiet, behind }: ChipInput, shown: Strings, strings: ToolStrings): string {
  const { state, end, problem, overHttp } = status;
  const why = problemOf(problem, shown);
  if (why !== undefined) return why;
  if (state === 'live' && quiet >= QUIET_AFTER) return strings.quiet(shown.age(quiet));
  if (state === 'live' && overHttp === true) return strings.overHttp;
  if (state === 'catching-up' && behind > 0) return strings.toLoad(behind);
  if (state !== 'ended' || end === undefined) return strings.explanations[state];
  return isNoteworthy(end) ? `${shown.outcome(end)}.` : strings.exit(end);
}
