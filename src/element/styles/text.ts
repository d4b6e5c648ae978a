import { css } from 'lit';

/** What escape sequences of a log make of its text. */
export const textStyles = css`
  .b {
    font-weight: 700;
  }
  .d {
    color: var(--ls-muted);
  }
  .i {
    font-style: italic;
  }
  /* Lines of several kinds go together; an empty one is none. */
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
  /* Colours of their own, one for each theme. */
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
  /* Paper is white, whatever the page's ground is. */
  @media print {
    .f {
      color: var(--fp, var(--fl));
    }
  }
  /* One character of several code points, and the name of a control character: so many columns, whatever the font. */
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
  /* Its name is seen. What stands for it in the text takes no room, whatever font has it. */
  .chip {
    font-size: 0;
    vertical-align: top;
    border-radius: 3px;
    /* Two side by side are two. */
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
  /* A look in it is as it is without, and underlined in its own colour: that of the link may be the ground it stands on. */
  .href > span {
    text-decoration-line: underline var(--o,) var(--s,);
  }
  .href:hover,
  .href:hover > span {
    text-decoration-thickness: 2px;
  }
`;
