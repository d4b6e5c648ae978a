import { css } from 'lit';

/** Progress, and the notices shown in place of lines. */
export const bodyStyles = css`
  .hairline {
    position: absolute;
    inset: auto 0 -2px;
    width: 100%;
    height: 2px;
    border: 0;
    appearance: none;
    background: none;
  }
  .hairline::-webkit-progress-bar {
    background: none;
  }
  .hairline::-webkit-progress-value {
    background: var(--ls-accent);
  }
  .hairline::-moz-progress-bar {
    background: var(--ls-accent);
  }

  .body {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  /* What the page sets stays on the host, so that these are in proportion to it. */
  :host([size]) {
    --_size: var(--ls-size, 13px);
    --_line: var(--ls-line, 20px);
  }
  :host([size='compact']) .body {
    --ls-size: calc(var(--_size) * 12 / 13);
    --ls-line: calc(var(--_line) * 0.9);
  }
  :host([size='large']) .body {
    --ls-size: calc(var(--_size) * 15 / 13);
    --ls-line: calc(var(--_line) * 1.2);
  }
  .notice {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: 12px;
    padding: 24px;
    overflow: auto;
    background: var(--ls-bg);
    color: var(--ls-muted);
    font-size: 13px;
    line-height: 20px;
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .notice.waiting,
  .notice.empty {
    pointer-events: none;
  }
  .notice.problem {
    color: var(--ls-fg);
  }
  /* These keep their shape where there is little room. */
  .mark,
  .button {
    flex: none;
  }
  .mark {
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    border-radius: 50%;
    background: color-mix(in srgb, currentcolor 12%, transparent);
  }
  .mark svg {
    width: 14px;
    height: 14px;
  }
  .mark.error {
    color: var(--ls-err);
  }
  .mark.warn {
    color: var(--ls-warn);
  }
  .button {
    height: 28px;
    padding: 0 14px;
    border: 1px solid var(--ls-edge);
    border-radius: 6px;
    background: var(--ls-surface);
    color: var(--ls-fg);
    font-weight: 600;
  }
  .button:hover {
    border-color: var(--ls-fg);
  }
  .skeleton {
    align-items: flex-start;
    justify-content: flex-start;
    gap: 0;
    padding: 4px 12px;
    pointer-events: none;
    /* Lines that arrive sooner need no placeholder. */
    animation: appear 120ms 300ms backwards;
  }
  .skeleton i {
    display: block;
    height: 8px;
    margin-block: 6px;
    margin-inline-start: 44px;
    border-radius: 4px;
    background: var(--ls-border);
    animation: breathe 1.6s ease-in-out 300ms infinite;
  }
  .skeleton i:nth-child(3n + 1) {
    width: min(38%, 340px);
  }
  .skeleton i:nth-child(3n + 2) {
    width: min(62%, 560px);
  }
  .skeleton i:nth-child(3n) {
    width: min(27%, 240px);
  }
  @keyframes breathe {
    50% {
      opacity: 0.45;
    }
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
