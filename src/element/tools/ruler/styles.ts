import { css } from 'lit';

/** The ruler, its tip, and the position readout. */
export const rulerStyles = css`
  .ruler {
    position: absolute;
    z-index: 1;
    inset: 0 0 0 auto;
    box-sizing: border-box;
    width: 12px;
    background: var(--ls-surface);
    border-left: 1px solid var(--ls-border);
    cursor: pointer;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }
  .ruler canvas {
    position: absolute;
    inset: 0 0 0 -1px;
    width: 12px;
    height: 100%;
  }
  /* A canvas has no styles: its colours are read from these. */
  .ruler i {
    position: absolute;
    visibility: hidden;
  }
  /* Ends a transition whenever its colour changes. */
  .ruler i::before {
    content: '';
    transition: color 1ms;
  }
  .ruler-error {
    color: var(--ls-err);
  }
  .ruler-warning {
    color: var(--ls-warn);
  }
  .ruler-hit {
    color: var(--ls-match-bg);
  }
  .ruler-selected {
    color: var(--ls-accent);
  }
  .ruler-density {
    color: color-mix(in srgb, var(--ls-muted) 28%, transparent);
  }
  .ruler .box {
    position: absolute;
    inset: 0 1px auto;
    border-radius: 5px;
    background: color-mix(in srgb, var(--ls-fg) 18%, transparent);
    pointer-events: none;
  }
  .ruler:hover .box {
    background: color-mix(in srgb, var(--ls-fg) 28%, transparent);
  }
  .ruler-tip,
  .readout {
    position: absolute;
    height: 24px;
    padding: 0 10px;
    border-radius: 12px;
    background: var(--ls-fg);
    color: var(--ls-bg);
    line-height: 24px;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    pointer-events: none;
  }
  .ruler-tip {
    right: 22px;
    translate: 0 -50%;
  }
  .readout {
    z-index: 2;
    top: 10px;
    right: 22px;
  }
  @media (forced-colors: active) {
    .ruler-error {
      color: CanvasText;
    }
    .ruler-hit {
      color: Mark;
    }
    .ruler-selected {
      color: Highlight;
    }
    .ruler-warning,
    .ruler-density {
      color: GrayText;
    }
    .ruler .box {
      box-sizing: border-box;
      border: 1px solid Highlight;
    }
    .ruler-tip,
    .readout {
      border: 1px solid CanvasText;
    }
  }
  @media print {
    .ruler,
    .readout {
      display: none;
    }
  }
`;
