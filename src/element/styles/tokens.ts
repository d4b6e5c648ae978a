import { unsafeCSS, type CSSResult } from 'lit';
import { TOKENS, type Token } from './colors.ts';

/** The theme's values of some colours. */
export function declare(tokens: readonly Token[]): string {
  const list = (value: (dark: string, light: string) => string): string =>
    tokens.map(([name, dark, light]) => `--_${name}:${value(dark, light)};`).join('');
  return (
    `:host{${list((dark, light) => `light-dark(${light},${dark})`)}}` +
    `@supports not (color:light-dark(#000,#fff)){:host{${list((_, light) => light)}}` +
    `@media(prefers-color-scheme:dark){:host(:not([theme=light])){${list((dark) => dark)}}}` +
    `:host([theme=dark]){${list((dark) => dark)}}}` +
    // Paper is white, whatever the theme is and the page sets.
    `@media print{:host{${tokens.map(([name, , light]) => `--ls-${name}:${light}!important;`).join('')}}}`
  );
}

export const tokens: CSSResult = unsafeCSS(declare(TOKENS));
