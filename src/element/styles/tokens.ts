import { unsafeCSS, type CSSResult } from 'lit';
import { TOKENS } from './colors.ts';

const list = (value: (dark: string, light: string) => string): string =>
  TOKENS.map(([name, dark, light]) => `--_${name}:${value(dark, light)};`).join('');

const colors = Array.from({ length: 16 }, (_, index) => index);

/** The theme's values of the colours, and the classes of the sixteen ANSI colours. */
export const tokens: CSSResult = unsafeCSS(
  `:host{${list((dark, light) => `light-dark(${light},${dark})`)}}` +
    `@supports not (color:light-dark(#000,#fff)){:host{${list((_, light) => light)}}` +
    `@media(prefers-color-scheme:dark){:host(:not([theme=light])){${list((dark) => dark)}}}` +
    `:host([theme=dark]){${list((dark) => dark)}}}` +
    // Paper is white, whatever the theme is and the page sets.
    `@media print{:host{${TOKENS.map(([name, , light]) => `--ls-${name}:${light}!important;`).join('')}}}` +
    colors
      .map((index) => `.fg${index}{color:var(--ls-ansi-${index})}.bg${index}{background:var(--ls-ansi-${index});color:var(--ls-bg)}`)
      .join(''),
);
