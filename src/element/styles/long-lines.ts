import { css } from 'lit';

/** Lines that are folded or drawn in segments, and the buttons at their end. */
export const longLineStyles = css`
  .fold {
    display: flow-root;
  }
  .segment {
    display: block;
    flex: none;
    contain: strict;
  }
  .whole .text {
    display: flex;
  }
  .wraps .whole .text {
    display: block;
  }
  /* The buttons stay in sight where the line continues past the edge. */
  .more {
    position: sticky;
    right: 12px;
    display: inline-flex;
    flex: none;
    gap: 10px;
    box-sizing: border-box;
    height: 18px;
    margin: 1px 0 1px 1ch;
    padding: 0 8px;
    border: 1px solid var(--ls-border);
    border-radius: 9px;
    background: var(--ls-surface);
    color: var(--ls-muted);
    vertical-align: top;
    white-space: nowrap;
    user-select: none;
    -webkit-user-select: none;
  }
  .wraps .more {
    display: flex;
    width: max-content;
    max-width: 100%;
    margin: 1px 0;
  }
  .wraps .fold > .more {
    margin-inline-start: calc(var(--gutter) + var(--time));
  }
  .more > * {
    font:
      11px/16px system-ui,
      sans-serif;
  }
  .more > [data-label='']:not(button) {
    display: none;
  }
  .more > ::before {
    content: attr(data-label);
  }
  /* Slightly higher than the row: rows are too close for full-size targets. */
  .more button {
    box-sizing: border-box;
    min-width: 24px;
    height: 24px;
    margin-block: -4px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--ls-ansi-4);
    font-weight: 600;
    cursor: pointer;
  }
  .more button:hover {
    text-decoration: underline;
  }

  @container log (width < 480px) {
    /* The room is for the text. */
    .viewport:not(.wraps) .row .more > span {
      display: none;
    }
  }
`;
