import { css } from 'lit';
import { bar } from './bar.ts';

/** The header: status chip, title, counts. */
export const headerStyles = css`
  .header {
    ${bar}
    z-index: 2;
    gap: 8px;
  }
  .info {
    flex: 1;
    display: flex;
    align-items: center;
    gap: 10px;
    min-width: 0;
  }
  .meta {
    flex: 1;
    display: flex;
    align-items: baseline;
    gap: 10px;
    min-width: 0;
  }
  .title {
    /* It gives way before the counts do. */
    flex-shrink: 1000;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 13px;
    line-height: 20px;
    font-weight: 600;
  }
  .counts {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--ls-muted);
    font-variant-numeric: tabular-nums;
  }

  /* As wide as the longest state that most logs have: the title stays where it is from connecting to live. */
  .status-place {
    flex: none;
    display: flex;
    min-width: 9.5em;
  }
  .status {
    flex: none;
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 24px;
    padding: 0 10px;
    border: 0;
    border-radius: 12px;
    background: color-mix(in srgb, currentcolor 12%, transparent);
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  /* Hovering shows its tooltip; only on a touchscreen is there a reason to press it. */
  .status:is(button) {
    font: inherit;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    cursor: default;
  }
  .status svg {
    flex: none;
  }
  /* A tone is slightly too pale to read on its own tint, so it is mixed with the text colour. */
  .status span {
    color: color-mix(in srgb, currentcolor 70%, var(--ls-fg));
  }
  .status.plain {
    color: var(--ls-fg);
  }
  .status.muted {
    color: var(--ls-muted);
  }
  .status.ok,
  .status.success {
    color: var(--ls-ok);
  }
  .status.warn {
    color: var(--ls-warn);
  }
  .status.error {
    color: var(--ls-err);
  }
  .status.ok svg {
    border-radius: 50%;
    animation: pulse 900ms ease-out 1;
  }
  @keyframes pulse {
    from {
      box-shadow: 0 0 0 0 var(--ls-ok);
    }
    to {
      box-shadow: 0 0 0 7px transparent;
    }
  }

  @container log (width < 640px) {
    .header {
      height: 52px;
    }
    .info {
      flex-direction: column;
      align-items: flex-start;
      gap: 1px;
    }
    .status-place {
      min-width: 0;
      max-width: 100%;
    }
    .status {
      flex: initial;
      min-width: 0;
    }
    .meta {
      flex: none;
      gap: 8px;
      max-width: 100%;
      padding-inline-start: 2px;
    }
    .title {
      font-size: 12px;
      line-height: 16px;
    }
    .counts {
      font-size: 11px;
      /* No higher than the title: the chip stays where it is when the counts come. */
      line-height: 14px;
    }
  }
  @container log (width < 360px) {
    .counts .elapsed {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .status,
    .button {
      border: 1px solid currentcolor;
      box-sizing: border-box;
    }
  }
`;
