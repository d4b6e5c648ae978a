import { SGR_DEFAULT, applySgr, type SgrState } from '../../protocol/sgr.ts';

/** Steps from one look to the next that are kept; logs have few, and a log that has more is slower, not larger. */
const MAX_STEPS = 1_024;

let steps = new Map<SgrState, Map<string, SgrState>>();
let count = 0;

/**
 * The look behind an SGR sequence. The same step gives the same object as long as it is kept, so that what is worked
 * out for a look is worked out once.
 */
export function nextStyle(style: SgrState, params: string): SgrState {
  if (params === '' || params === '0') return SGR_DEFAULT;
  let from = steps.get(style);
  const known = from?.get(params);
  if (known !== undefined) return known;
  if (count >= MAX_STEPS) {
    steps = new Map();
    count = 0;
    from = undefined;
  }
  const next = applySgr(style, params);
  count += 1;
  if (from === undefined) steps.set(style, new Map([[params, next]]));
  else from.set(params, next);
  return next;
}
