import { css, type CSSResult } from 'lit';

/** The declarations of a bar over the log: the header, and the one below it. */
export const bar: CSSResult = css`
  position: relative;
  flex: none;
  display: flex;
  align-items: center;
  box-sizing: border-box;
  height: 40px;
  padding-inline: 12px 8px;
  background: var(--ls-surface);
  border-bottom: 1px solid var(--ls-border);
  white-space: nowrap;
  /* A selection drawn out of the log must not end here. */
  user-select: none;
  -webkit-user-select: none;
`;
