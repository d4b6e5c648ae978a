import { css } from 'lit';

/** Rows that are not lines: they say what happened to the log. */
export const stateRowStyles = css`
  .state {
    position: sticky;
    left: 0;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    box-sizing: border-box;
    /* Neither wider than the block nor able to widen it: else it would lengthen the scrollbar while the log gets narrower. */
    contain: inline-size;
    width: min(var(--visible), 100%);
    height: 28px;
    padding-inline: 12px;
    border-block: 1px dashed var(--ls-border);
    background: var(--ls-gap);
    color: var(--ls-muted);
    font:
      12px/16px system-ui,
      sans-serif;
    white-space: nowrap;
    user-select: none;
    -webkit-user-select: none;
  }
  .state-text {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .state.failed {
    box-shadow: inset 3px 0 var(--ls-err);
    background: var(--ls-err-bg);
    color: var(--ls-fg);
  }
  .state.problem {
    color: var(--ls-fg);
  }
  .link {
    flex: none;
    min-width: 24px;
    height: 24px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--ls-ansi-4);
    font-weight: 600;
  }
  .link:hover {
    text-decoration: underline;
  }

  @media (forced-colors: active) {
    .state.failed {
      border-inline-start: 3px solid;
    }
  }
`;
