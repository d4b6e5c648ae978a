import { ESC, readEscape } from './escape.ts';

/**
 * The rendition of text as set by SGR (ECMA-48 8.3.117 and common extensions). Colours are the parameters that set them:
 * `31`, `38;5;208`, `38;2;255;128;0`; empty for the default.
 */
export interface SgrState {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  /** 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. */
  readonly underline: number;
  readonly blink: boolean;
  readonly inverse: boolean;
  readonly conceal: boolean;
  readonly strike: boolean;
  readonly overline: boolean;
  readonly foreground: string;
  readonly background: string;
  readonly underlineColor: string;
}

export const SGR_DEFAULT: SgrState = {
  bold: false,
  dim: false,
  italic: false,
  underline: 0,
  blink: false,
  inverse: false,
  conceal: false,
  strike: false,
  overline: false,
  foreground: '',
  background: '',
  underlineColor: '',
};

type Mutable = { -readonly [K in keyof SgrState]: SgrState[K] };

/** The state after an SGR sequence with these parameters (`1;38;5;208`, colon forms too). Unknown ones are ignored. */
export function applySgr(state: SgrState, params: string): SgrState {
  if (params === '' || params === '0') return SGR_DEFAULT;
  const next: Mutable = { ...state };
  const groups = params.split(';');
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at] ?? '';
    if (group.includes(':')) {
      applyColonForm(next, group.split(':'));
      continue;
    }
    const code = group === '' ? 0 : Number(group);
    if (code === 38 || code === 48 || code === 58) at += applyExtendedColor(next, code, groups, at + 1);
    else applyCode(next, code);
  }
  return next;
}

function applyCode(next: Mutable, code: number): void {
  switch (code) {
    case 0:
      Object.assign(next, SGR_DEFAULT);
      break;
    case 1:
      next.bold = true;
      break;
    case 2:
      next.dim = true;
      break;
    case 3:
      next.italic = true;
      break;
    case 4:
      next.underline = 1;
      break;
    case 5:
    case 6:
      next.blink = true;
      break;
    case 7:
      next.inverse = true;
      break;
    case 8:
      next.conceal = true;
      break;
    case 9:
      next.strike = true;
      break;
    case 21:
      next.underline = 2;
      break;
    case 22:
      next.bold = false;
      next.dim = false;
      break;
    case 23:
      next.italic = false;
      break;
    case 24:
      next.underline = 0;
      break;
    case 25:
      next.blink = false;
      break;
    case 27:
      next.inverse = false;
      break;
    case 28:
      next.conceal = false;
      break;
    case 29:
      next.strike = false;
      break;
    case 39:
      next.foreground = '';
      break;
    case 49:
      next.background = '';
      break;
    case 53:
      next.overline = true;
      break;
    case 55:
      next.overline = false;
      break;
    case 59:
      next.underlineColor = '';
      break;
    default:
      if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) next.foreground = String(code);
      else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) next.background = String(code);
  }
}

/** `38;5;n` and `38;2;r;g;b`. Returns the number of parameters read after the 38. */
function applyExtendedColor(next: Mutable, code: number, groups: readonly string[], from: number): number {
  const mode = groups[from];
  const count = mode === '5' ? 1 : mode === '2' ? 3 : 0;
  if (count === 0) return groups.length - from;
  setColor(next, code, mode ?? '', groups.slice(from + 1, from + 1 + count));
  return 1 + count;
}

/** `4:3`, `38:5:n`, `38:2:r:g:b` and `38:2:SPACE:r:g:b` (ITU-T T.416). */
function applyColonForm(next: Mutable, parts: readonly string[]): void {
  const code = Number(parts[0]);
  if (code === 4) {
    const style = Number(parts[1]);
    if (style >= 0 && style <= 5) next.underline = style;
    return;
  }
  if (code !== 38 && code !== 48 && code !== 58) return;
  const mode = parts[1] ?? '';
  if (mode === '5') setColor(next, code, mode, parts.slice(2, 3));
  else if (mode === '2') setColor(next, code, mode, parts.length >= 6 ? parts.slice(3, 6) : parts.slice(2, 5));
}

function setColor(next: Mutable, code: number, mode: string, parts: readonly string[]): void {
  const values = parts.map((part) => (part === '' ? 0 : Number(part)));
  if (values.length !== (mode === '5' ? 1 : 3) || !values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) return;
  const color = [code, mode, ...values].join(';');
  if (code === 38) next.foreground = color;
  else if (code === 48) next.background = color;
  else next.underlineColor = color;
}

/** The parameters that set `state` from the default, in a fixed order; empty for the default. */
export function formatSgr(state: SgrState): string {
  const params: string[] = [];
  if (state.bold) params.push('1');
  if (state.dim) params.push('2');
  if (state.italic) params.push('3');
  if (state.underline === 1) params.push('4');
  else if (state.underline === 2) params.push('21');
  else if (state.underline > 2) params.push(`4:${state.underline}`);
  if (state.blink) params.push('5');
  if (state.inverse) params.push('7');
  if (state.conceal) params.push('8');
  if (state.strike) params.push('9');
  if (state.overline) params.push('53');
  for (const color of [state.foreground, state.background, state.underlineColor]) if (color !== '') params.push(color);
  return params.join(';');
}

/** Sequences that reset everything. They count anywhere in a text, since an ESC ends any sequence before it. */
const RESETS = [`${ESC}[0m`, `${ESC}[m`];

/** The SGR parameters in force after `text`, if `carry` were in force before it. */
export function carryAfter(carry: string, text: string): string {
  let state: SgrState | undefined;
  eachSgr(text, (params) => (state = applySgr(state ?? applySgr(SGR_DEFAULT, carry), params)));
  return state === undefined ? carry : formatSgr(state);
}

/** Calls `apply` with the parameters of each SGR sequence of a text, starting with the last reset. */
export function eachSgr(text: string, apply: (params: string) => void): void {
  if (!text.includes(ESC)) return;
  // Most lines end with a reset: nothing before it matters.
  const reset = Math.max(...RESETS.map((sequence) => text.lastIndexOf(sequence)));
  for (let at = text.indexOf(ESC, Math.max(0, reset)); at !== -1;) {
    const sequence = readEscape(text, at);
    if (isSgr(sequence)) apply(sequence.params);
    at = text.indexOf(ESC, sequence.end);
  }
}

/** Whether a sequence selects graphic rendition: `CSI … m` without private parameter bytes. */
export function isSgr(sequence: { readonly kind: string; readonly params: string; readonly final: string }): boolean {
  return sequence.kind === 'csi' && sequence.final === 'm' && !/[<=>?]/u.test(sequence.params);
}
