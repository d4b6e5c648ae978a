import { QUIET_AFTER, type ChipInput } from '../status/chip.ts';
import { saysMore } from '../outcome.ts';
import { STRINGS, age } from '../strings.ts';
import { TOOL_STRINGS } from './strings.ts';

/** What the status chip says to who asks for more. */
export function hintOf({ status, quiet, behind }: ChipInput): string {
  const { state, end, problem, overHttp } = status;
  if (problem !== undefined) return problem;
  if (state === 'live' && quiet >= QUIET_AFTER) return TOOL_STRINGS.quiet(age(quiet));
  if (state === 'live' && overHttp === true) return TOOL_STRINGS.overHttp;
  if (state === 'catching-up' && behind > 0) return TOOL_STRINGS.behind(behind);
  if (state !== 'ended' || end === undefined) return TOOL_STRINGS.hints[state];
  return saysMore(end) ? `${STRINGS.outcome(end)}.` : TOOL_STRINGS.exit(end);
}
