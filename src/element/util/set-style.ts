/** Sets a property of an element unless it stands there already, which would have the browser compute styles anew. */
export function setStyle({ style }: HTMLElement, name: string, value: string): void {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}
