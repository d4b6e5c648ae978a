/** The language of an element, as HTML has it: the nearest `lang`, through shadow roots; empty where none is set. */
export function languageOf(element: Element): string {
  const holder = element.closest<HTMLElement>('[lang]');
  if (holder !== null) return holder.lang;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? languageOf(root.host) : '';
}
