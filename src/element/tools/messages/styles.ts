import { css } from 'lit';

/** The button for new lines, and short messages. */
export const messageStyles = css`
  .pills {
    position: absolute;
    z-index: 1;
    bottom: 12px;
    left: 50%;
    translate: -50%;
    display: flex;
    height: 32px;
    max-width: calc(100% - 24px);
    border-radius: 16px;
    background: var(--ls-pill);
    color: #fff;
    box-shadow: 0 4px 12px rgb(0 0 0 / 0.3);
    animation: appear 120ms;
  }
  .failing {
    background: light-dark(#cf222e, #da3633);
  }
  @supports not (color: light-dark(#000, #fff)) {
    .failing {
      background: #cf222e;
    }
  }
  .pill,
  .pill-error {
    height: 100%;
    padding: 0 14px;
    border: 0;
    border-radius: 16px;
    background: none;
    font-size: 13px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .pill-error {
    flex: none;
  }
  .failing .pill {
    border-radius: 16px 0 0 16px;
    border-inline-end: 1px solid rgb(255 255 255 / 0.4);
  }
  .failing .pill-error {
    border-radius: 0 16px 16px 0;
  }
  .toast {
    position: absolute;
    z-index: 2;
    bottom: 12px;
    inset-inline-start: 12px;
    display: flex;
    align-items: center;
    gap: 8px;
    max-width: calc(100% - 24px);
    box-sizing: border-box;
    padding: 6px 12px;
    border-radius: 6px;
    background: var(--ls-fg);
    color: var(--ls-bg);
    font-variant-numeric: tabular-nums;
    animation: appear 120ms;
    pointer-events: none;
  }
  /* In the direction of their words, whatever that of the page. */
  .act,
  .pill,
  .pill-error {
    unicode-bidi: plaintext;
  }
  .act {
    flex: none;
    min-height: 24px;
    margin-block: -4px;
    margin-inline-end: -6px;
    padding: 0 8px;
    border: 1px solid color-mix(in srgb, var(--ls-bg) 40%, transparent);
    border-radius: 4px;
    background: none;
    color: inherit;
    font-weight: 600;
    pointer-events: auto;
  }
  .act:hover {
    background: color-mix(in srgb, var(--ls-bg) 16%, transparent);
  }

  @media (pointer: coarse) {
    .act,
    .pills {
      height: 44px;
    }
    .pills {
      border-radius: 22px;
    }
  }
  @media (forced-colors: active) {
    .pills {
      border: 1px solid currentcolor;
    }
  }
`;
