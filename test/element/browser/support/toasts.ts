import { shadow } from './fixture.ts';

/** The text of the toast. */
export const toast = (element: Element): string => shadow(element, '.toast').textContent ?? '';

/** Collects the texts of the toast from now on, however briefly each is shown. */
export function toasts(element: Element): readonly string[] {
  const said: string[] = [];
  const look = (): void => {
    const text = toast(element);
    if (text !== '' && text !== said.at(-1)) said.push(text);
  };
  new MutationObserver(look).observe(shadow(element, '.toast'), { subtree: true, childList: true, characterData: true });
  return said;
}
