import { css } from 'lit';

export const helpStyles = css`
  .help {
    box-sizing: border-box;
    width: min(640px, 100vw - 32px);
    max-height: min(80vh, 720px);
    padding: 8px 16px 16px;
    overflow: auto;
    border: 1px solid var(--ls-border);
    border-radius: 8px;
    background: var(--ls-bg);
    color: var(--ls-fg);
    box-shadow: 0 8px 24px rgb(0 0 0 / 0.24);
    font:
      13px/20px system-ui,
      sans-serif;
  }
  .help::backdrop {
    background: rgb(0 0 0 / 0.3);
  }
  .help-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
  }
  .help h2 {
    margin: 0;
    font-size: 15px;
  }
  .help dl {
    margin: 8px 0 0;
  }
  .help dl > div {
    display: flex;
    gap: 16px;
    padding: 4px 0;
    border-top: 1px solid var(--ls-border);
  }
  .help dt {
    flex: 0 0 176px;
    display: flex;
    flex-wrap: wrap;
    align-content: flex-start;
    gap: 4px 10px;
  }
  .help dd {
    flex: 1;
    margin: 0;
  }
  .help .keys {
    display: inline-flex;
    gap: 3px;
  }
  .help kbd {
    min-width: 12px;
    padding: 0 5px;
    border: 1px solid var(--ls-edge);
    border-radius: 4px;
    background: var(--ls-surface);
    font:
      12px/18px ui-monospace,
      monospace;
    text-align: center;
  }
  @media (width < 480px) {
    .help dl > div {
      flex-direction: column;
      gap: 2px;
    }
    .help dt {
      flex: none;
    }
  }
`;
