/** Sets a style property unless it has that value already: setting it would make the browser recompute styles. */
export function setStyle({ style }: HTMLElement, name: string, value: string): void {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}
