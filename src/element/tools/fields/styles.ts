import { css, unsafeCSS, type CSSResult } from 'lit';

const CHEVRON = 'M4.2 2.9 5.3 1.9 9.1 6 5.3 10.1 4.2 9.1 7.1 6Z';
const COPY = 'M4 4H12V12H4ZM5.5 5.5V10.5H10.5V5.5ZM2 2H10V3.5H3.5V10H2Z';
const FUNNEL = 'M1.5 2.5H12.5L8.2 7.6V12L5.8 10.8V7.6Z';

/** An icon as a shape that cuts a box out: it needs neither nodes nor images, which a page's policy may forbid. */
const shape = (path: string): CSSResult => unsafeCSS(`path(evenodd, '${path}')`);

/** The button that opens the fields of a structured line, and the fields. */
export const fieldStyles = css`
  .row.opened {
    display: grid;
    grid-template-columns: var(--gutter) auto 1fr;
    grid-template-rows: minmax(var(--ls-line, 20px), auto) auto;
    height: auto;
  }
  .opened > * {
    grid-row: 1;
  }
  .opened > :is(.num, .opener, .hides) {
    grid-column: 1;
  }
  .opened > .time {
    grid-column: 2;
  }
  .opened > .text {
    grid-column: 3;
  }
  .opened > :is(.opener, .hides) {
    justify-self: end;
    margin: 0;
  }
  /* In the column beside the number, over the mark of the level. */
  .opener {
    position: sticky;
    z-index: 1;
    left: calc(var(--gutter) - 20px);
    flex: none;
    width: 20px;
    height: var(--ls-line, 20px);
    margin: 0 0 0 -20px;
    padding: 0;
    border: 0;
    background: inherit;
    color: var(--ls-muted);
    cursor: pointer;
    opacity: 0;
  }
  .row:hover > .opener,
  .opener:focus-visible,
  .viewport:focus #current-line > .opener,
  .opened > .opener {
    opacity: 1;
  }
  .opener:focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: -2px;
  }
  .opener::before {
    content: '';
    display: block;
    width: 12px;
    height: 12px;
    margin: auto;
    background: currentcolor;
    clip-path: ${shape(CHEVRON)};
  }
  .opener[aria-expanded='true']::before {
    transform: rotate(90deg);
  }
  /* The sign for hidden text stays in sight. */
  .opener:has(~ .hides) {
    left: calc(var(--gutter) - 32px);
    margin-inline-start: -32px;
    margin-inline-end: 12px;
  }
  .fields {
    grid-row: 2;
    grid-column: 1 / -1;
    position: sticky;
    left: 0;
    box-sizing: border-box;
    width: var(--visible);
    padding: 2px 8px 6px calc(var(--gutter) + var(--in, 0) * 12px - 6px);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    cursor: auto;
  }
  /* The names take one column, as wide as the longest. */
  @supports (grid-template-columns: subgrid) {
    .fields {
      display: grid;
      grid-template-columns: fit-content(24ch) minmax(0, 1fr) auto;
      column-gap: 12px;
    }
    .row .field {
      grid-column: 1 / -1;
      grid-template-columns: subgrid;
    }
    .field-note {
      grid-column: 1 / -1;
    }
  }
  :is(.error, .warning) > .fields {
    box-shadow: inset 3px 0 var(--bar);
  }
  .field {
    display: grid;
    grid-template-columns: minmax(6ch, 24ch) minmax(0, 1fr) auto;
    gap: 0 12px;
    padding-inline: 6px 0;
    border-radius: 4px;
  }
  .field:is(:hover, :focus-within) {
    background: color-mix(in srgb, var(--ls-muted) 12%, transparent);
  }
  .field-name,
  .field-note,
  .field-rest {
    color: var(--ls-muted);
  }
  .field-note,
  .field-rest {
    font-style: italic;
  }
  .field-note {
    padding-inline: 6px;
  }
  .field-acts {
    display: flex;
    align-self: start;
    opacity: 0;
  }
  .field:is(:hover, :focus-within) > .field-acts {
    opacity: 1;
  }
  .field-acts button {
    display: grid;
    place-content: center;
    width: 24px;
    height: 24px;
    margin-block: -2px;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: none;
    color: var(--ls-muted);
    cursor: pointer;
  }
  .field-acts button:hover {
    color: var(--ls-fg);
  }
  .field-acts button:focus-visible {
    outline: 2px solid var(--ls-focus);
    outline-offset: -2px;
  }
  .field-acts button::before {
    content: '';
    width: 14px;
    height: 14px;
    background: currentcolor;
    clip-path: ${shape(COPY)};
  }
  .field-acts [data-field-act='filter']::before {
    clip-path: ${shape(FUNNEL)};
  }
  @media (hover: none) {
    .field-acts,
    .row:not(.error, .warning) > .opener {
      opacity: 1;
    }
  }
  @media (pointer: coarse) {
    .field-acts button {
      width: 44px;
      height: 44px;
      margin-block: -8px;
    }
    .field {
      min-height: 44px;
      align-items: center;
    }
  }
  @container log (width < 480px) {
    .field {
      grid-template-columns: minmax(4ch, 30%) minmax(0, 1fr) auto;
      gap: 0 8px;
    }
    .fields {
      grid-template-columns: fit-content(30%) minmax(0, 1fr) auto;
      column-gap: 8px;
    }
  }
  @media (forced-colors: active) {
    :is(.opener, .field-acts button)::before {
      forced-color-adjust: none;
      background: ButtonText;
    }
    .field:is(:hover, :focus-within) {
      outline: 1px solid;
    }
  }
  @media print {
    .opener,
    .field-acts {
      display: none;
    }
  }
`;
