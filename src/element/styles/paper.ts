import { css } from 'lit';

/** The log on paper: all rows in the document are printed, without scrolling. */
export const paperStyles = css`
  @media print {
    :host {
      color-scheme: light !important;
      height: auto !important;
      overflow: visible;
    }
    /* By default browsers omit backgrounds, which would lose light text on a dark one. */
    .text * {
      print-color-adjust: exact;
    }
    .printed {
      display: block;
      margin: 0;
      padding: 8px 12px;
      border-top: 1px solid var(--ls-border);
      break-before: avoid;
    }
    :host::before {
      display: none;
    }
    .base {
      container-type: normal;
    }
    .base,
    .body,
    .viewport {
      position: static;
      display: block;
      height: auto;
      overflow: visible;
    }
    .spacer {
      height: auto !important;
      overflow: visible;
    }
    .block {
      top: 0 !important;
    }
    .chunk {
      content-visibility: visible;
    }
    .toolbar,
    .hairline,
    .ring,
    .pills,
    .toast {
      display: none !important;
    }
  }
`;
