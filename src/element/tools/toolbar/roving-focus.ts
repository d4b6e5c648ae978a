import { isComposed } from '../../util/keys.ts';
import { zoomOf } from '../../viewport/layout/measure-element.ts';

/** The toolbar is one tab stop; arrow keys move within it and within its menu. */

const visible = (parent: ParentNode, selector: string): HTMLElement[] =>
  [...parent.querySelectorAll<HTMLElement>(selector)].filter((button) => button.getClientRects().length > 0);

/** The index that a key moves to in a row or column of `count`; undefined for a key that does not move. */
function indexAfter(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (index + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (index - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Makes one visible button the tab stop: `preferred`, else the one that is it already, else the first. */
export function setTabStop(toolbar: Element, preferred?: EventTarget | null): void {
  const buttons = visible(toolbar, '.icon');
  const stop =
    buttons.find((button) => button === preferred) ??
    buttons.find((button) => button.tabIndex === 0 && button.hasAttribute('tabindex')) ??
    buttons[0];
  for (const button of toolbar.querySelectorAll<HTMLElement>('.icon')) button.tabIndex = button === stop ? 0 : -1;
}

/** Moves the focus among the buttons of a toolbar or the items of a menu. */
export function moveFocus(event: KeyboardEvent, parent: Element, selector: string): void {
  if (isComposed(event)) return;
  const buttons = visible(parent, selector);
  const index = buttons.findIndex((button) => button === event.target);
  const next = index === -1 ? undefined : indexAfter(event.key, index, buttons.length);
  if (next === undefined) return;
  event.preventDefault();
  buttons[next]?.focus();
}

/** Puts an open menu below its button, within the page, and focuses its first item. */
export function placeMenu(menu: HTMLElement, button: Element): void {
  const { bottom, right } = button.getBoundingClientRect();
  // The button is measured in pixels of the screen, and the menu is placed in pixels of its own zoom.
  const zoom = zoomOf(menu);
  menu.style.setProperty('top', `${Math.max(0, Math.min(bottom / zoom + 4, innerHeight / zoom - menu.offsetHeight - 4))}px`);
  const { clientWidth } = document.documentElement;
  // In a page from right to left the button is at the left, and the menu would reach out there.
  const widest = clientWidth / zoom - menu.offsetWidth - 4;
  menu.style.setProperty('right', `${Math.max(4, Math.min((clientWidth - right) / zoom, widest))}px`);
  menu.querySelector<HTMLElement>('.item')?.focus();
}
