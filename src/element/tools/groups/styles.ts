import { css } from 'lit';

/** Headers of groups, the lines in them, and the header at the upper edge. */
export const groupStyles = css`
  .in1 {
    --in: 1;
  }
  .in2 {
    --in: 2;
  }
  .in3 {
    --in: 3;
  }
  .in4 {
    --in: 4;
  }
  /* A guide for each group around the line. */
  :is(.row, .fold):is(.in1, .in2, .in3, .in4):not(.wait) .text {
    padding-inline-start: calc(var(--in) * 12px);
    background: repeating-linear-gradient(to right, transparent 0 4px, var(--ls-border) 4px 5px, transparent 5px 12px) 0 0 /
      calc(var(--in) * 12px) 100% no-repeat;
  }
  /* Two columns each are given up for it, so that rows are counted instead of measured. */
  .viewport.wraps :is(.row, .fold):is(.in1, .in2, .in3, .in4):not(.wait) .text {
    width: calc(var(--text) - var(--in) * 2ch);
    padding-inline-start: calc(var(--in) * 12px);
  }
  .wraps .fold:is(.in1, .in2, .in3, .in4) > .more {
    margin-inline-start: calc(var(--gutter) + var(--time) + var(--in) * 12px);
  }
  .row.group {
    align-items: center;
  }
  .group .num {
    align-self: stretch;
    align-content: center;
  }
  .group-toggle,
  .sticky-bar button {
    display: flex;
    flex: 1 0 auto;
    align-items: center;
    box-sizing: border-box;
    height: 100%;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 600;
    text-align: start;
    white-space: pre;
    cursor: pointer;
  }
  .group-toggle:focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: -2px;
  }
  .group-toggle .time {
    font-weight: 400;
  }
  .group-toggle [hidden],
  .sticky-bar [hidden],
  .sticky-group[hidden] {
    display: none;
  }
  .viewport.wraps .group-toggle {
    flex: 1 1 0;
    min-width: 0;
  }
  .viewport.wraps .row.group .group-toggle .text {
    flex: 1 1 0;
    width: auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  :is(.group-toggle, .sticky-fold) .mark {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: center;
    width: 20px;
    height: 100%;
    border-radius: 0;
    background: none;
    color: var(--ls-muted);
  }
  /* In the column beside the number. */
  .group-toggle .mark {
    margin-inline-start: -20px;
  }
  .sideways .group-toggle .mark {
    position: sticky;
    left: calc(var(--gutter) - 20px);
    z-index: 1;
  }
  :is(.group-toggle, .sticky-fold) .mark svg {
    width: 12px;
    height: 12px;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.5;
  }
  [aria-expanded='true'] > .mark svg {
    transform: rotate(90deg);
  }
  .facts {
    position: sticky;
    right: 0;
    display: flex;
    flex: none;
    gap: 12px;
    margin-inline-start: auto;
    padding-inline: 12px;
    background: var(--ls-bg);
    color: var(--ls-muted);
    font:
      12px/16px system-ui,
      sans-serif;
    font-variant-numeric: tabular-nums;
    user-select: none;
    -webkit-user-select: none;
  }
  .group:hover .facts {
    background: var(--ls-hover);
  }
  .facts > *::before {
    content: attr(data-label);
  }
  .facts .errors {
    color: var(--ls-err);
  }
  .sticky-group {
    position: sticky;
    top: 0;
    left: 0;
    z-index: 2;
    width: var(--visible);
    height: 0;
  }
  .sticky-bar {
    display: flex;
    box-sizing: border-box;
    height: 24px;
    border-bottom: 1px solid var(--ls-border);
    background: var(--ls-surface);
    line-height: 23px;
  }
  .sticky-bar .num {
    background: none;
  }
  .sticky-bar .facts {
    align-items: center;
    background: none;
  }
  .sticky-bar .sticky-fold {
    flex: none;
    margin-inline-start: -20px;
  }
  .sticky-bar .sticky-title {
    display: block;
    flex: 1 1 0;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  @container log (width < 480px) {
    .facts {
      gap: 8px;
      padding-inline-end: 8px;
    }
    .facts .lines {
      display: none;
    }
  }
  @media print {
    .sticky-group {
      display: none;
    }
  }
`;
