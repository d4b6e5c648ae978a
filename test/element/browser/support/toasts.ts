import { shadow } from './fixture.ts';

/** What the toast says now. */
export const toast = (element: Element): string => shadow(element, '.toast').textContent ?? '';

/** What the toast says from now on, also what is gone by the time somebody looks. */
export function toasts(element: Element): readonly string[] {
  const said: string[] = [];
  const look = (): void => {
    const text = toast(element);
    if (text !== '' && text !== said.at(-1)) said.push(text);
  };
  new MutationObserver(look).observe(shadow(element, '.toast'), { subtree: true, childList: true, characterData: true });
  return said;
}
