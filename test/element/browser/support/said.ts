/** What the log itself says, in whatever language: lines, numbers, times, titles of groups, and keys. */
const OWN = 'style, svg, .row .text, .frame .text, .num, .time, .title, .sticky-title, .keys, .query button';
const NAMES = ['aria-label', 'aria-roledescription', 'title', 'placeholder', 'data-tip', 'data-label'];

export interface Said {
  readonly element: Element;
  readonly text: string;
}

/** Every text, accessible name and tooltip in an element's shadow tree that is not the log's own. */
export function saidIn(host: Element): Said[] {
  const said: Said[] = [];
  const add = (element: Element, text: string | null): void => {
    if (text !== null && text.trim() !== '') said.push({ element, text: text.trim() });
  };
  for (const element of host.shadowRoot?.querySelectorAll('*') ?? []) {
    const isOwn = element.closest(OWN) !== null && element.closest('.more') === null;
    // The names of groups and links are those that the log gives them.
    const names = element.matches('.group-toggle, .title, a') ? [] : NAMES;
    if (!isOwn || element.matches('.query button')) for (const name of names) add(element, element.getAttribute(name));
    if (isOwn) continue;
    for (const node of element.childNodes) if (node instanceof Text) add(element, node.data);
  }
  return said;
}
