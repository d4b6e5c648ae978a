import { SGR_DEFAULT, applySgr, eachSgr, formatSgr, type SgrState } from '../../../protocol/sgr.ts';

/**
 * What a text does to the colours of the text after it, whatever was in force before: the states it leads to from two that
 * differ in every attribute. Attributes in which the results agree were set by the text; the others are unchanged.
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

/** The effect of `effect` followed by an SGR sequence with these parameters. */
export function effectOfSgr({ fromDefault, fromOther }: SgrEffect, params: string): SgrEffect {
  const next = applySgr(fromDefault, params);
  return { fromDefault: next, fromOther: fromOther === fromDefault ? next : applySgr(fromOther, params) };
}

/** The effect of `effect` followed by a text. */
export function effectOfText(effect: SgrEffect, text: string): SgrEffect {
  let after = effect;
  eachSgr(text, (params) => (after = effectOfSgr(after, params)));
  return after;
}

/** The SGR parameters in force after an effect, given those in force before it. */
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
