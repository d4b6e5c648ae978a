import { css, unsafeCSS, type CSSResult } from 'lit';

const CROSS = 'M6 4.94 7.27 3.67 8.33 4.73 7.06 6 8.33 7.27 7.27 8.33 6 7.06 4.73 8.33 3.67 7.27 4.94 6 3.67 4.73 4.73 3.67Z';
const DISC = 'M0 6a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z';
const HOLE = 'M1.5 6a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z';
const TRIANGLE = 'M6 .4 12 11.4H0ZM6 3.5 2.5 9.9H9.5Z';
const MARK = 'M5.4 5.4H6.6V7.5H5.4ZM5.4 8.2H6.6V9.3H5.4Z';

/** Icons of 12 px as shapes that cut a box out: they need neither nodes nor images, which a page's policy may forbid. */
const shape = (...paths: readonly string[]): CSSResult => unsafeCSS(`path(evenodd, '${paths.join('')}')`);

/** Rows of errors and warnings: a ground, a bar at the edge, and an icon in the column after the number. The text keeps its colours. */
export const levelStyles = css`
  .error {
    --ground: var(--ls-err-bg);
    --bar: var(--ls-err-edge, var(--ls-err));
    --icon: var(--ls-err);
    --shape: ${shape(DISC, HOLE, CROSS)};
  }
  .fatal {
    --shape: ${shape(DISC, CROSS)};
  }
  .warning {
    --ground: var(--ls-warn-bg);
    --bar: var(--ls-warn-edge, var(--ls-warn));
    --icon: var(--ls-warn);
    --shape: ${shape(TRIANGLE, MARK)};
  }
  .block :is(.row, .frame):is(.error, .warning) {
    background: var(--ground);
  }
  :is(.error, .warning) .num {
    box-shadow: inset 3px 0 var(--bar);
  }
  /* The ground says what the line is: under the pointer the bar grows in its place. */
  :is(.error, .warning):not(.selected):hover .num {
    box-shadow: inset 6px 0 var(--bar);
  }
  .viewport:not(.sideways) :is(.error, .warning) .num {
    position: relative;
  }
  :is(.error, .warning):not(.continued) .num::after {
    content: '';
    position: absolute;
    top: calc((var(--ls-line, 20px) - 12px) / 2);
    right: 5px;
    width: 12px;
    height: 12px;
    background: var(--icon);
    clip-path: var(--shape);
  }
  .continued .text,
  .quiet .text {
    color: var(--ls-muted);
  }
  .level {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    user-select: none;
    -webkit-user-select: none;
  }

  @media (forced-colors: active) {
    :is(.error, .warning) .num {
      border-inline-start: 3px solid CanvasText;
    }
    :is(.error, .warning) .num::after {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }
  @media print {
    :is(.error, .warning):is(.row, .frame),
    :is(.error, .warning) .num,
    :is(.error, .warning) .num::after {
      print-color-adjust: exact;
    }
  }
`;
