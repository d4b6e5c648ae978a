import { html, svg, type TemplateResult } from 'lit/html.js';

/** Icons of 16 × 16, as paths that are drawn as lines. */
const PATHS = {
  play: ['M5 3.5v9l7-4.5z'],
  stop: ['M4.5 4.5h7v7h-7z'],
  restart: ['M12.9 6.2A5.2 5.2 0 1 0 13.2 9', 'M13.2 2.8v3.6H9.6'],
  edit: ['M10.8 2.9l2.3 2.3-7.6 7.6-3 .7.7-3z'],
  open: ['M9.2 2.8h4v4', 'M13 3l-5.6 5.6', 'M11.2 9.4v3.8H2.8V4.8h3.8'],
  back: ['M9.8 3.5L5.2 8l4.6 4.5'],
  folder: ['M2 4.2h4l1.4 1.6H14v6.6H2z'],
  check: ['M3.4 8.4l3 3 6.2-6.6'],
  cross: ['M4.2 4.2l7.6 7.6', 'M11.8 4.2l-7.6 7.6'],
  copy: ['M5.6 5.6h7.8v7.8H5.6z', 'M10.4 5.6v-3H2.6v7.8h3'],
  remove: ['M2.8 4.4h10.4', 'M6 4.4V2.8h4v1.6', 'M4.2 4.4l.6 8.8h6.4l.6-8.8'],
  timeline: ['M2.6 13.2h10.8', 'M4.4 13v-3', 'M8 13V3.4', 'M11.6 13V7'],
  more: ['M8 3.4v.2', 'M8 7.9v.2', 'M8 12.4v.2'],
  tabs: ['M5.6 2.6h7.8v7.8H5.6z', 'M3.6 5.6h-1v7.8h7.8v-1'],
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg viewBox="0 0 16 16" aria-hidden="true" class="icon">${PATHS[name].map((d) => svg`<path d=${d}></path>`)}</svg>`;
}
