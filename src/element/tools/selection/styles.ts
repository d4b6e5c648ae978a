import { css } from 'lit';

/** Selected lines, and rows kept in the document for the selection. */
export const selectionStyles = css`
  /* Outside the window of rendered rows, and kept only because the selection begins or ends here. */
  [data-pinned] {
    position: absolute;
    height: 0;
    overflow: clip;
    pointer-events: none;
  }
  .selected {
    background: var(--ls-sel) !important;
  }
  .selected .num {
    color: var(--ls-ansi-4);
    box-shadow: inset 2px 0 var(--ls-accent);
  }
`;
