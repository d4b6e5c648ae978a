import { css } from 'lit';
import { bar } from '../../styles/bar.ts';

/** The find bar, and matches in the lines. */
export const findStyles = css`
  .find {
    ${bar}
    z-index: 1;
    /* It has rows of its own. */
    display: block;
    height: auto;
    padding-inline: 0;
  }
  .find-row,
  .only-row {
    display: flex;
    align-items: center;
    gap: 4px;
    box-sizing: border-box;
    height: 39px;
    padding-inline: 12px 8px;
  }
  .only-row {
    gap: 8px;
    height: 32px;
    padding-bottom: 4px;
  }
  .without,
  .choice {
    box-sizing: border-box;
    height: 26px;
    border: 1px solid var(--ls-edge);
    border-radius: 6px;
    background: var(--ls-bg);
  }
  .without.field {
    flex: 0 1 320px;
    min-width: 72px;
    padding-inline: 8px;
    border: 1px solid var(--ls-edge);
    background: var(--ls-bg);
  }
  .choice {
    min-width: 0;
    padding-inline: 4px;
    color: var(--ls-fg);
    font: inherit;
  }
  .without:focus-visible,
  .choice:focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: -1px;
  }
  .bound {
    min-width: 0;
    overflow: hidden;
    color: var(--ls-muted);
    text-overflow: ellipsis;
  }
  .only {
    flex: none;
    display: flex;
    align-items: center;
    gap: 6px;
    height: 28px;
    padding-inline: 6px 8px;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--ls-muted);
    font: inherit;
  }
  .only:hover {
    background: color-mix(in srgb, var(--ls-fg) 10%, transparent);
  }
  .only[aria-pressed='true'] {
    background: color-mix(in srgb, var(--ls-accent) 16%, transparent);
    color: color-mix(in srgb, var(--ls-accent) 70%, var(--ls-fg));
  }
  /* Lines between those that are shown. */
  .left-out {
    box-sizing: border-box;
    position: relative;
    height: 8px;
    cursor: pointer;
  }
  .left-out::before {
    content: '';
    position: absolute;
    inset: 3.5px 0 auto;
    border-top: 1px dashed var(--ls-edge);
  }
  .left-out:hover::before {
    border-top-color: var(--ls-accent);
  }
  .query {
    flex: 0 1 320px;
    display: flex;
    align-items: center;
    gap: 2px;
    box-sizing: border-box;
    min-width: 120px;
    height: 28px;
    padding-inline: 8px 3px;
    border: 1px solid var(--ls-edge);
    border-radius: 6px;
    background: var(--ls-bg);
  }
  .query:focus-within {
    outline: 2px solid var(--ls-focus);
    outline-offset: -1px;
  }
  .field {
    flex: 1;
    min-width: 0;
    padding: 0;
    border: 0;
    outline: 0;
    background: none;
    color: var(--ls-fg);
    font: 13px/20px var(--ls-font, ui-monospace, SFMono-Regular, Menlo, Consolas, monospace);
  }
  .field::placeholder {
    color: var(--ls-muted);
  }
  .mode {
    flex: none;
    width: 22px;
    height: 22px;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: none;
    color: var(--ls-muted);
    font:
      11px/22px ui-monospace,
      SFMono-Regular,
      Menlo,
      Consolas,
      monospace;
  }
  .mode::before {
    content: attr(data-mark);
  }
  .mode:hover {
    background: color-mix(in srgb, var(--ls-fg) 10%, transparent);
  }
  .mode[aria-pressed='true'] {
    background: color-mix(in srgb, var(--ls-accent) 16%, transparent);
    color: color-mix(in srgb, var(--ls-accent) 70%, var(--ls-fg));
  }
  .mode:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .found {
    min-width: 150px;
    padding-inline: 6px;
    overflow: hidden;
    color: var(--ls-muted);
    font-variant-numeric: tabular-nums;
    text-overflow: ellipsis;
  }
  .found.problem {
    color: var(--ls-err);
  }
  .far {
    flex: 1;
  }
  .scan {
    position: absolute;
    inset: auto 0 -1px;
    height: 2px;
    background: linear-gradient(90deg, transparent, var(--ls-muted), transparent) 0 0 / 40% 100% no-repeat;
    animation: scan 1.2s linear infinite;
  }
  @keyframes scan {
    from {
      background-position: -70% 0;
    }
    to {
      background-position: 170% 0;
    }
  }

  ::highlight(log-stream-match) {
    background-color: var(--ls-match-bg);
    color: var(--ls-match-fg);
  }
  ::highlight(log-stream-current) {
    background-color: var(--ls-match-current);
    color: var(--ls-match-fg);
    text-decoration: underline 2px;
  }
  /* Where the browser has no highlights. */
  [data-found] {
    box-shadow: inset 3px 0 var(--ls-match-bg);
  }
  [data-found='current'] {
    box-shadow: inset 3px 0 var(--ls-match-current);
    background: var(--ls-sel);
  }

  @container log (width < 480px) {
    .header:has(+ .find) {
      display: none;
    }
    .find-row {
      gap: 0;
      padding-inline: 8px 4px;
    }
    .only-row {
      flex-wrap: wrap;
      gap: 4px;
      height: auto;
      padding-inline: 8px;
    }
    .query {
      flex: 1 1 auto;
    }
    .find .button {
      flex: 0 1 auto;
      min-width: 28px;
      padding-inline: 6px;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .found {
      min-width: 0;
      flex: 0 2 auto;
    }
    .far {
      display: none;
    }
  }
  @container log (width < 640px) {
    .only {
      padding-inline: 6px;
    }
    .only-name {
      display: none;
    }
  }
  @media (pointer: coarse) {
    .only,
    .without.field,
    .choice {
      height: 44px;
    }
    .only-row {
      height: 52px;
    }
    .mode {
      width: 32px;
      height: 28px;
    }
  }
  @media (forced-colors: active) {
    ::highlight(log-stream-match) {
      background-color: Mark;
      color: MarkText;
    }
    ::highlight(log-stream-current) {
      background-color: Highlight;
      color: HighlightText;
    }
    .only[aria-pressed='true'],
    .mode[aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
  @media print {
    .find {
      display: none;
    }
  }
`;
