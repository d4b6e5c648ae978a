/** The focused element inside `parent`, if any. */
export function focusedIn(parent: Element): HTMLElement | undefined {
  const root = parent.getRootNode();
  const active = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
  return active instanceof HTMLElement && active !== parent && parent.contains(active) ? active : undefined;
}
