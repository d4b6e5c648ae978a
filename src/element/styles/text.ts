import { css } from 'lit';

/** Text as the escape sequences of a log style it, and the sign on a row that hides some. */
export const textStyles = css`
  /* Text that something else is drawn for. */
  .cut > span {
    display: none;
  }
  .cut::before {
    content: attr(data-label);
  }
  .b {
    font-weight: 700;
  }
  .d {
    color: var(--ls-muted);
  }
  .i {
    font-style: italic;
  }
  /* Several kinds of lines combine; an empty variable adds none. */
  .u,
  .o,
  .s {
    text-decoration-line: var(--u,) var(--o,) var(--s,);
  }
  .u {
    --u: underline;
  }
  .o {
    --o: overline;
  }
  .s {
    --s: line-through;
  }
  .u2 {
    text-decoration-style: double;
  }
  .u3 {
    text-decoration-style: wavy;
  }
  .u4 {
    text-decoration-style: dotted;
  }
  .u5 {
    text-decoration-style: dashed;
  }
  .inv {
    background: var(--ls-fg);
    color: var(--ls-bg);
  }
  /* Colours outside the palette: one for each theme. */
  .f {
    color: light-dark(var(--fl), var(--fd));
  }
  .l {
    text-decoration-color: light-dark(var(--ll), var(--ld));
  }
  @supports not (color: light-dark(#000, #fff)) {
    .f {
      color: var(--fl);
    }
    .l {
      text-decoration-color: var(--ll);
    }
    @media (prefers-color-scheme: dark) {
      :host(:not([theme='light'])) .f {
        color: var(--fd);
      }
      :host(:not([theme='light'])) .l {
        text-decoration-color: var(--ld);
      }
    }
    :host([theme='dark']) .f {
      color: var(--fd);
    }
    :host([theme='dark']) .l {
      text-decoration-color: var(--ld);
    }
  }
  /* Paper is white, whatever the page's background is. */
  @media print {
    .f {
      color: var(--fp, var(--fl));
    }
  }
  /* A character of several code points, and the name of a control character: a fixed number of columns in any font. */
  .w1,
  .w2,
  .chip {
    display: inline-block;
    text-align: center;
    text-decoration: inherit;
    white-space: pre;
  }
  .w1 {
    width: 1ch;
  }
  .w2 {
    width: 2ch;
  }
  /* Only the name is visible; the character itself takes no room in any font. */
  .chip {
    font-size: 0;
    vertical-align: top;
    border-radius: 3px;
    /* Separates adjacent ones. */
    box-shadow: inset 0 0 0 1px var(--ls-bg);
    background: var(--ls-gap);
    color: var(--ls-muted);
  }
  .chip::before {
    content: attr(data-name);
    display: inline-block;
    width: calc(var(--name) * 1ch);
    font-size: var(--ls-size, 13px);
    vertical-align: top;
  }
  .href {
    color: inherit;
    text-decoration: underline;
  }
  /* Styled text in a link is underlined in its own colour, since the link's may equal its background. */
  .href > span {
    text-decoration-line: underline var(--o,) var(--s,);
  }
  .href:hover,
  .href:hover > span {
    text-decoration-thickness: 2px;
  }
  /* Stands in the padding of the number, so that no text moves. */
  .hides {
    position: sticky;
    z-index: 1;
    left: calc(var(--gutter) - 12px);
    flex: none;
    width: 12px;
    height: var(--ls-line, 20px);
    margin: 0 0 0 -12px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--ls-warn);
    cursor: pointer;
  }
  .hides svg {
    display: block;
    width: 12px;
    height: 12px;
    margin: auto;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
  }
  .hides::after {
    content: '';
    position: absolute;
    inset: 0 -6px;
  }
  .hides[aria-expanded='true'] {
    color: var(--ls-accent);
  }

  @media (forced-colors: active) {
    .text * {
      color: inherit;
      background: none;
    }
  }
`;
