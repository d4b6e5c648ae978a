import { css } from 'lit';

export const goToStyles = css`
  .go-to {
    position: absolute;
    z-index: 2;
    inset: 0 0 auto;
    display: flex;
    align-items: center;
    gap: 8px;
    box-sizing: border-box;
    min-height: 40px;
    padding: 5px 12px;
    background: var(--ls-surface);
    border-bottom: 1px solid var(--ls-border);
  }
  .go-to input {
    flex: 0 1 320px;
    box-sizing: border-box;
    min-width: 0;
    height: 28px;
    padding: 0 8px;
    border: 1px solid var(--ls-edge);
    border-radius: 6px;
    background: var(--ls-bg);
    color: var(--ls-fg);
    font:
      13px ui-monospace,
      monospace;
  }
  .go-to input:focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: -1px;
  }
  .go-to input[aria-invalid] {
    border-color: var(--ls-err);
  }
  .go-to .icon {
    order: 3;
    margin-inline-start: auto;
  }
  #go-to-problem {
    min-width: 0;
    color: var(--ls-err);
  }
  @media (pointer: coarse) {
    .go-to input {
      height: 44px;
      /* A smaller one makes the page zoom in. */
      font-size: 16px;
    }
  }
  @container log (width < 480px) {
    .go-to {
      flex-wrap: wrap;
    }
    .go-to input {
      flex: 1;
    }
    #go-to-problem {
      order: 4;
      width: 100%;
    }
    #go-to-problem:empty {
      display: none;
    }
  }
`;
