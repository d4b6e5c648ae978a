import { isNoteworthy } from '../../outcome.ts';
import { QUIET_AFTER, type ChipInput } from '../../status/chip.ts';
import { STRINGS, age } from '../../strings.ts';
import { TOOL_STRINGS } from '../strings.ts';

/** What the status chip stands for, in a sentence: its tooltip. */
export function explanationOf({ status, quiet, behind }: ChipInput): string {
  const { state, end, problem, overHttp } = status;
  if (problem !== undefined) return problem;
  if (state === 'live' && quiet >= QUIET_AFTER) return TOOL_STRINGS.quiet(age(quiet));
  if (state === 'live' && overHttp === true) return TOOL_STRINGS.overHttp;
  if (state === 'catching-up' && behind > 0) return TOOL_STRINGS.toLoad(behind);
  if (state !== 'ended' || end === undefined) return TOOL_STRINGS.explanations[state];
  return isNoteworthy(end) ? `${STRINGS.outcome(end)}.` : TOOL_STRINGS.exit(end);
}
