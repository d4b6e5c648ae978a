import { isComposed } from '../util/composing.ts';

/**
 * Tooltips are styles alone; what styles cannot do is here: Escape closes the one that is open, wherever the focus is, until
 * pointer and focus come anew, and a press opens that of the chip, since a finger has nothing to hover with.
 */
export class Tips {
  readonly #host: Element;

  constructor(host: Element) {
    this.#host = host;
  }

  connect(): void {
    window.addEventListener('keydown', this.#onKey, true);
    for (const type of ['pointerover', 'focusin', 'focusout', 'click'] as const)
      this.#host.shadowRoot?.addEventListener(type, this.#onEvent);
  }

  disconnect(): void {
    window.removeEventListener('keydown', this.#onKey, true);
    for (const type of ['pointerover', 'focusin', 'focusout', 'click'] as const)
      this.#host.shadowRoot?.removeEventListener(type, this.#onEvent);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposed(event)) return;
    for (const tip of this.#tips(':is(:hover, :focus-visible, [data-open])')) {
      tip.toggleAttribute('data-closed', true);
      tip.toggleAttribute('data-open', false);
    }
  };

  readonly #onEvent = ({ type, target }: Event): void => {
    const own = target instanceof Element ? target.closest('[data-tip]') : null;
    if (type === 'click') {
      if (own?.matches('.status')) own.toggleAttribute('data-open');
      return;
    }
    // It was left, by pointer or focus.
    for (const tip of this.#tips('[data-closed]')) if (tip !== own || type === 'focusin') tip.toggleAttribute('data-closed', false);
    if (type === 'focusout') own?.toggleAttribute('data-open', false);
  };

  #tips(state: string): Element[] {
    return [...(this.#host.shadowRoot?.querySelectorAll(`[data-tip]${state}`) ?? [])];
  }
}
