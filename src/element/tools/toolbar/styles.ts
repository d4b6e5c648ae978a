import { css } from 'lit';

/** Toolbar, menu and tooltips. */
export const toolbarStyles = css`
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
  .counted {
    display: flex;
    align-items: center;
    gap: 5px;
    width: auto;
    padding: 0 6px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .counted.error-count {
    color: var(--ls-err);
  }
  .counted.warning-count {
    color: var(--ls-warn);
  }
  /* The colours are slightly too pale for small figures. */
  .counted span {
    color: color-mix(in srgb, currentcolor 80%, var(--ls-fg));
  }
  .compact .wide,
  .icon[data-collapsed] {
    display: none;
  }

  [data-tip] {
    position: relative;
  }
  /* The pointer crosses the transparent border on its way to the tooltip, which must not close meanwhile. */
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
    /* In the direction of its words, whatever that of the page. */
    unicode-bidi: plaintext;
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
  .entries {
    margin-inline-start: auto;
    padding-inline-start: 16px;
    color: var(--ls-muted);
    font-variant-numeric: tabular-nums;
  }
  .level-menu .item::before {
    content: '';
    width: 12px;
  }
  .level-menu .item[aria-checked='true']::before {
    content: '✓';
    color: var(--ls-accent);
  }
  .item[aria-checked='true']:not([role='menuitemradio'])::after {
    content: '✓';
    margin-inline-start: auto;
    color: var(--ls-accent);
  }
  .sizes {
    display: flex;
    align-items: center;
    gap: 2px;
    margin-top: 4px;
    padding: 4px 0 0 10px;
    border-top: 1px solid var(--ls-border);
    font-size: 13px;
  }
  .sizes > span {
    margin-inline-end: auto;
    padding-inline-end: 16px;
  }
  .size {
    justify-content: center;
    width: 36px;
    padding: 0;
  }
  .size[aria-checked='true'] {
    background: color-mix(in srgb, var(--ls-accent) 12%, transparent);
    color: var(--ls-accent);
  }
  .size[aria-checked='true'] svg {
    color: inherit;
  }
  .size[aria-checked='true']::after {
    content: none;
  }

  @media (pointer: coarse) {
    .icon {
      width: 44px;
      height: 40px;
    }
    .item,
    .button {
      height: 44px;
    }
    .more button,
    .link {
      min-width: 44px;
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
    .icon[aria-pressed='true'],
    .size[aria-checked='true'] {
      border: 1px solid currentcolor;
      box-sizing: border-box;
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
