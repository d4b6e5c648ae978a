import { css } from 'lit';

/** The host, its frame, and what all of its controls share. */
export const hostStyles = css`
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
   * The preferred size, 640 by 480 px with the border, where the place leaves it to the element: a line of this length, which
   * may wrap where there is less room.
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
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: 1px;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::after {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
`;
