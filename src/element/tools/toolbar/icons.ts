import { svg, type SVGTemplateResult } from 'lit';

const icon = (path: string): SVGTemplateResult =>
  svg`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path d=${path}/></svg>`;

export const ICONS = {
  follow: icon('M8 2v9M4.5 7.5 8 11l3.5-3.5M3.5 14h9'),
  wrap: icon('M2 3.5h12M2 8h9.75a2.25 2.25 0 0 1 0 4.5H8.5m1.75-2L8.25 12.5l2 2M2 12.5h3.25'),
  find: icon('M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.75 10.75 14 14'),
  time: icon('M8 4.75V8l2.25 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z'),
  copy: icon('M5.75 5.75h7.75v7.75H5.75zM3.5 10.25h-1v-7.75h7.75v1'),
  download: icon('M8 2.5v7M5 7l3 3 3-3M2.75 10.5v2a1 1 0 0 0 1 1h8.5a1 1 0 0 0 1-1v-2'),
  error: icon('M8 2.25 14.25 13.5H1.75zM8 6.5v3M8 11.4v.1'),
  start: icon('M3 2.5h10M8 13.5V6.25M4.75 9.25 8 6l3.25 3.25'),
  end: icon('M3.75 4 8 8.25 12.25 4M3.75 8.75 8 13l4.25-4.25'),
  link: icon(
    'M6.75 9.25a2.75 2.75 0 0 0 4 .25l2-2a2.75 2.75 0 0 0-4-4l-.75.75M9.25 6.75a2.75 2.75 0 0 0-4-.25l-2 2a2.75 2.75 0 0 0 4 4l.75-.75',
  ),
  markdown: icon('M1.75 3.5h12.5v9H1.75zM4 10V6l2 2.25L8 6v4M11.25 6v3.75M9.75 8.5l1.5 1.5 1.5-1.5'),
  goTo: icon('M2 3.5h6M2 8h4M2 12.5h6M10 5l3.25 3L10 11M13 8H8.5'),
  bell: icon('M3.5 11.5h9l-1-1.75V7a3.5 3.5 0 0 0-7 0v2.75zM6.75 13.75h2.5'),
  levels: icon('M2.5 4h11M4.5 8h7M6.5 12h3'),
  help: icon('M1.75 4h12.5v8H1.75zM4 6.5h.1M6.5 6.5h.1M9 6.5h.1M11.5 6.5h.1M4.5 9.5h7'),
  more: svg`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="currentColor"><circle cx="3" cy="8" r="1.4"/><circle cx="8" cy="8" r="1.4"/><circle cx="13" cy="8" r="1.4"/></svg>`,
};
