import { fitting } from './fit.ts';
import { setTabStop } from './roving-focus.ts';

/** Widths that the rest of the header keeps, beside the toolbar and above it where that is narrow; px. */
const INFO = 260;
const NARROW_INFO = 150;
const NARROW = 640;

/** Hides the buttons that the header has no room for, the least important ones first, and keeps one of the others the tab stop. The menu has them all. */
export class ToolbarCollapse {
  readonly #root: () => ParentNode;
  readonly #observer = new ResizeObserver(() => this.#settle());
  /** Widths of buttons as they were when they were shown last, px. */
  readonly #widths = new WeakMap<Element, number>();
  /** The header, the page's own controls in it, and the buttons with what is on them, as they were when widths were last read. */
  #header: HTMLElement | undefined;
  #own: readonly Element[] = [];
  #buttons: readonly HTMLElement[] = [];
  #texts = '';

  constructor(root: () => ParentNode) {
    this.#root = root;
  }

  disconnect(): void {
    this.#observer.disconnect();
    this.#header = undefined;
  }

  /** The header was drawn. Widths are read only if something else is in it than before, since that makes the browser lay out. */
  update(): void {
    const header = this.#root().querySelector<HTMLElement>('.header');
    if (header === null) return;
    const buttons = [...header.querySelectorAll<HTMLElement>('.toolbar .icon')];
    const own = [...header.querySelectorAll<HTMLSlotElement>('slot[name="actions"]')].flatMap((slot) => slot.assignedElements());
    const kind = header.querySelector('.toolbar')?.className ?? '';
    const texts = [kind, ...buttons.map(({ textContent, hidden }) => `${textContent}${hidden}`)].join();
    const isSame = header === this.#header && texts === this.#texts && isEqual(own, this.#own) && isEqual(buttons, this.#buttons);
    if (isSame) return;
    this.#header = header;
    this.#own = own;
    this.#buttons = buttons;
    this.#texts = texts;
    this.#observer.disconnect();
    for (const sized of [header, ...own]) this.#observer.observe(sized);
    this.#settle();
  }

  #settle(): void {
    this.#collapse();
    const toolbar = this.#header?.querySelector('.toolbar');
    if (toolbar) setTabStop(toolbar);
  }

  #collapse(): void {
    const header = this.#header;
    const more = header?.querySelector<HTMLElement>('.toolbar.full .more-actions');
    if (!header || !more) return;
    const buttons = this.#buttons.filter((button) => button !== more);
    for (const button of buttons) if (button.offsetWidth > 0) this.#widths.set(button, button.offsetWidth);
    const least = Math.max(1, more.offsetWidth);
    const widths = buttons.map((button) => this.#widths.get(button) ?? least);
    const count = fitting(widths, least, this.#available(header));
    for (const [at, button] of buttons.entries()) {
      // The focus must not be lost with the button.
      if (at >= count && button.matches(':focus')) more.focus();
      button.toggleAttribute('data-collapsed', at >= count);
    }
  }

  /** The width that the toolbar may have, beside the page's own controls. */
  #available(header: HTMLElement): number {
    const { clientWidth } = header;
    const others = this.#own.reduce((sum, element) => sum + (element instanceof HTMLElement ? element.offsetWidth + 8 : 0), 0);
    return clientWidth - 28 - others - (clientWidth < NARROW ? NARROW_INFO : INFO);
  }
}

function isEqual(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}
