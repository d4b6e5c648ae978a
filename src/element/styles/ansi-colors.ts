import { unsafeCSS, type CSSResult } from 'lit';
import { TOKENS, type Token } from './colors.ts';
import { declare } from './tokens.ts';

/** The colours of a terminal that only the text of lines has: all of the sixteen but the blue one, which is that of buttons, too. */
export const ANSI_TOKENS: readonly Token[] = [
  ['ansi-0', '#8b949e', '#1f2328'],
  ['ansi-1', '#ff7b72', '#b3182a'],
  ['ansi-2', '#4ac26b', '#116329'],
  ['ansi-3', '#d9a020', '#744500'],
  ['ansi-5', '#c79bff', '#6e35b8'],
  ['ansi-6', '#3fc8d4', '#0a616a'],
  ['ansi-7', '#c9d1d9', '#57606a'],
  ['ansi-8', '#9aa4b0', '#59636e'],
  ['ansi-9', '#ffa198', '#c21c2c'],
  ['ansi-10', '#6bdc85', '#176e35'],
  ['ansi-11', '#eac55f', '#805200'],
  ['ansi-12', '#96ccff', '#0860c9'],
  ['ansi-13', '#dcbcff', '#7843d4'],
  ['ansi-14', '#6fdde6', '#0f6f78'],
  ['ansi-15', '#ffffff', '#606a74'],
];

/** Every colour of the theme. */
export const ALL_TOKENS: readonly Token[] = [...TOKENS, ...ANSI_TOKENS];

/** The colours that rows have behind their text. */
export const GROUNDS: readonly string[] = ['bg', 'hover', 'sel', 'gap', 'err-bg', 'warn-bg'];

const colors = Array.from({ length: 16 }, (_, index) => index);

/** The theme's values of these colours, and the classes of the sixteen. */
export const ansiStyles: CSSResult = unsafeCSS(
  declare(ANSI_TOKENS) +
    colors
      .map((index) => `.fg${index}{color:var(--ls-ansi-${index})}.bg${index}{background:var(--ls-ansi-${index});color:var(--ls-bg)}`)
      .join(''),
);
