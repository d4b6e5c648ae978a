import { fitting } from './fit.ts';

/** Widths that the rest of the header keeps, beside the toolbar and above it where that is narrow; px. */
const INFO = 260;
const NARROW_INFO = 150;
const NARROW = 640;

/** Hides the buttons that the header has no room for, the least important ones first. The menu has them all. */
export class ToolbarCollapse {
  readonly #root: () => ParentNode;
  readonly #observer = new ResizeObserver(() => this.update());
  /** Widths of buttons as they were when they were shown last, px. */
  readonly #widths = new WeakMap<Element, number>();
  #header: Element | undefined;

  constructor(root: () => ParentNode) {
    this.#root = root;
  }

  disconnect(): void {
    this.#observer.disconnect();
    this.#header = undefined;
  }

  update(): void {
    const header = this.#root().querySelector<HTMLElement>('.header');
    const toolbar = header?.querySelector('.toolbar.full');
    const more = toolbar?.querySelector<HTMLElement>('.more-actions');
    if (!header || !toolbar || !more) return;
    if (header !== this.#header) {
      this.#observer.disconnect();
      this.#observer.observe(header);
      this.#header = header;
    }
    const buttons = [...toolbar.querySelectorAll<HTMLElement>('.icon:not(.more-actions)')];
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
    const own = [...header.querySelectorAll<HTMLSlotElement>('slot[name="actions"]')].flatMap((slot) => slot.assignedElements());
    const others = own.reduce((sum, element) => sum + (element instanceof HTMLElement ? element.offsetWidth + 8 : 0), 0);
    return clientWidth - 28 - others - (clientWidth < NARROW ? NARROW_INFO : INFO);
  }
}
