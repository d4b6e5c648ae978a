import { css, unsafeCSS } from 'lit';
import { TIME_MODES, TIME_WIDTH, type TimeMode } from '../util/time.ts';

/** Clock times are as wide as they always are; spans as wide as the longest one so far. */
function widthOf(mode: TimeMode): string {
  return mode === 'elapsed' || mode === 'delta' ? 'var(--time-digits, 6)' : String(TIME_WIDTH[mode]);
}

const timeColumns = unsafeCSS(
  TIME_MODES.filter((mode) => mode !== 'none')
    .map((mode) => `:host([time=${mode}]) .viewport{--time:calc(${widthOf(mode)} * 1ch + 12px)}`)
    .join(''),
);

/** The log itself: rows, gutter, text. */
export const rowStyles = css`
  .viewport {
    position: absolute;
    inset: 0;
    /* The scrollbar's track is always there: nothing moves as the log grows, and the grounds of rows end at an edge. */
    overflow: auto scroll;
    overflow-anchor: none;
    /* Rows that are not lines stay this wide, however far the lines are scrolled sideways. */
    --visible: calc(100cqi - var(--ruler, 0px) - var(--scrollbar, 0px));
    scrollbar-width: thin;
    scrollbar-color: var(--ls-edge) var(--ls-surface);
    /* A layer of its own, opaque so that text stays sharp: without it each scrolled frame is repainted, and the page misses the next one. */
    will-change: scroll-position;
    background: var(--ls-bg);
    direction: ltr;
    font: var(--ls-size, 13px) / var(--ls-line, 20px)
      var(--ls-font, ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace);
    font-variant-ligatures: none;
    tab-size: 8;
    /* The number, and the column for the mark of a level. */
    --gutter: calc(max(4, var(--digits, 4)) * 1ch + 36px);
    --time: 0px;
  }
  :host([line-numbers='off']) .viewport {
    --gutter: 24px;
  }
  ${timeColumns}
  .viewport:focus-visible {
    outline: none;
  }
  /* Above the rows and the scrollbars, which would cover an outline. */
  .ring {
    position: absolute;
    z-index: 3;
    inset: 0;
    display: none;
    border: 2px solid var(--ls-focus);
    border-radius: 0 0 7px 7px;
    pointer-events: none;
  }
  .viewport:focus-visible + .ring {
    display: block;
  }
  .printed {
    display: none;
  }
  #current-line {
    position: relative;
  }
  /* Above the line number, which is in front while the text is scrolled sideways. */
  .viewport:focus #current-line::after {
    content: '';
    position: absolute;
    z-index: 2;
    inset: 0;
    border: 2px solid var(--ls-focus);
    pointer-events: none;
  }
  .probe {
    position: absolute;
    visibility: hidden;
    overflow: clip;
    width: calc(100% - var(--gutter) - var(--time) - 12px);
    height: var(--ls-line, 20px);
  }
  /* Ends a transition whenever its style changes. */
  .probe::before {
    content: '';
    /* The background of rows as the browser computes it, in one notation; and white in the light theme. */
    background-color: color-mix(in srgb, var(--ls-bg), var(--ls-bg));
    color: light-dark(#fff, #000);
    transition: 1ms;
    transition-property: background-color, color, font-family;
    transition-behavior: allow-discrete;
  }
  .probe span {
    display: inline-block;
  }
  .probe span::before {
    content: attr(data-cells);
  }
  /* Transforms count as overflow: without the clip, rows beyond an end would lengthen the scrollbar. */
  .spacer {
    overflow-x: visible;
    overflow-y: clip;
    width: max-content;
    min-width: 100%;
  }
  .block {
    position: relative;
    isolation: isolate;
    width: max-content;
    min-width: max(100%, calc(var(--cells, 0) * 1ch + var(--gutter) + 12px));
  }
  .chunk {
    content-visibility: auto;
  }
  .row,
  .frame {
    display: flex;
    height: var(--ls-line, 20px);
    background: var(--ls-bg);
    white-space: pre;
    overflow-y: clip;
  }
  .row:hover,
  .fold:hover .frame {
    background: var(--ls-hover);
  }
  .num {
    flex: none;
    box-sizing: border-box;
    width: var(--gutter);
    padding: 0 28px 0 8px;
    background: inherit;
    color: var(--ls-muted);
    font-variant-numeric: tabular-nums;
    text-align: end;
    cursor: pointer;
    user-select: none;
    -webkit-user-select: none;
  }
  /* Each is a layer for the compositor, so only while text can slide under it. */
  .sideways .num {
    position: sticky;
    left: 0;
    z-index: 1;
  }
  .sideways .time {
    position: sticky;
    left: var(--gutter);
    z-index: 1;
    background: inherit;
  }
  /* The first line of another day, which its time says; the tooltip has all of it. */
  .new-day {
    box-shadow: inset 0 1px var(--ls-edge);
  }
  .new-day .time {
    color: var(--ls-fg);
    font-weight: 600;
  }
  .num::before {
    content: attr(data-n);
  }
  .num:hover::before {
    text-decoration: underline;
  }
  .time {
    flex: none;
    box-sizing: border-box;
    min-width: var(--time);
    padding-inline-end: 12px;
    color: var(--ls-muted);
    font-variant-numeric: tabular-nums;
    text-align: end;
    user-select: none;
    -webkit-user-select: none;
  }
  .time::before {
    content: attr(data-t);
  }
  :host([line-numbers='off']) .num {
    padding: 0;
    pointer-events: none;
  }
  :host([line-numbers='off']) .num::before {
    content: '';
  }
  .text {
    flex: 1 0 auto;
    padding-inline-end: 12px;
    unicode-bidi: isolate;
  }
  /* A grid: each row takes as many characters as fit, whatever they are, so that rows are counted instead of measured. */
  .wraps :is(.spacer, .block) {
    width: 100%;
    min-width: 0;
    overflow: clip;
  }
  .wraps :is(.row, .frame) {
    height: auto;
    min-height: var(--ls-line, 20px);
  }
  .wraps :is(.row:not(.wait), .frame) .text {
    flex: none;
    width: var(--text);
    padding: 0;
    white-space: break-spaces;
    line-break: anywhere;
    word-break: break-all;
    overflow-wrap: anywhere;
  }
  .stderr .num {
    box-shadow: inset 2px 0 var(--ls-edge);
  }
  .wait .text {
    align-self: center;
    flex: none;
    width: 24ch;
    height: 8px;
    padding: 0;
    border-radius: 4px;
    background: var(--ls-border);
  }
  .wait:nth-child(3n) .text {
    width: 41ch;
  }
  .wait:nth-child(3n + 1) .text {
    width: 33ch;
  }
  .partial .text::after {
    content: '';
    display: inline-block;
    width: 1ch;
    height: 1.1em;
    /* Takes no room, so that it never wraps onto a row of its own. */
    margin-inline: 1px calc(-1ch - 1px);
    vertical-align: text-bottom;
    background: var(--ls-muted);
    opacity: 0.6;
  }

  /* Room for the ruler, whether there is one or not: lines that wrap would wrap differently once it comes. */
  @container log (width >= 480px) {
    .body {
      background: var(--ls-surface);
    }
    .viewport {
      --ruler: 12px;
      right: 12px;
    }
  }
  @container log (width < 480px) {
    .time {
      display: none;
    }
    :host([time]) .viewport {
      --time: 0px;
    }
    :host(:not([line-numbers='off'])) .viewport {
      --gutter: calc(max(3, var(--digits, 3)) * 1ch + 28px);
    }
    .num {
      padding: 0 22px 0 6px;
    }
  }
  @media (forced-colors: active) {
    .selected .num,
    .stderr .num {
      border-inline-start: 3px solid;
    }
    .ring,
    .viewport:focus #current-line::after {
      border-color: Highlight;
    }
  }
`;
