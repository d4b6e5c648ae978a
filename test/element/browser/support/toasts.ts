import { shadow } from './fixture.ts';

/** The text of the toast. */
export const toast = (element: Element): string => shadow(element, '.toast').textContent ?? '';

/** Collects the texts of the toast from now on, however briefly each is shown. */
export const toasts = (element: Element): readonly string[] => textsOf(shadow(element, '.toast'));

/** Collects what is announced to screen readers from now on. */
export const announcements = (element: Element): readonly string[] => textsOf(shadow(element, '[role="status"]'));

function textsOf(region: Element): readonly string[] {
  const texts: string[] = [];
  const read = (): void => {
    const text = region.textContent ?? '';
    if (text !== '' && text !== texts.at(-1)) texts.push(text);
  };
  new MutationObserver(read).observe(region, { subtree: true, childList: true, characterData: true });
  return texts;
}
