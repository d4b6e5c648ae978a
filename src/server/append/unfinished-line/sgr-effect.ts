import { SGR_DEFAULT, applySgr, eachSgr, formatSgr, type SgrState } from '../../../protocol/sgr.ts';

/**
 * What a text does to the look of what follows, whatever was in force before it: the states that it leads to from two
 * that differ in everything. Where those are alike the text has set it; where not, it is as it was before.
 */
export interface SgrEffect {
  readonly fromDefault: SgrState;
  readonly fromOther: SgrState;
}

export const NO_EFFECT: SgrEffect = {
  fromDefault: SGR_DEFAULT,
  fromOther: {
    bold: true,
    dim: true,
    italic: true,
    underline: -1,
    blink: true,
    inverse: true,
    conceal: true,
    strike: true,
    overline: true,
    foreground: 'other',
    background: 'other',
    underlineColor: 'other',
  },
};

/** The effect of what has `effect` and then an SGR sequence with these parameters. */
export function effectOfSgr({ fromDefault, fromOther }: SgrEffect, params: string): SgrEffect {
  const next = applySgr(fromDefault, params);
  return { fromDefault: next, fromOther: fromOther === fromDefault ? next : applySgr(fromOther, params) };
}

/** The effect of what has `effect` and then of a text. */
export function effectOfText(effect: SgrEffect, text: string): SgrEffect {
  let after = effect;
  eachSgr(text, (params) => (after = effectOfSgr(after, params)));
  return after;
}

/** The SGR parameters in force behind what has an effect, when `carry` were in force before it. */
export function carryWith({ fromDefault, fromOther }: SgrEffect, carry: string): string {
  if (fromDefault === fromOther) return formatSgr(fromDefault);
  const before = applySgr(SGR_DEFAULT, carry);
  const set = <K extends keyof SgrState>(key: K): SgrState[K] => (fromDefault[key] === fromOther[key] ? fromDefault : before)[key];
  return formatSgr({
    bold: set('bold'),
    dim: set('dim'),
    italic: set('italic'),
    underline: set('underline'),
    blink: set('blink'),
    inverse: set('inverse'),
    conceal: set('conceal'),
    strike: set('strike'),
    overline: set('overline'),
    foreground: set('foreground'),
    background: set('background'),
    underlineColor: set('underlineColor'),
  });
}
