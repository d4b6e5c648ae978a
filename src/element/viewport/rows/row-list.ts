/** The element that the rows are in, and the one around it, which is as high as the whole log. */
export interface RowList {
  readonly spacer: HTMLElement;
  readonly block: HTMLElement;
}

export function appendRowList(scroller: HTMLElement): RowList {
  const spacer = appendDiv(scroller, 'spacer', 'presentation');
  return { spacer, block: appendDiv(spacer, 'block', 'list') };
}

function appendDiv(parent: HTMLElement, className: string, role: string): HTMLElement {
  const div = document.createElement('div');
  div.className = className;
  div.setAttribute('role', role);
  parent.append(div);
  return div;
}
