import { isComposed } from '../../util/keys.ts';

const EVENTS = ['pointerover', 'focusin', 'focusout', 'click'] as const;

/**
 * Adds to tooltips, which styles show, what styles cannot do. Escape closes the open one, wherever the focus is, until the
 * pointer or the focus returns to it. A press on the status chip opens its tooltip, since a finger cannot hover.
 */
export class Tooltips {
  readonly #host: Element;

  constructor(host: Element) {
    this.#host = host;
  }

  connect(): void {
    window.addEventListener('keydown', this.#onKey, true);
    for (const type of EVENTS) this.#host.shadowRoot?.addEventListener(type, this.#onEvent);
  }

  disconnect(): void {
    window.removeEventListener('keydown', this.#onKey, true);
    for (const type of EVENTS) this.#host.shadowRoot?.removeEventListener(type, this.#onEvent);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposed(event)) return;
    for (const tooltip of this.#matching(':is(:hover, :focus-visible, [data-open])')) {
      tooltip.toggleAttribute('data-closed', true);
      tooltip.toggleAttribute('data-open', false);
    }
  };

  readonly #onEvent = ({ type, target }: Event): void => {
    const own = target instanceof Element ? target.closest('[data-tip]') : null;
    if (type === 'click') {
      if (own?.matches('.status')) own.toggleAttribute('data-open');
      return;
    }
    // The pointer or the focus has left the tooltips that were closed: they may open again.
    for (const closed of this.#matching('[data-closed]'))
      if (closed !== own || type === 'focusin') closed.toggleAttribute('data-closed', false);
    if (type === 'focusout') own?.toggleAttribute('data-open', false);
  };

  #matching(state: string): Element[] {
    return [...(this.#host.shadowRoot?.querySelectorAll(`[data-tip]${state}`) ?? [])];
  }
}
