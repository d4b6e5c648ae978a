import { SGR_DEFAULT, applySgr, type SgrState } from '../../protocol/sgr.ts';

/** Style transitions kept, at most; logs have few, and one with more costs time rather than memory. */
const MAX_TRANSITIONS = 1_024;

let transitions = new Map<SgrState, Map<string, SgrState>>();
let count = 0;

/**
 * The style after an SGR sequence. The same transition gives the same object as long as it is kept, so that what is
 * derived from a style is derived once.
 */
export function nextStyle(style: SgrState, params: string): SgrState {
  if (params === '' || params === '0') return SGR_DEFAULT;
  let from = transitions.get(style);
  const known = from?.get(params);
  if (known !== undefined) return known;
  if (count >= MAX_TRANSITIONS) {
    transitions = new Map();
    count = 0;
    from = undefined;
  }
  const next = applySgr(style, params);
  count += 1;
  if (from === undefined) transitions.set(style, new Map([[params, next]]));
  else from.set(params, next);
  return next;
}
