import { unsafeCSS, type CSSResult } from 'lit';

/** Custom properties without their `--ls-` prefix: dark and light value. Every text colour is AA on every row background. */
const TOKENS: readonly (readonly [name: string, dark: string, light: string])[] = [
  ['bg', '#0e1116', '#ffffff'],
  ['fg', '#e6edf3', '#1f2328'],
  ['surface', '#161b22', '#f6f8fa'],
  ['hover', '#161b22', '#f6f8fa'],
  ['muted', '#8b949e', '#59636e'],
  ['border', '#30363d', '#d1d9e0'],
  ['edge', '#6e7681', '#818b98'],
  ['accent', '#4493f8', '#0969da'],
  ['focus', '#4493f8', '#0969da'],
  ['pill', '#1f6feb', '#0969da'],
  ['sel', '#132339', '#ddf0ff'],
  ['gap', '#1c2129', '#f0f2f4'],
  ['err-bg', '#2a1618', '#fff0f0'],
  ['err', '#f85149', '#d1242f'],
  ['warn-bg', '#2b2210', '#fff8e1'],
  ['warn', '#d29922', '#9a6700'],
  ['ok', '#3fb950', '#1a7f37'],
  ['ansi-0', '#8b949e', '#1f2328'],
  ['ansi-1', '#ff7b72', '#b3182a'],
  ['ansi-2', '#4ac26b', '#116329'],
  ['ansi-3', '#d9a020', '#744500'],
  ['ansi-4', '#6cb0ff', '#0550ae'],
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

const list = (value: (dark: string, light: string) => string): string =>
  TOKENS.map(([name, dark, light]) => `--ls-${name}:${value(dark, light)};`).join('');

const colors = Array.from({ length: 16 }, (_, index) => index);

/** The tokens as custom properties of the host, and the classes of the sixteen ANSI colours. */
export const tokens: CSSResult = unsafeCSS(
  `:host{${list((dark, light) => `light-dark(${light},${dark})`)}}` +
    `@supports not (color:light-dark(#000,#fff)){:host{${list((_, light) => light)}}` +
    `@media(prefers-color-scheme:dark){:host(:not([theme=light])){${list((dark) => dark)}}}` +
    `:host([theme=dark]){${list((dark) => dark)}}}` +
    colors
      .map((index) => `.fg${index}{color:var(--ls-ansi-${index})}.bg${index}{background:var(--ls-ansi-${index});color:var(--ls-bg)}`)
      .join(''),
);
