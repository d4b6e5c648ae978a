import { css } from 'lit';

/** The host and its header. */
export const chromeStyles = css`
  :host {
    position: relative;
    display: block;
    box-sizing: border-box;
    height: var(--ls-height, auto);
    min-width: min(160px, 100%);
    border: 1px solid var(--ls-border);
    border-radius: 8px;
    overflow: hidden;
    background: var(--ls-bg);
    color: var(--ls-fg);
    font:
      12px/16px system-ui,
      sans-serif;
    text-align: start;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  /*
   * What the log would like to be where its place leaves that to it, with its border 640 by 480 px: a line of this length, which may be
   * broken, and no hindrance where there is less room.
   */
  :host::before {
    content: '. .';
    display: block;
    height: 478px;
    overflow: hidden;
    font: 0/0 monospace;
    letter-spacing: 0;
    word-spacing: 638px;
    white-space: normal;
    visibility: hidden;
  }
  .base {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    container: log / inline-size;
  }
  .header {
    position: relative;
    z-index: 2;
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    box-sizing: border-box;
    height: 40px;
    padding-inline: 12px 8px;
    background: var(--ls-surface);
    border-bottom: 1px solid var(--ls-border);
    white-space: nowrap;
    /* A selection that is drawn out of the log must not find an end here. */
    user-select: none;
    -webkit-user-select: none;
  }
  .info {
    flex: 1;
    display: flex;
    align-items: center;
    gap: 10px;
    min-width: 0;
  }
  .meta {
    flex: 1;
    display: flex;
    align-items: baseline;
    gap: 10px;
    min-width: 0;
  }
  .title {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 13px;
    line-height: 20px;
    font-weight: 600;
  }
  .counts {
    flex: none;
    color: var(--ls-muted);
    font-variant-numeric: tabular-nums;
  }

  .status {
    flex: none;
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 24px;
    padding: 0 10px;
    border: 0;
    border-radius: 12px;
    background: color-mix(in srgb, currentcolor 12%, transparent);
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  /* What it says is in its tooltip: there is nothing to press it for, but on a touchscreen. */
  .status:is(button) {
    font: inherit;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    cursor: default;
  }
  .status svg {
    flex: none;
  }
  /* On its own tint a tone is a little too pale to read: half a step towards the text colour. */
  .status span {
    color: color-mix(in srgb, currentcolor 70%, var(--ls-fg));
  }
  .status.plain {
    color: var(--ls-fg);
  }
  .status.muted {
    color: var(--ls-muted);
  }
  .status.ok {
    color: var(--ls-ok);
  }
  .status.warn {
    color: var(--ls-warn);
  }
  .status.error {
    color: var(--ls-err);
  }
  .status.ok svg {
    border-radius: 50%;
    animation: pulse 900ms ease-out 1;
  }
  @keyframes pulse {
    from {
      box-shadow: 0 0 0 0 var(--ls-ok);
    }
    to {
      box-shadow: 0 0 0 7px transparent;
    }
  }

  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: 1px;
  }

  @container log (width < 640px) {
    .header {
      height: 52px;
    }
    .info {
      flex-direction: column;
      align-items: flex-start;
      gap: 1px;
    }
    .status {
      max-width: 100%;
    }
    .meta {
      flex: none;
      gap: 8px;
      max-width: 100%;
      padding-inline-start: 2px;
    }
    .title {
      font-size: 12px;
      line-height: 16px;
    }
    .counts {
      font-size: 11px;
    }
  }
  @container log (width < 360px) {
    .counts .span {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::after {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    .status,
    .button {
      border: 1px solid currentcolor;
      box-sizing: border-box;
    }
  }
`;
