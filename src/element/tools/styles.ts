import { css } from 'lit';

/** Toolbar, menu, tooltips, pill, short messages, selected lines. */
export const toolStyles = css`
  .toolbar {
    display: flex;
    gap: 2px;
  }
  .icon {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    width: 28px;
    height: 28px;
    padding: 0;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--ls-muted);
  }
  .icon:hover {
    background: color-mix(in srgb, var(--ls-fg) 10%, transparent);
    color: var(--ls-fg);
  }
  .icon[aria-pressed='true'] {
    background: color-mix(in srgb, var(--ls-accent) 12%, transparent);
    color: var(--ls-accent);
  }
  .name {
    color: color-mix(in srgb, currentcolor 70%, var(--ls-fg));
  }
  .named {
    display: flex;
    align-items: center;
    gap: 6px;
    width: auto;
    padding: 0 10px 0 6px;
    font-weight: 600;
  }
  .more-actions {
    display: none;
  }
  .compact .wide {
    display: none;
  }
  .compact .more-actions {
    display: grid;
  }

  [data-tip] {
    position: relative;
  }
  /* Its transparent edge is the way of the pointer to it, on which it must not close. */
  [data-tip]::after {
    content: attr(data-tip);
    position: absolute;
    top: 100%;
    inset-inline-end: 0;
    padding: 4px 8px;
    border-top: 8px solid transparent;
    border-radius: 14px 14px 6px 6px;
    background: var(--ls-fg) padding-box;
    color: var(--ls-bg);
    font:
      12px/16px system-ui,
      sans-serif;
    white-space: nowrap;
    cursor: default;
    visibility: hidden;
    opacity: 0;
    transition: opacity 120ms 300ms;
  }
  .status[data-tip]::after {
    inset-inline: 0 auto;
    width: max-content;
    max-width: min(320px, 80cqi);
    white-space: normal;
  }
  [data-tip]:not([data-closed]):is(:hover, :focus-visible, [data-open])::after {
    visibility: visible;
    opacity: 1;
  }

  .menu {
    position: fixed;
    inset: auto;
    min-width: 200px;
    margin: 0;
    padding: 4px;
    border: 1px solid var(--ls-border);
    border-radius: 8px;
    background: var(--ls-bg);
    color: var(--ls-fg);
    box-shadow: 0 8px 24px rgb(0 0 0 / 0.24);
  }
  .item {
    display: flex;
    align-items: center;
    gap: 10px;
    width: 100%;
    height: 32px;
    padding: 0 10px;
    border: 0;
    border-radius: 6px;
    background: none;
    font-size: 13px;
    text-align: start;
  }
  .item:hover,
  .item:focus {
    background: color-mix(in srgb, var(--ls-fg) 8%, transparent);
  }
  .item svg {
    color: var(--ls-muted);
  }

  @media (pointer: coarse) {
    .icon {
      width: 44px;
      height: 40px;
    }
    .item,
    .button,
    .act,
    .pill {
      height: 44px;
    }
    .more button,
    .link {
      min-width: 44px;
    }
    .pill {
      border-radius: 22px;
    }
  }
  @container log (width < 640px) {
    .wide {
      display: none;
    }
    .more-actions {
      display: grid;
    }
  }
  @container log (width < 480px) {
    .named {
      width: 28px;
      padding: 0 6px;
    }
    .name {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .pill,
    .icon[aria-pressed='true'] {
      border: 1px solid currentcolor;
      box-sizing: border-box;
    }
    .icon[aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
  .pill {
    position: absolute;
    z-index: 1;
    bottom: 12px;
    left: 50%;
    translate: -50%;
    height: 32px;
    padding: 0 14px;
    border: 0;
    border-radius: 16px;
    background: var(--ls-pill);
    color: #fff;
    font-size: 13px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    box-shadow: 0 4px 12px rgb(0 0 0 / 0.3);
    animation: appear 120ms;
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
  /* Out of the window, and there only for the selection that begins or ends in it. */
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
